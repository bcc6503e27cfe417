"""`begins`: what starts so, by an index, behind the walls."""

import pytest
from django.db import connection
from django.db.models import Model

from billing.models import Invoice
from contracts.models import Contract
from fleet.models import Equipment
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider

INDEXED = ((Customer, "sort_key"), (Customer, "postal_code"), (Contract, "reference"))


@pytest.fixture
def provider_id(db: None) -> object:
    return a_provider().id


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("cabinet", ["cabinet des pins", "cabinet du port"]),
        ("cabinet d", ["cabinet des pins", "cabinet du port"]),
        ("cabinet des pins", ["cabinet des pins"]),
        ("cabinet des pins ", []),
        ("", ["cabinet des pins", "cabinet du port", "zoe"]),
        ("z", ["zoe"]),
        ("zz", []),
        ("%", []),
        ("cabinet_", []),
        ("c'", []),
        ("\\", []),
    ],
)
def test_it_finds_what_starts_so(provider_id: object, start: str, found: list[str]) -> None:
    with open_scope(provider_id):  # type: ignore[arg-type]
        for name in ("Cabinet du Port", "Zoé", "Cabinet des Pins"):
            a_customer(name)
        rows = Customer.objects.filter(sort_key__begins=start).order_by("sort_key")
        assert list(rows.values_list("sort_key", flat=True)) == found
        assert list(rows) == list(rows.filter(sort_key__startswith=start))


@pytest.mark.parametrize(
    ("model", "column"), [*INDEXED, (Invoice, "number"), (Equipment, "serial_number")], ids=str
)
def test_an_index_finds_it_behind_the_walls(
    provider_id: object, model: type[Model], column: str
) -> None:
    """Under LIKE the planner may use no index: it looks at every row of the provider."""
    with open_scope(provider_id), connection.cursor() as cursor:  # type: ignore[arg-type]
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        ways = {}
        for lookup in ("startswith", "begins"):
            rows = model._default_manager.filter(**{f"{column}__{lookup}": "83"})
            plan = rows.order_by(column, "id").explain()
            conditions = [line for line in plan.splitlines() if "Index Cond" in line]
            ways[lookup] = any(f"({column})::text >=" in line for line in conditions)
        assert ways == {"begins": True, "startswith": False}
