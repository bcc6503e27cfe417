"""History of edited master data, kept by PostgreSQL itself: bulk statements and psql are seen too.

One function writes one walled table, `providers_historyrow`: which columns changed, from what to
what. Who did it stands in the audit trail: an act and what it changed carry the number of the one
transaction that wrote both (`docs/decisions/0022-history.md`).
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Model

from providers.ddl import TableOperation
from providers.roles import APP
from providers.walls import KEEP_ADDING_ONLY

# How a value is kept, written after its column's name: of a secret the end alone, of a picture a
# fingerprint, of an object (the terms of an offer) only the parts that differ.
VALUE_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION history_value(value jsonb, other jsonb, way text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN value IS NULL THEN NULL
    WHEN way = 'end' THEN to_jsonb('…' || right(value #>> '{}', 4))
    WHEN way = 'fingerprint' THEN
      to_jsonb(left(encode(sha256(convert_to(value #>> '{}', 'UTF8')), 'hex'), 12))
    WHEN jsonb_typeof(value) = 'object' AND jsonb_typeof(other) = 'object' THEN
      (SELECT coalesce(jsonb_object_agg(key, part), '{}')
       FROM jsonb_each(value) AS parts(key, part) WHERE other -> key IS DISTINCT FROM part)
    ELSE value END
$$
"""
# The row of a global table may be written while no provider is open, or another one: its house is
# opened for the one insertion and closed again. Keys carry their time, as those made in Python do.
KEEP_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
  subject jsonb := CASE WHEN TG_OP = 'DELETE' THEN old_row ELSE new_row END;
  house text := subject ->> TG_ARGV[1];
  open_house text := coalesce(current_setting('app.provider', true), '');
  open_practice text := coalesce(current_setting('app.customer', true), '');
  was jsonb := '{}';
  became jsonb := '{}';
  named text;
  name text;
  way text;
  old_value jsonb;
  new_value jsonb;
  now_at timestamptz := clock_timestamp();
BEGIN
  FOREACH named IN ARRAY string_to_array(TG_ARGV[3], ' ') LOOP
    name := split_part(named, ':', 1);
    way := split_part(named, ':', 2);
    old_value := nullif(nullif(old_row -> name, 'null'), '""');
    new_value := nullif(nullif(new_row -> name, 'null'), '""');
    CONTINUE WHEN old_value IS NOT DISTINCT FROM new_value;
    was := was || jsonb_build_object(name, history_value(old_value, new_value, way));
    became := became || jsonb_build_object(name, history_value(new_value, old_value, way));
  END LOOP;
  IF open_house IS DISTINCT FROM house THEN
    PERFORM set_config('app.provider', house, true), set_config('app.customer', '', true);
  END IF;
  INSERT INTO providers_historyrow
    (id, provider_id, customer_id, at, transaction, role, kind, subject, subject_id, before, after)
  VALUES (
    (lpad(to_hex((extract(epoch FROM now_at) * 1000)::bigint), 12, '0') || '7'
      || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
    house::uuid, nullif(subject ->> nullif(TG_ARGV[2], ''), '')::uuid, now_at,
    pg_current_xact_id()::text::bigint, session_user,
    CASE TG_OP WHEN 'INSERT' THEN 'ADDED' WHEN 'UPDATE' THEN 'CHANGED' ELSE 'REMOVED' END,
    TG_ARGV[0], (subject ->> 'id')::uuid, was, became);
  IF open_house IS DISTINCT FROM house THEN
    PERFORM set_config('app.provider', open_house, true),
            set_config('app.customer', open_practice, true);
  END IF;
  RETURN NULL;
END $$
"""


class KeepHistory(TableOperation):
    """Keep what becomes of some columns of one model: changed or removed, and added if asked.

    `columns` may say how their value is kept: `iban:end`, `logo:fingerprint`. `house` is the
    column that names the provider. What a job moves is not named here, and costs nothing.
    `instead_of`: the columns kept until now, where a model gains one.
    """

    def __init__(
        self,
        model: str,
        columns: Sequence[str],
        *,
        house: str = "provider_id",
        with_additions: bool = False,
        instead_of: Sequence[str] = (),
    ) -> None:
        super().__init__(model)
        self.columns, self.instead_of = list(columns), list(instead_of)
        self.house, self.with_additions = house, with_additions

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {
            "house": self.house,
            "with_additions": self.with_additions,
            "instead_of": self.instead_of,
        }
        return type(self).__name__, [self.model, self.columns], options

    def forwards(self, model: type[Model]) -> list[str]:
        return [VALUE_FUNCTION, KEEP_FUNCTION, *self._triggers(model, self.columns)]

    def backwards(self, model: type[Model]) -> list[str]:
        if self.instead_of:
            return self._triggers(model, self.instead_of)
        names = ("history_changed", "history_written")
        return [f"DROP TRIGGER {name} ON {model._meta.db_table}" for name in names]

    def _triggers(self, model: type[Model], kept: Sequence[str]) -> list[str]:
        table, label = model._meta.db_table, model._meta.label_lower
        columns = [field.column for field in model._meta.concrete_fields]
        practice = "customer_id" if "customer_id" in columns else ""
        practice = "id" if label == "providers.customer" else practice
        given = ", ".join(f"'{v}'" for v in (label, self.house, practice, " ".join(kept)))
        names = [column.partition(":")[0] for column in kept]
        old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
        keep = f"FOR EACH ROW {{}}EXECUTE FUNCTION keep_history({given})"
        changed = f"WHEN (({old}) IS DISTINCT FROM ({new})) "
        events = "INSERT OR DELETE" if self.with_additions else "DELETE"
        make = "CREATE OR REPLACE TRIGGER"
        return [
            f"{make} history_changed AFTER UPDATE ON {table} {keep.format(changed)}",
            f"{make} history_written AFTER {events} ON {table} {keep.format('')}",
        ]

    def describe(self) -> str:
        return f"Keep the history of {self.model}"


class PauseHistory(KeepHistory):
    """Let go of a model's columns while a migration changes their type; `KeepHistory` comes after.

    PostgreSQL changes no column that a trigger names.
    """

    def forwards(self, model: type[Model]) -> list[str]:
        return super().backwards(model)

    def backwards(self, model: type[Model]) -> list[str]:
        return super().forwards(model)

    def describe(self) -> str:
        return f"Pause the history of {self.model}"


REFUSE_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('app.erasure', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% of % is refused: history is only added to', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""
TABLE: Final = "providers_historyrow"
_KEPT: Final = f"ON {TABLE} FOR EACH {{}} EXECUTE FUNCTION refuse_history_change()"
ADD_ONLY: Final[list[str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | None]]] = [
    REFUSE_FUNCTION,
    f"CREATE TRIGGER kept_row BEFORE UPDATE OR DELETE {_KEPT.format('ROW')}",
    f"CREATE TRIGGER kept_table BEFORE TRUNCATE {_KEPT.format('STATEMENT')}",
    KEEP_ADDING_ONLY.format(table=TABLE, app=APP),
]
