"""Wall in the money, freeze what is issued, and let no two claims of a line share a day."""

from django.db import migrations

from providers.walls import BuildWalls, Freeze, Wall

# A range of one uuid stands in for equality: the schema needs no PostgreSQL extension.
NO_SHARED_DAY = (
    "CREATE TYPE uuidrange AS RANGE (subtype = uuid)",
    """ALTER TABLE billing_claim ADD CONSTRAINT claim_days_once EXCLUDE USING gist (
         uuidrange(line_id, line_id, '[]') WITH =,
         daterange(first_day, last_day, '[]') WITH &&
       ) WHERE (released_by_id IS NULL)""",
)
SHARED_DAYS = ("ALTER TABLE billing_claim DROP CONSTRAINT claim_days_once", "DROP TYPE uuidrange")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("contracts", "0002_walls")]

    operations = [
        BuildWalls("SeriesCounter", Wall.PROVIDER),
        BuildWalls("Invoice", Wall.CUSTOMER, is_parent=True),
        BuildWalls("InvoiceLine", Wall.CUSTOMER),
        BuildWalls("Claim", Wall.CUSTOMER),
        BuildWalls("Settlement", Wall.CUSTOMER),
        BuildWalls("Payment", Wall.CUSTOMER),
        BuildWalls("InvoiceDocument", Wall.CUSTOMER),
        BuildWalls("PreparedInvoice", Wall.PROVIDER),
        migrations.RunSQL(NO_SHARED_DAY, SHARED_DAYS),
        Freeze("Invoice"),
        Freeze("InvoiceLine"),
        Freeze("InvoiceDocument"),
    ]
