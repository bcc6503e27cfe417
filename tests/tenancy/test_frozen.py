"""What is issued never changes (T15): not as the app role, and not as the owner either."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from psycopg2.errors import InsufficientPrivilege, RestrictViolation

from contracts.models import OfferVersion
from providers.scoping import open_scope
from providers.tenancy import TenantModel
from tests.tenancy.conftest import Street, build_street
from tests.tenancy.rows import tenant_models
from tests.tenancy.tables import FROZEN_TABLES

FROZEN = [model for model in tenant_models() if model._meta.db_table in FROZEN_TABLES]
CHANGES = {
    "update of one": "UPDATE {table} SET {column} = {column} WHERE id = '{id}'",
    "update of all": "UPDATE {table} SET id = id",
    "update of nothing new": "UPDATE {table} SET {column} = {column}",
    "delete of one": "DELETE FROM {table} WHERE id = '{id}'",
    "delete of all": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "upsert": (
        "INSERT INTO {table} SELECT * FROM {table} WHERE id = '{id}' "
        "ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}"
    ),
    "merge": (
        "MERGE INTO {table} t USING (SELECT '{id}'::uuid AS id) s ON s.id = t.id "
        "WHEN MATCHED THEN UPDATE SET {column} = t.{column}"
    ),
}
EVERY_PRIVILEGE = "GRANT UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO clausier_app"


def _label(model: type[TenantModel]) -> str:
    return str(model._meta.label)


def change(name: str, row: TenantModel) -> str:
    column = row._meta.concrete_fields[-1].column
    return CHANGES[name].format(table=row._meta.db_table, column=column, id=row.pk)


def test_every_table_of_the_closed_list_is_a_model() -> None:
    assert {model._meta.db_table for model in FROZEN} == FROZEN_TABLES


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("model", FROZEN, ids=_label)
def test_the_app_role_may_not_change_it(
    street: Street, model: type[TenantModel], name: str
) -> None:
    with pytest.raises(DatabaseError) as refused:
        _as_app(street, change(name, street.a1[model]))
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


def _as_app(street: Street, statement: str) -> None:
    with open_scope(street.a.id), connection.cursor() as cursor:
        cursor.execute(statement)


def test_models_may_not_change_it_either(street: Street) -> None:
    for model in FROZEN:
        row = street.a1[model]
        for act in (row.save, row.delete):
            with pytest.raises(DatabaseError), open_scope(street.a.id):
                act()


def test_the_owner_may_not_change_it(transactional_db: None, owner_connection: Any) -> None:
    """The triggers bind the owner too, who has every privilege and opens the provider first."""
    street = build_street()
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.provider', %s, false)", [str(street.a.id)])
        for model in FROZEN:
            for name in CHANGES:
                with pytest.raises(RestrictViolation, match="issued rows never change"):
                    cursor.execute(change(name, street.a1[model]))


def test_the_freeze_refuses_even_where_the_app_role_has_the_privilege(
    transactional_db: None, owner_connection: Any
) -> None:
    """Privileges and triggers stand on their own: each refuses when the other was lost."""
    street = build_street()
    with owner_connection.cursor() as cursor:
        cursor.execute(EVERY_PRIVILEGE)
    for model in FROZEN:
        for name in CHANGES:
            with pytest.raises(DatabaseError) as refused:
                _as_app(street, change(name, street.a1[model]))
            assert isinstance(refused.value.__cause__, RestrictViolation)


def test_without_privilege_and_trigger_the_change_would_pass(
    transactional_db: None, owner_connection: Any
) -> None:
    """The planted fault: the refusals above are the walls', not an accident of the statements."""
    street = build_street()
    with owner_connection.cursor() as cursor:
        cursor.execute(EVERY_PRIVILEGE)
        for table in sorted(FROZEN_TABLES):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER frozen_row")
    for model in FROZEN:
        for name in ("update of one", "update of nothing new", "upsert", "merge"):
            _as_app(street, change(name, street.a1[model]))


TERMS = {
    "the terms": "UPDATE {table} SET terms = terms || '{{\"x\": 1}}'",
    "the number": "UPDATE {table} SET number = number + 100",
    "the day": "UPDATE {table} SET published_at = '2020-01-01'",
    "the row": "DELETE FROM {table}",
    "the table": "TRUNCATE {table} CASCADE",
}


def test_published_terms_never_change_though_their_price_is_confirmed(
    transactional_db: None, owner_connection: Any
) -> None:
    """As the owner, who has every privilege; without the triggers the changes would pass."""
    street, table = build_street(), OfferVersion._meta.db_table
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.provider', %s, false)", [str(street.a.id)])
        for statement in TERMS.values():
            with pytest.raises(RestrictViolation):
                cursor.execute(statement.format(table=table))
        cursor.execute(f"UPDATE {table} SET is_price_confirmed = NOT is_price_confirmed")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER frozen_columns")
        cursor.execute(TERMS["the terms"].format(table=table))
        assert cursor.rowcount > 0


def test_a_new_row_may_still_be_added(street: Street) -> None:
    """Frozen is not closed: the street's own rows were added by the app role."""
    with open_scope(street.a.id):
        assert all(model._default_manager.exists() for model in FROZEN)


def test_the_owner_without_a_provider_sees_no_row_to_change(
    transactional_db: None, owner_connection: Any
) -> None:
    """Forced row-level security binds the owner as well."""
    build_street()
    with owner_connection.cursor() as cursor:
        for model in tenant_models():
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            assert cursor.fetchone() == (0,)
