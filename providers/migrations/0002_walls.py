"""Wall in the tenant's own tables, and freeze the audit trail."""

from django.db import migrations

from providers.walls import BuildWalls, Freeze, Wall

# The directory is global: its practice is bound to the provider by hand.
BIND_MEMBERSHIP = """
ALTER TABLE providers_membership ADD CONSTRAINT providers_membership_customer_id_bound
FOREIGN KEY (provider_id, customer_id) REFERENCES providers_customer (provider_id, id)
DEFERRABLE INITIALLY DEFERRED
"""
UNBIND_MEMBERSHIP = (
    "ALTER TABLE providers_membership DROP CONSTRAINT providers_membership_customer_id_bound"
)


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]

    operations = [
        BuildWalls("Customer", Wall.CUSTOMER),
        BuildWalls("Contact", Wall.CUSTOMER),
        BuildWalls("ProviderProfile", Wall.SHARED),
        BuildWalls("LegalIdentity", Wall.SHARED),
        BuildWalls("AuditEntry", Wall.PROVIDER),
        BuildWalls("OutboxItem", Wall.PROVIDER),
        Freeze("AuditEntry"),
        migrations.RunSQL(BIND_MEMBERSHIP, UNBIND_MEMBERSHIP),
    ]
