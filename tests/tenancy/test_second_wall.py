"""In a customer's scope: that customer's rows alone, even where no manager narrows the query."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, models

from contracts.models import Contract, Offer
from fleet.models import Site
from providers.models import Customer
from providers.scoping import open_scope
from providers.tenancy import CustomerModel, TenantModel
from tests.tenancy.conftest import Street, build_street
from tests.tenancy.rows import new_row, tenant_models
from tests.tenancy.tables import SHARED_TABLES, STAFF_TABLES


def _is_shared(model: type[TenantModel]) -> bool:
    return model._meta.db_table in SHARED_TABLES


def _is_of_customers(model: type[TenantModel]) -> bool:
    is_about_one = model is Customer or issubclass(model, CustomerModel)
    return is_about_one and model._meta.db_table not in STAFF_TABLES


OF_CUSTOMERS = [model for model in tenant_models() if _is_of_customers(model)]
SHARED = [model for model in tenant_models() if _is_shared(model)]
OF_PROVIDER = [
    model for model in tenant_models() if not _is_of_customers(model) and not _is_shared(model)
]


def _label(model: type[TenantModel]) -> str:
    return str(model._meta.label)


def seen_by_sql(model: type[TenantModel]) -> set[Any]:
    """The ids that PostgreSQL gives to a query without any condition."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table}")
        return {row_id for (row_id,) in cursor.fetchall()}


def changed_by_sql(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_every_table_stands_behind_one_of_the_three_walls() -> None:
    assert len(OF_CUSTOMERS) + len(SHARED) + len(OF_PROVIDER) == len(tenant_models())
    assert all([OF_CUSTOMERS, SHARED, OF_PROVIDER])


def test_a_customer_sees_its_own_rows_alone(street: Street) -> None:
    with open_scope(street.a.id, street.customer(street.a1)):
        for model in OF_CUSTOMERS:
            own = {street.a1[model].pk}
            assert set(model._default_manager.values_list("pk", flat=True)) == own
            assert set(models.QuerySet(model).values_list("pk", flat=True)) == own
            assert seen_by_sql(model) == own


def test_a_customer_sees_nothing_of_its_providers_own_tables(street: Street) -> None:
    with open_scope(street.a.id, street.customer(street.a1)):
        for model in OF_PROVIDER:
            assert not model._default_manager.exists()
            assert seen_by_sql(model) == set()


def test_a_customer_reads_what_is_shared(street: Street) -> None:
    with open_scope(street.a.id, street.customer(street.a1)):
        for model in SHARED:
            assert seen_by_sql(model) == {street.a1[model].pk}


def test_a_customer_of_another_provider_sees_nothing(street: Street) -> None:
    """Named under the wrong provider, a customer opens no door at all."""
    with open_scope(street.a.id, street.customer(street.b1)):
        for model in OF_CUSTOMERS + OF_PROVIDER:
            assert seen_by_sql(model) == set()


@pytest.mark.parametrize("model", OF_CUSTOMERS, ids=_label)
def test_a_row_of_another_customer_is_refused(street: Street, model: type[TenantModel]) -> None:
    """The customer itself counts too: a practice does not found another one."""
    row = new_row(model, "theirs", street.a2)
    with pytest.raises(ProgrammingError, match="row-level security"):
        _save_as_a1(street, row)


@pytest.mark.parametrize("model", OF_PROVIDER + SHARED, ids=_label)
def test_a_row_of_the_provider_is_refused(street: Street, model: type[TenantModel]) -> None:
    row = new_row(model, "ours", street.a1)
    with pytest.raises(ProgrammingError, match="row-level security"):
        _save_as_a1(street, row)


def _save_as_a1(street: Street, row: TenantModel) -> None:
    with open_scope(street.a.id, street.customer(street.a1)):
        row.save(force_insert=True)


def test_rows_of_others_are_neither_changed_nor_deleted(street: Street) -> None:
    with open_scope(street.a.id, street.customer(street.a1)):
        assert changed_by_sql("UPDATE fleet_site SET city = 'x'") == 1
        assert changed_by_sql("DELETE FROM fleet_equipment") == 1
        assert changed_by_sql("UPDATE contracts_offer SET name = 'x'") == 0
        assert changed_by_sql("UPDATE providers_providerprofile SET iban = 'x'") == 0
        assert changed_by_sql("DELETE FROM contracts_indexobservation") == 0
        assert changed_by_sql("DELETE FROM providers_outboxitem") == 0
    with open_scope(street.a.id):
        assert set(Site.objects.filter(city="x")) == {street.a1[Site]}
        assert Offer.objects.exclude(name="x").exists()


def test_a_row_is_not_given_away(street: Street) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        open_scope(street.a.id, street.customer(street.a1)),
    ):
        Site.objects.update(customer=street.customer(street.a2))


def test_without_the_second_policy_the_rows_would_be_seen(
    transactional_db: None, owner_connection: Any
) -> None:
    """The planted fault: the check above does find a table that forgets the customer."""
    street = build_street()
    a1 = street.customer(street.a1)
    with owner_connection.cursor() as cursor:
        cursor.execute(
            "ALTER POLICY wall_read ON contracts_contract USING "
            "(provider_id = nullif(current_setting('app.provider', true), '')::uuid)"
        )
    with open_scope(street.a.id, a1):
        assert seen_by_sql(Contract) == {street.a1[Contract].pk, street.a2[Contract].pk}
        assert seen_by_sql(Site) == {street.a1[Site].pk}
        assert set(Contract.objects.values_list("pk", flat=True)) == {street.a1[Contract].pk}
