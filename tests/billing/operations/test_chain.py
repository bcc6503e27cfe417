"""Whatever is altered in an issued document shows, column by column (owner's rights needed)."""

from datetime import date
from typing import Any

import pytest

from billing.models import Invoice, InvoiceLine
from billing.queries import SEALED_COLUMNS, SEALED_LINE_COLUMNS, verify_series
from providers.daily import run_day
from providers.models import Provider
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider, a_signed_contract, noon

SIGNED = date(2026, 2, 10)
TABLES = ("billing_invoice", "billing_invoiceline", "billing_seriescounter")
UNLOCK = "ALTER TABLE {0} DISABLE TRIGGER USER; ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY"
# What each column is changed to; those of keys are changed to another row's.
CHANGES = {
    "document": "'cancellation'",
    "number": "'F2026-00009'",
    "series": "'G'",
    "year": "2027",
    "sequence": "9",
    "business_day": "business_day + 1",
    "issue_date": "issue_date - 1",
    "due_date": "due_date + 1",
    "first_day": "first_day - 1",
    "last_day": "NULL",
    "payment_method": "'cheque'",
    "net_amount": "net_amount + 1, gross_amount = gross_amount + 1",
    "vat_amount": "vat_amount + 1, gross_amount = gross_amount + 1",
    "vat_breakdown": "'[]'",
    "seller": "'{}'",
    "buyer": "'{}'",
    "mentions": "'[]'",
    "reasons": "'[]'",
    "issued_at": "issued_at + interval '1 second'",
    "previous_hash": "repeat('0', 64)",
    "hash": "repeat('0', 64)",
}
LINE_CHANGES = {
    "position": "9",
    "label": "'Autre chose'",
    "quantity": "2",
    "unit_price": "unit_price + 1",
    "net_amount": "net_amount + 1",
    "vat_rate": "10",
    "vat_code": "'E'",
    "first_day": "NULL",
    "last_day": "last_day + 1",
    "reasons": "'[]'",
}
KEYS = {"id", "provider_id", "customer_id", "kind", "contract_id", "credits_id", "gross_amount"}


@pytest.fixture
def provider(transactional_db: None) -> Provider:
    found = a_provider()
    with open_scope(found.id):
        for n in range(3):
            a_signed_contract(a_customer(f"Cabinet {n}"), signed_on=SIGNED, cadence="monthly")
    run_day(provider_id=found.id, day=SIGNED, issued_on=SIGNED, at=noon(SIGNED))
    return found


def broken_after(provider: Provider, owner: Any, *statements: str) -> str | None:
    """The code of the break that verification reports after statements of the owner."""
    with owner.cursor() as cursor:
        for table in TABLES:
            cursor.execute(UNLOCK.format(table))
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    with open_scope(provider.id):
        found = verify_series("F")
    return found.code if found else None


def test_every_sealed_column_is_on_the_list() -> None:
    assert set(CHANGES) | KEYS == {*SEALED_COLUMNS, "previous_hash", "hash"}
    assert set(LINE_CHANGES) == set(SEALED_LINE_COLUMNS)
    for model, columns in ((Invoice, SEALED_COLUMNS), (InvoiceLine, SEALED_LINE_COLUMNS)):
        assert set(columns) <= {field.column for field in model._meta.concrete_fields}


def test_any_column_of_any_row_that_changes_shows(
    provider: Provider, owner_connection: Any
) -> None:
    first = "(SELECT id FROM billing_invoice ORDER BY sequence LIMIT 1)"
    owner_connection.autocommit = True
    statements = [
        f"UPDATE billing_invoice SET {column} = {change} WHERE id = {first}"
        for column, change in CHANGES.items()
    ] + [
        f"UPDATE billing_invoiceline SET {column} = {change} WHERE invoice_id = {first}"
        for column, change in LINE_CHANGES.items()
    ]
    with owner_connection.cursor() as cursor:
        for table in ("billing_invoice", "billing_invoiceline"):
            cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table} WHERE false")
    assert broken_after(provider, owner_connection) is None
    unseen = [
        statement
        for statement in statements
        if not _seen(provider, owner_connection, statement, first)
    ]
    assert unseen == []


def _seen(provider: Provider, owner: Any, statement: str, first: str) -> bool:
    """Change, verify, change back from a copy."""
    tables = {"billing_invoice": f"id = {first}", "billing_invoiceline": f"invoice_id = {first}"}
    with owner.cursor() as cursor:
        for table in tables:
            cursor.execute(UNLOCK.format(table))
        table = "billing_invoiceline" if "invoiceline" in statement else "billing_invoice"
        cursor.execute(f"SELECT id FROM {table} WHERE {tables[table]}")
        row_id = cursor.fetchone()[0]
        cursor.execute(f"DELETE FROM kept_{table}")
        cursor.execute(f"INSERT INTO kept_{table} SELECT * FROM {table} WHERE id = %s", [row_id])
    is_broken = broken_after(provider, owner, statement) is not None
    with owner.cursor() as cursor:
        for table_name in tables:
            cursor.execute(UNLOCK.format(table_name))
        columns = (
            SEALED_LINE_COLUMNS if table == "billing_invoiceline" else [*CHANGES, "gross_amount"]
        )
        names = ", ".join(columns)
        cursor.execute(
            f"UPDATE {table} SET ({names}) = (SELECT {names} FROM kept_{table}) WHERE id = %s",
            [row_id],
        )
    return is_broken


def test_a_removed_document_shows(provider: Provider, owner_connection: Any) -> None:
    """Its parts are taken away first, as somebody who hides it would."""
    second = "(SELECT id FROM billing_invoice WHERE sequence = 2)"
    parts = ("billing_claim", "billing_settlement", "billing_invoiceline")
    unlocked = [UNLOCK.format(table) for table in parts]
    removed = [f"DELETE FROM {table} WHERE invoice_id = {second}" for table in parts]
    last = "DELETE FROM billing_invoice WHERE sequence = 2"
    assert broken_after(provider, owner_connection, *unlocked, *removed, last) == "order"


def test_a_tail_cut_off_shows(provider: Provider, owner_connection: Any) -> None:
    assert (
        broken_after(
            provider,
            owner_connection,
            "UPDATE billing_seriescounter SET head_hash = repeat('0', 64)",
        )
        == "tail"
    )
