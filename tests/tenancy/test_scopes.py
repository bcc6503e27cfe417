"""Inside a provider's scope: its rows alone, nesting, and nothing that outlives the block."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from contracts.models import Contract
from fleet.models import Site
from providers.models import Contact, Customer, Provider, User
from providers.scoping import (
    NoProviderOpen,
    WrongProvider,
    current_scope,
    open_scope,
    scope_or_none,
)
from providers.tenancy import CustomerModel, TenantModel, new_id
from tests.tenancy.conftest import Street, build_street
from tests.tenancy.loops import run_apart
from tests.tenancy.rows import (
    House,
    add_row,
    furnish,
    keys_of,
    move_in,
    new_row,
    references,
    target_of,
    tenant_models,
)


def settings_now() -> tuple[str, str]:
    """What PostgreSQL has been told, an absent setting as an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.provider', true), ''),"
            " coalesce(current_setting('app.customer', true), '')"
        )
        provider, customer = cursor.fetchone()
    return provider, customer


# --- Another provider's rows ----------------------------------------------------------------------


def test_rows_of_another_provider_are_not_there(street: Street) -> None:
    with open_scope(street.a.id):
        for model in tenant_models():
            foreign = street.b1[model]
            assert not model._default_manager.filter(pk=foreign.pk).exists()
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT provider_id FROM {model._meta.db_table}")
                assert {provider for (provider,) in cursor.fetchall()} == {street.a.id}


def test_rows_of_another_provider_are_neither_changed_nor_deleted(street: Street) -> None:
    own = [street.a.id, street.b.id]
    with open_scope(street.a.id), connection.cursor() as cursor:
        cursor.execute("UPDATE fleet_site SET name = 'x' WHERE provider_id = %s", [own[1]])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM fleet_equipment WHERE provider_id = %s", [own[1]])
        assert cursor.rowcount == 0
        cursor.execute("UPDATE fleet_site SET name = 'x' WHERE provider_id = %s", [own[0]])
        assert cursor.rowcount == 2


def test_the_managers_narrow_where_no_policy_does(
    transactional_db: None, owner_connection: Any
) -> None:
    """The planted fault: with PostgreSQL's wall down, the one before it still stands."""
    street = build_street()
    with owner_connection.cursor() as cursor:
        for model in tenant_models():
            cursor.execute(f"ALTER POLICY wall_read ON {model._meta.db_table} USING (true)")
    with open_scope(street.a.id):
        for model in tenant_models():
            wanted = {house[model].pk for house in (street.a1, street.a2)}
            assert keys_of(model) == wanted


WRITES: dict[str, Callable[[Street], Any]] = {
    "save": lambda street: Site(provider=street.b, name="x", postal_code="35000").save(),
    "create": lambda street: Site.objects.create(provider=street.b, name="x", postal_code="35000"),
    "bulk_create": lambda street: Contact.objects.bulk_create([Contact(provider=street.b)]),
    "save a row of theirs": lambda street: street.b1[Site].save(),
    "move own row": lambda street: _moved(street).save(),
}


def _moved(street: Street) -> Site:
    row = cast("Site", street.a1[Site])
    row.provider_id = street.b.id
    return row


@pytest.mark.parametrize("way", WRITES)
def test_writing_for_another_provider_is_refused(street: Street, way: str) -> None:
    with open_scope(street.a.id), pytest.raises(WrongProvider):
        WRITES[way](street)


POLICY_WRITES: dict[str, Callable[[Street], Any]] = {
    "update": lambda street: Site.objects.update(provider=street.b),
    "bulk_update": lambda street: Site.objects.bulk_update([_moved(street)], ["provider"]),
    "fixture": lambda street: _moved(street).save_base(raw=True),
    "insert": lambda street: _execute(
        "INSERT INTO fleet_site (id, provider_id, customer_id, name, street, postal_code, city) "
        "VALUES (gen_random_uuid(), %s, %s, '', '', '35000', '')",
        street.b.id,
        street.b1[Customer].pk,
    ),
}


def _execute(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("way", POLICY_WRITES)
def test_postgresql_refuses_what_goes_round_the_models(street: Street, way: str) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), open_scope(street.a.id):
        POLICY_WRITES[way](street)


# --- References -----------------------------------------------------------------------------------

REFERENCES = [
    (model, field.attname, target_of(field))
    for model in tenant_models()
    for field in references(model)
]
# A credit note names an invoice, and an invoice none; so do practice roles and practices.
ALONG: dict[tuple[str, str], dict[str, Any]] = {
    ("billing.Invoice", "credits_id"): {"kind": "CREDIT_NOTE"},
    ("providers.Invitation", "customer_id"): {"role": "PRACTICE_STAFF"},
}


def _name(case: Any) -> str:
    return case if isinstance(case, str) else str(case._meta.label)


@pytest.mark.parametrize(("model", "column", "target"), REFERENCES, ids=_name)
def test_a_reference_to_another_provider_is_refused(
    db: None, model: type[TenantModel], column: str, target: type[TenantModel]
) -> None:
    a, b = (Provider.objects.create(slug=slug) for slug in ("maison-a", "maison-b"))
    own = move_in(a, furnish(a, "a", until=model), "a1", until=model)
    until = None if target is model else model
    theirs = move_in(b, furnish(b, "b", until=until), "b1", until=until)
    given = {column: theirs[target].pk} | ALONG.get((model._meta.label, column), {})
    _refused(a, new_row(model, "a1", own, **given))
    with open_scope(a.id):
        add_row(model, "a1", own)
        _check_now()


# A row of the provider is every customer's, and the customer itself is the row's own.
AMONG_CUSTOMERS = [
    case
    for case in REFERENCES
    if issubclass(case[0], CustomerModel) and issubclass(case[2], CustomerModel)
]


@pytest.mark.parametrize(("model", "column", "target"), AMONG_CUSTOMERS, ids=_name)
def test_a_reference_to_another_customer_is_refused(
    db: None, model: type[TenantModel], column: str, target: type[TenantModel]
) -> None:
    a = Provider.objects.create(slug="maison-a")
    house = furnish(a, "a")
    own = move_in(a, house, "a1", until=model)
    other = move_in(a, house, "a2", until=None if target is model else model)
    given = {column: other[target].pk} | ALONG.get((model._meta.label, column), {})
    _refused(a, new_row(model, "a1", own, **given))


def _refused(provider: Provider, row: TenantModel) -> None:
    with pytest.raises(IntegrityError, match="violates foreign key constraint"):
        _insert(provider, row)


def _insert(provider: Provider, row: TenantModel) -> None:
    with open_scope(provider.id):
        row.save(force_insert=True)
        _check_now()


def _check_now() -> None:
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_membership_names_a_customer_of_its_provider(street: Street) -> None:
    sql = (
        "INSERT INTO providers_membership (id, user_id, provider_id, customer_id, role, is_active)"
        " VALUES (gen_random_uuid(), %s, %s, %s, 'PRACTICE_MANAGER', true)"
    )
    user = User.objects.create_user("a@example.org").pk

    def join(customer: House) -> None:
        with transaction.atomic():
            _execute(sql, user, street.a.id, customer[Customer].pk)
            _check_now()

    with pytest.raises(IntegrityError, match=r"_customer_id_bound|known_customer"):
        join(street.b1)
    join(street.a1)


# --- Nesting --------------------------------------------------------------------------------------


def test_a_nested_scope_restores_the_outer_one(street: Street) -> None:
    a, b, a1 = street.a.id, street.b.id, street.a1[Customer].pk
    with open_scope(a):
        with open_scope(b):
            assert settings_now() == (str(b), "")
            assert set(Customer.objects.all()) == {street.b1[Customer]}
        assert settings_now() == (str(a), "")
        with open_scope(a, a1):
            assert settings_now() == (str(a), str(a1))
            assert set(Customer.objects.all()) == {street.a1[Customer]}
            with open_scope(a):
                assert Customer.objects.count() == 2
            assert settings_now() == (str(a), str(a1))
        assert Customer.objects.count() == 2
    assert scope_or_none() is None
    assert settings_now() == ("", "")


def test_an_error_restores_the_outer_scope(street: Street) -> None:
    a, b = street.a.id, street.b.id
    with open_scope(a):
        for error, fail in (
            (ValueError, lambda: int("x")),
            (DatabaseError, lambda: _execute("SELECT 1 / 0")),
            (WrongProvider, street.a1[Site].save),
        ):
            with pytest.raises(error), open_scope(b):
                fail()
            assert settings_now() == (str(a), "")
            assert current_scope().provider_id == a
        assert Customer.objects.count() == 2


def test_an_error_undoes_the_writes_of_its_scope(street: Street) -> None:
    def change_and_fail() -> None:
        with open_scope(street.b.id):
            Site.objects.update(name="changed")
            raise ZeroDivisionError

    with open_scope(street.a.id), pytest.raises(ZeroDivisionError):
        change_and_fail()
    with open_scope(street.b.id):
        assert not Site.objects.filter(name="changed").exists()


def test_a_scope_inside_a_transaction_closes_before_its_end(street: Street) -> None:
    with transaction.atomic():
        with open_scope(street.a.id):
            assert Customer.objects.count() == 2
        assert settings_now() == ("", "")
        with pytest.raises(NoProviderOpen):
            Customer.objects.count()


def test_a_rolled_back_scope_closes_quietly(street: Street) -> None:
    with open_scope(street.a.id):
        with open_scope(street.b.id):
            transaction.set_rollback(True)
        assert settings_now() == (str(street.a.id), "")


def test_an_unknown_provider_has_no_rows(street: Street) -> None:
    with open_scope(new_id()):
        assert all(not model._default_manager.exists() for model in tenant_models())


# --- Nothing outlives the block -------------------------------------------------------------------


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_kept_connection_carries_nothing_on(transactional_db: None, ends_well: bool) -> None:
    provider = Provider.objects.create(slug="maison")
    furnished = furnish(provider, "maison")
    assert furnished
    try:
        with open_scope(provider.id):
            backend = _backend()
            assert settings_now()[0] == str(provider.id)
            if not ends_well:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert _backend() == backend
    assert settings_now() == ("", "")
    with connection.cursor() as cursor:
        cursor.cursor.execute("SELECT count(*) FROM providers_providerprofile")
        assert cursor.fetchone() == (0,)


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _in_a_thread(act: Callable[[], Any]) -> list[Any]:
    seen: list[Any] = []

    def run() -> None:
        try:
            seen.append(act())
        except NoProviderOpen:
            seen.append(NoProviderOpen)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return seen


def _count() -> int:
    return Customer.objects.count()


def test_another_thread_has_no_provider_open(transactional_db: None) -> None:
    provider = Provider.objects.create(slug="maison")
    with open_scope(provider.id):
        assert _in_a_thread(scope_or_none) == [None]
        assert _in_a_thread(_count) == [NoProviderOpen]


def test_a_context_copied_to_another_thread_opens_nothing_there(transactional_db: None) -> None:
    """Its connection was never told: better a refusal than an answer of no rows."""
    provider = Provider.objects.create(slug="maison")
    with open_scope(provider.id):
        copied = contextvars.copy_context()
        assert _in_a_thread(lambda: copied.run(scope_or_none)) == [None]
        assert _in_a_thread(lambda: copied.run(_count)) == [NoProviderOpen]
        assert _in_a_thread(lambda: copied.run(_raw_count)) == [NoProviderOpen]
        assert _count() == 0


def _raw_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM providers_customer")
        return int(cursor.fetchone()[0])


def test_an_async_task_that_goes_to_a_thread_opens_nothing_there(transactional_db: None) -> None:
    provider = Provider.objects.create(slug="maison")

    async def elsewhere() -> list[Any]:
        return await asyncio.to_thread(lambda: _in_a_thread(_count))

    with open_scope(provider.id):
        assert run_apart(elsewhere()) == [NoProviderOpen]


def test_two_async_tasks_do_not_share_a_scope() -> None:
    """A context variable belongs to its task, however the tasks take turns."""
    seen: list[bool] = []

    async def look(turn: asyncio.Event, done: asyncio.Event) -> None:
        await turn.wait()
        seen.append(scope_or_none() is None)
        done.set()

    async def both() -> None:
        turn, done = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(look(turn, done))
        turn.set()
        await done.wait()
        await task

    run_apart(both())
    assert seen == [True]


def test_contracts_of_two_providers_may_share_a_reference(street: Street) -> None:
    """Unique keys start with the provider: one's numbers say nothing of another's."""
    with open_scope(street.a.id):
        Contract.objects.filter(pk=street.a1[Contract].pk).update(reference="C-1")
    with open_scope(street.b.id):
        Contract.objects.update(reference="C-1")
