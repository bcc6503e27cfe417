"""The walls in PostgreSQL: what one migration operation builds around a tenant table.

Row-level security is enabled and forced, so that the table's owner obeys it too; every
reference to another tenant table is doubled by a composite foreign key on (provider, id),
because PostgreSQL checks plain foreign keys outside row-level security.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

from providers.ddl import TableOperation
from providers.roles import APP

CUSTOMERS = "providers_customer"  # a practice's own row: its wall is on its id
OPEN_PROVIDER = "nullif(current_setting('app.provider', true), '')::uuid"
OPEN_CUSTOMER = "nullif(current_setting('app.customer', true), '')::uuid"


class Wall(StrEnum):
    """Who reads a row besides the provider's own staff."""

    PROVIDER = "provider"  # nobody
    SHARED = "shared"  # every customer of the provider may read it, none may write it
    CUSTOMER = "customer"  # the one customer it names


def _conditions(wall: Wall, column: str) -> tuple[str, str]:
    """What may be read, and what may be written."""
    own, staff = f"provider_id = {OPEN_PROVIDER}", f"{OPEN_CUSTOMER} IS NULL"
    if wall is Wall.PROVIDER:
        return (both := f"{own} AND {staff}"), both
    if wall is Wall.SHARED:
        return own, f"{own} AND {staff}"
    # CASE, not OR: the planner takes « IS NULL » of a setting for one row in two hundred, and then
    # joins a whole table where a page of an index was asked for.
    narrow = f"CASE WHEN {staff} THEN true ELSE {column} = {OPEN_CUSTOMER} END"
    return (both := f"{own} AND {narrow}"), both


def wall_sql(table: str, wall: Wall, column: str) -> list[str]:
    read, write = _conditions(wall, column)
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY wall_read ON {table} FOR SELECT USING ({read})",
        f"CREATE POLICY wall_insert ON {table} FOR INSERT WITH CHECK ({write})",
        f"CREATE POLICY wall_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write})",
        f"CREATE POLICY wall_delete ON {table} FOR DELETE USING ({write})",
    ]


def drop_sql(table: str) -> list[str]:
    names = ("read", "insert", "update", "delete")
    return [f"DROP POLICY wall_{name} ON {table}" for name in names]


def bind_sql(table: str, columns: list[str], target: str, keys: list[str]) -> str:
    """A composite foreign key: the row referred to has the same provider (and customer)."""
    name = f"{table}_{columns[-1]}_bound"
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({', '.join(columns)}) "
        f"REFERENCES {target} ({', '.join(keys)}) DEFERRABLE INITIALLY DEFERRED"
    )


def _has(model: type[Model], column: str) -> bool:
    return any(field.column == column for field in model._meta.concrete_fields)


def bindings(model: type[Model]) -> Iterator[str]:
    """The composite keys of one model.

    Between two customers' rows the key holds (provider, customer, id): a line can then never
    belong to another practice than its invoice, and a row bound so to a parent that it always
    has needs no key of its own to the customer.
    """
    table, always_bound = model._meta.db_table, False
    for field in model._meta.concrete_fields:
        target, column = field.related_model, str(field.column)
        if not (isinstance(target, type) and _has(target, "provider_id")):
            continue
        if _has(model, "customer_id") and _has(target, "customer_id"):
            always_bound = always_bound or not field.null
            shared = ["provider_id", "customer_id"]
        elif column != "customer_id":
            shared = ["provider_id"]
        else:
            continue
        yield bind_sql(table, [*shared, column], target._meta.db_table, [*shared, "id"])
    if _has(model, "customer_id") and not always_bound:
        shared = ["provider_id"]
        yield bind_sql(table, [*shared, "customer_id"], CUSTOMERS, [*shared, "id"])


class BuildWalls(TableOperation):
    """Wall in one model: policies, unique (provider, id), composite keys for its references.

    `is_parent`: other customers' rows refer to it, so it is unique by (provider, customer, id).
    """

    def __init__(self, model: str, wall: Wall | str, *, is_parent: bool = False) -> None:
        super().__init__(model)
        self.wall, self.is_parent = Wall(wall), is_parent

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"is_parent": True} if self.is_parent else {}
        return type(self).__name__, [self.model, str(self.wall)], options

    def forwards(self, model: type[Model]) -> Iterator[str]:
        table = model._meta.db_table
        column = "id" if model._meta.label_lower == "providers.customer" else "customer_id"
        yield f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_provider UNIQUE (provider_id, id)"
        if self.is_parent:
            yield (
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_customer "
                "UNIQUE (provider_id, customer_id, id)"
            )
        yield from wall_sql(table, self.wall, column)
        yield from bindings(model)

    def backwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        return [*drop_sql(table), f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]

    def describe(self) -> str:
        return f"Wall in {self.model} ({self.wall})"


class MoveWall(TableOperation):
    """Move a table that had no practice's column behind its practice's wall."""

    def forwards(self, model: type[Model]) -> list[str]:
        bound = (statement for statement in bindings(model) if "_customer_id_bound " in statement)
        return [*_redrawn(model._meta.db_table, Wall.CUSTOMER), *bound]

    def backwards(self, model: type[Model]) -> list[str]:
        return _redrawn(model._meta.db_table, Wall.PROVIDER)

    def describe(self) -> str:
        return f"Move {self.model} behind the practices' wall"


def _redrawn(table: str, wall: Wall, column: str = "customer_id") -> list[str]:
    return [*drop_sql(table), *wall_sql(table, wall, column)]


LOOK_UP_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_unknown_customer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line jsonb := to_jsonb(NEW);
BEGIN
  -- The line of history that says that a customer is removed comes after the removal.
  IF NEW.customer_id IS NULL
    OR (line ->> 'kind' = 'REMOVED' AND line ->> 'subject_id' = NEW.customer_id::text)
    OR EXISTS (SELECT FROM public.providers_customer c
               WHERE c.provider_id = NEW.provider_id AND c.id = NEW.customer_id)
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'insert on table "%" violates foreign key constraint "%"',
    TG_TABLE_NAME, TG_NAME USING ERRCODE = 'foreign_key_violation';
END $$
"""


class LookUpCustomer(TableOperation):
    """Look the customer of a row up when it is written, instead of holding it by a key for ever.

    Trail and history outlive a customer that was taken back. Whoever writes the row looks, and so
    within their walls.
    """

    def forwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        return [
            LOOK_UP_FUNCTION,
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_customer_id_bound",
            (
                f"CREATE TRIGGER known_customer AFTER INSERT ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_unknown_customer()"
            ),
        ]

    def backwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        bound = bind_sql(table, ["provider_id", "customer_id"], CUSTOMERS, ["provider_id", "id"])
        return [f"DROP TRIGGER known_customer ON {table}", bound]

    def describe(self) -> str:
        return f"Look the customer of {self.model} up"


class RedrawWalls(Operation):
    """Draw the practices' walls anew, on every table that stands already, as they are drawn now."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Walls change no model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for table in self._walled(schema_editor):
            column = "id" if table == CUSTOMERS else "customer_id"
            for statement in _redrawn(table, Wall.CUSTOMER, column):
                schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The walls say the same either way."""

    def _walled(self, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_policies WHERE schemaname = 'public' "
                "AND policyname = 'wall_read' AND (tablename = %s OR qual LIKE %s)",
                [CUSTOMERS, "%customer_id =%"],
            )
            return [name for (name,) in cursor.fetchall()]

    def describe(self) -> str:
        return "Draw the practices' walls anew"


FREEZE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: issued rows never change', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""
# The app role holds row privileges on every new table; where it does not exist it holds none.
KEEP_ADDING_ONLY = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{app}') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {app};
  END IF;
END $$
"""
GIVE_BACK = KEEP_ADDING_ONLY.replace(
    "REVOKE UPDATE, DELETE, TRUNCATE", "GRANT UPDATE, DELETE"
).replace("FROM {app}", "TO {app}")


class Freeze(TableOperation):
    """Issued rows never change (B1): UPDATE, DELETE and TRUNCATE are refused.

    A row trigger alone lets TRUNCATE pass, hence the statement trigger; the app role loses
    the privileges as well.
    """

    def forwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        triggers = _freezing(table, "UPDATE OR DELETE")
        return [FREEZE_FUNCTION, *triggers, KEEP_ADDING_ONLY.format(table=table, app=APP)]

    def backwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        return [*_thawing(table), GIVE_BACK.format(table=table, app=APP)]

    def describe(self) -> str:
        return f"Freeze the issued rows of {self.model}"


class FreezeColumns(TableOperation):
    """Some columns never change once written, whoever asks, and their row is never deleted.

    The other columns still change: a price is confirmed after its terms were published.
    """

    def __init__(self, model: str, columns: list[str]) -> None:
        super().__init__(model)
        self.columns = columns

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model, self.columns], {}

    def forwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        old, new = (", ".join(f"{row}.{name}" for name in self.columns) for row in ("OLD", "NEW"))
        columns = (
            f"CREATE TRIGGER frozen_columns BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION refuse_change()"
        )
        return [FREEZE_FUNCTION, columns, *_freezing(table, "DELETE")]

    def backwards(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table
        return [f"DROP TRIGGER frozen_columns ON {table}", *_thawing(table)]

    def describe(self) -> str:
        return f"Freeze {', '.join(self.columns)} of {self.model}"


def _freezing(table: str, events: str) -> list[str]:
    return [
        (
            f"CREATE TRIGGER frozen_row BEFORE {events} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
        (
            f"CREATE TRIGGER frozen_table BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
    ]


def _thawing(table: str) -> list[str]:
    return [f"DROP TRIGGER {name} ON {table}" for name in ("frozen_row", "frozen_table")]
