"""When a row last changed, kept by PostgreSQL itself: bulk statements are seen too.

No rule reads it: it tells a reader of the programming interface what to read again.
"""

from django.db.models import Model

from providers.ddl import TableOperation

STAMP_FUNCTION = """
CREATE OR REPLACE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$
"""


class StampChanges(TableOperation):
    """Keep the `updated_at` of one model."""

    def forwards(self, model: type[Model]) -> list[str]:
        trigger = (
            f"CREATE TRIGGER changed_row BEFORE UPDATE ON {model._meta.db_table} "
            "FOR EACH ROW EXECUTE FUNCTION stamp_change()"
        )
        return [STAMP_FUNCTION, trigger]

    def backwards(self, model: type[Model]) -> list[str]:
        return [f"DROP TRIGGER changed_row ON {model._meta.db_table}"]

    def describe(self) -> str:
        return f"Keep when a row of {self.model} last changed"
