"""With no provider open every way to a tenant's rows refuses; structure stays allowed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import Count, Prefetch, prefetch_related_objects

from billing.models import Invoice, Settlement
from contracts.models import Contract, ContractLine
from fleet.models import Site
from providers.models import Contact, Customer, Membership, Provider
from providers.scoping import NoProviderOpen, open_scope, refuse_unscoped
from tests.tenancy.conftest import Street
from tests.tenancy.rows import keys_of, tenant_models

MANAGER_WAYS: dict[str, Callable[[Any], Any]] = {
    "all": lambda rows: rows.all(),
    "count": lambda rows: rows.count(),
    "filter": lambda rows: rows.filter(pk__isnull=False),
    "exclude": lambda rows: rows.exclude(pk__isnull=True),
    "get": lambda rows: rows.get(),
    "first": lambda rows: rows.order_by("id").first(),
    "iteration": lambda rows: list(rows.all()),
    "iterator": lambda rows: list(rows.iterator()),
    "exists": lambda rows: rows.exists(),
    "explain": lambda rows: rows.explain(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "values": lambda rows: list(rows.values_list("pk")),
    "in_bulk": lambda rows: rows.in_bulk(),
    "none": lambda rows: rows.none(),
    "raw": lambda rows: list(rows.raw("SELECT * FROM contracts_contract")),
    "create": lambda rows: rows.create(),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "bulk_create": lambda rows: rows.bulk_create([]),
    "bulk_update": lambda rows: rows.bulk_update([], ["pk"]),
    "update": lambda rows: rows.update(pk=1),
    "delete": lambda rows: rows.all().delete(),
}

SQL = {
    "unquoted": "SELECT count(*) FROM contracts_contract",
    "quoted": 'SELECT count(*) FROM "contracts_contract"',
    "upper case": "SELECT COUNT(*) FROM CONTRACTS_CONTRACT",
    "aliased": "SELECT x.id FROM contracts_contract AS x",
    "with its schema": 'SELECT 1 FROM public."contracts_contract"',
    "in a subquery": "SELECT (SELECT count(*) FROM contracts_contract)",
    "joined to a global table": (
        "SELECT 1 FROM providers_provider p JOIN contracts_contract c ON c.provider_id = p.id"
    ),
    "in a common table expression": "WITH c AS (TABLE contracts_contract) SELECT 1 FROM c",
    "after a comment": "/* CREATE */ SELECT 1 FROM contracts_contract",
    "explained": "EXPLAIN SELECT 1 FROM contracts_contract",
    "copied": "CREATE TEMP TABLE mine AS SELECT * FROM contracts_contract",
    "copied at length": "create temporary table mine as table contracts_contract",
    "prepared": "PREPARE peek AS SELECT 1 FROM contracts_contract",
    "inserted": "INSERT INTO contracts_contract (id) VALUES (gen_random_uuid())",
    "updated": "UPDATE contracts_contract SET reference = ''",
    "deleted": "DELETE FROM contracts_contract",
    "truncated": "TRUNCATE contracts_contract",
    "locked": "LOCK TABLE contracts_contract",
}


@pytest.mark.parametrize("way", MANAGER_WAYS)
def test_managers_refuse(db: None, way: str) -> None:
    with pytest.raises(NoProviderOpen):
        MANAGER_WAYS[way](Contract.objects)


def test_managers_of_every_model_refuse(db: None) -> None:
    for model in tenant_models():
        for manager in (model._default_manager, model._base_manager):
            with pytest.raises(NoProviderOpen):
                manager.count()


@pytest.mark.parametrize("form", SQL)
def test_sql_refuses(db: None, form: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(NoProviderOpen, match=r"(?i)contracts_contract"),
    ):
        cursor.execute(SQL[form])


def test_sql_over_many_parameters_refuses(db: None) -> None:
    with connection.cursor() as cursor, pytest.raises(NoProviderOpen):
        cursor.executemany("UPDATE contracts_contract SET reference = %s", [["a"], ["b"]])


def test_sql_refuses_for_every_table(db: None) -> None:
    for model in tenant_models():
        with connection.cursor() as cursor, pytest.raises(NoProviderOpen):
            cursor.execute(f"TABLE {model._meta.db_table}")


LATE: dict[str, Callable[[models.QuerySet[Contract]], Any]] = {
    "iteration": list,
    "iterator": lambda rows: list(rows.iterator()),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "distinct exists": lambda rows: rows.distinct().exists(),
    "joined exists": lambda rows: rows.select_related("customer").exists(),
    "explain": lambda rows: rows.explain(),
    "get": lambda rows: rows.get(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "in_bulk": lambda rows: rows.in_bulk(),
    "values": lambda rows: list(rows.values("reference")),
    "union": lambda rows: list(rows.union(rows)),
    "update": lambda rows: rows.update(reference=""),
    "delete": lambda rows: rows.delete(),
    "_raw_delete": lambda rows: rows._raw_delete("default"),
    "prefetch": lambda rows: list(rows.prefetch_related("lines")),
    "create": lambda rows: rows.create(reference="late"),
    "subquery of a global table": lambda rows: list(
        Provider.objects.filter(id__in=rows.values("provider_id"))
    ),
}


@pytest.mark.parametrize("way", LATE)
def test_querysets_built_inside_a_scope_refuse_outside(street: Street, way: str) -> None:
    with open_scope(street.a.id):
        rows = Contract.objects.all()
    with pytest.raises(NoProviderOpen):
        LATE[way](rows)


def test_a_raw_queryset_built_inside_a_scope_refuses_outside(street: Street) -> None:
    with open_scope(street.a.id):
        rows = Contract.objects.raw("SELECT * FROM contracts_contract")
    with pytest.raises(NoProviderOpen):
        list(rows)


ROW_WAYS: dict[str, Callable[[Contract], Any]] = {
    "save": lambda row: row.save(),
    "save without the model's own save": models.Model.save,
    "save as fixtures do": lambda row: row.save_base(raw=True),
    "delete": lambda row: row.delete(),
    "refresh": lambda row: row.refresh_from_db(),
    "deferred column": lambda row: row.cadence,
    "forward key": lambda row: row.customer,
    "related manager": lambda row: row.lines.count(),
    "related set": lambda row: row.lines.create(position=2),
    "one to one": lambda row: Settlement(invoice_id=row.pk).invoice,
    "prefetch": lambda row: prefetch_related_objects([row], "lines"),
    "chosen prefetch": lambda row: prefetch_related_objects(
        [row], Prefetch("lines", ContractLine.objects.all())
    ),
    "constraints": lambda row: row.validate_constraints(),
    "full_clean": lambda row: row.full_clean(),
}


@pytest.mark.parametrize("way", ROW_WAYS)
def test_a_row_kept_after_its_scope_leads_nowhere(street: Street, way: str) -> None:
    with open_scope(street.a.id):
        row = Contract.objects.filter(pk=street.a1[Contract].pk).defer("cadence").get()
    with pytest.raises(NoProviderOpen):
        ROW_WAYS[way](row)


def test_a_new_row_is_refused(street: Street) -> None:
    for row in (Site(name="new"), Site(name="new", provider=street.a)):
        with pytest.raises(NoProviderOpen):
            row.save()
    with pytest.raises(NoProviderOpen):
        Contact.objects.bulk_create([Contact(name="new")])


def test_what_follows_a_commit_finds_no_provider_open(transactional_db: None) -> None:
    provider = Provider.objects.create(slug="maison")
    seen: list[type[BaseException]] = []

    def late() -> None:
        with pytest.raises(NoProviderOpen) as refused:
            Customer.objects.count()
        seen.append(refused.type)

    with open_scope(provider.id):
        transaction.on_commit(late)
    assert seen == [NoProviderOpen]


def test_global_tables_and_structure_stay_open(db: None) -> None:
    assert Membership.objects.count() == Provider.objects.count() == 0
    allowed = (
        "SET CONSTRAINTS contracts_contract_customer_id_bound IMMEDIATE",
        "DO $$ BEGIN PERFORM 1; END $$ -- contracts_contract",
    )
    with connection.cursor() as cursor:
        for statement in allowed:
            cursor.execute(statement)


def test_migrations_may_change_a_tenant_table(planting: Any) -> None:
    """The statements that Django's schema editor sends while it alters a column."""
    bound = "fleet_site_customer_id_bound"
    statements = (
        'ALTER TABLE "fleet_site" ADD COLUMN "note" text NULL',
        'CREATE INDEX "site_note" ON "fleet_site" ("note")',
        'COMMENT ON COLUMN "fleet_site"."note" IS \'\'',
        'DROP INDEX IF EXISTS "site_note"',
        f'SET CONSTRAINTS "{bound}" IMMEDIATE; ALTER TABLE "fleet_site" DROP CONSTRAINT "{bound}"',
        'GRANT SELECT ON "fleet_site" TO clausier_reporting',
    )

    def execute(sql: str, *_: object) -> None:
        planting.execute(sql)

    for sql in statements:
        refuse_unscoped(execute, sql, None, False, {"connection": connection})


def test_what_goes_round_the_guard_finds_no_row(street: Street) -> None:
    """A block of code, a copy and a bare cursor name no table that the guard could read."""
    with connection.cursor() as cursor:
        for table in ("contracts_contract", "fleet_site", "billing_invoice"):
            cursor.cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT query_to_xml('SELECT id FROM contracts_' || 'contract', true, true, '')"
        )
        assert "uuid" not in str(cursor.fetchone())
        cursor.execute(
            "DO $$ BEGIN IF EXISTS (TABLE contracts_contract) THEN RAISE 'seen'; END IF; END $$"
        )


def test_a_wrapper_put_on_while_connecting_does_not_take_the_guard_off(
    transactional_db: None,
) -> None:
    """Django takes the last wrapper off, whoever put it on."""
    calls: list[str] = []

    def wrapper(execute: Callable[..., Any], *args: Any) -> Any:
        calls.append("wrapped")
        return execute(*args)

    def connect_within() -> None:
        with connection.execute_wrapper(wrapper):
            connection.ensure_connection()
        calls.clear()
        try:
            Provider.objects.count()
            assert calls == []
            with connection.cursor() as cursor, pytest.raises(NoProviderOpen):
                cursor.execute("SELECT 1 FROM contracts_contract")
            calls.append("guarded")
        finally:
            connection.close()

    thread = threading.Thread(target=connect_within)
    thread.start()
    thread.join()
    assert calls == ["guarded"]


def test_without_the_guard_sql_would_run(db: None) -> None:
    """The planted fault: taken off the connection, nothing but PostgreSQL stands in the way."""
    wrappers = connection.execute_wrappers
    connection.execute_wrappers = [each for each in wrappers if each is not refuse_unscoped]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM contracts_contract")
            assert cursor.fetchone() == (0,)
    finally:
        connection.execute_wrappers = wrappers


def test_every_row_of_the_street_is_really_there(street: Street, owner_connection: Any) -> None:
    """The positive control of this file: inside their scopes the rows are found."""
    for provider, houses in ((street.a, [street.a1, street.a2]), (street.b, [street.b1])):
        with open_scope(provider.id):
            for model in tenant_models():
                wanted = {house[model].pk for house in houses}
                assert keys_of(model) == wanted
            assert Invoice.objects.exists()
