"""The audit trail: written once, sealed in order, and every later touch shows (T22, R18)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from core.sealing import seal
from providers.audit import record, record_read
from providers.enums import Role
from providers.models import AuditEntry, AuditSeal, Customer, Provider, TrailHead, User
from providers.operations.sealing import seal_entries
from providers.presence import PresenceMiddleware, acting_as, present
from providers.scoping import open_scope
from providers.tasks import seal_trails
from providers.trail import FORM, FORMS, Head, head, sealed_form, start_of, verify
from tests.factories import a_customer, a_member, a_provider

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def provider() -> Provider:
    return a_provider()


@pytest.fixture
def customer(provider: Provider) -> Customer:
    with open_scope(provider.id):
        return a_customer()


def write(provider: Provider, customer: Customer, count: int = 5) -> list[AuditEntry]:
    with open_scope(provider.id):
        return [
            record("customer.updated", customer, at=now(), fields=[str(n)]) for n in range(count)
        ]


def sealed(provider: Provider) -> int:
    return seal_entries(provider_id=provider.id, at=now())


def fault_of(provider: Provider, kept: Head | None = None) -> str | None:
    with open_scope(provider.id):
        found = verify(kept=kept).fault
    return found.code if found else None


# --- Writing --------------------------------------------------------------------------------------


def test_an_entry_remembers_the_name_and_the_practice(
    provider: Provider, customer: Customer
) -> None:
    with open_scope(provider.id):
        person = a_member(Role.MANAGER, name="Claire Exemple").user
        with acting_as(person):
            entry = record("customer.updated", customer, at=now(), actor_id=person.pk)
            parked = record("contract.parked", customer, at=now(), actor_id=person.pk)
    assert (entry.actor_name, entry.subject_name) == ("Claire Exemple", customer.name)
    assert entry.customer_id == customer.pk
    assert parked.customer_id is None  # what waits for a person of the provider is its own affair


def test_writing_an_entry_asks_nothing_more_of_the_database(
    provider: Provider, customer: Customer
) -> None:
    with open_scope(provider.id):
        person = a_member(Role.MANAGER).user
        with (
            acting_as(person),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            record("customer.updated", customer, at=now(), actor_id=person.pk)
    assert len(asked) == 1


def test_a_reading_is_noted_once_an_hour(provider: Provider, customer: Customer) -> None:
    at = datetime(2026, 6, 15, 9, 10, tzinfo=UTC)
    with open_scope(provider.id):
        first, second = (a_member(Role.MANAGER).user for _ in range(2))
        for person, instant in (
            (first, at),
            (first, at + timedelta(minutes=40)),
            (second, at),
            (first, at + timedelta(minutes=55)),
        ):
            with acting_as(person):
                record_read(customer, at=instant)
        read = AuditEntry.objects.filter(act="customer.read").order_by("at", "actor_name")
        assert [entry.at for entry in read] == [at, at, at + timedelta(minutes=55)]


def test_what_a_practice_reads_of_its_own_is_not_noted(
    provider: Provider, customer: Customer
) -> None:
    with open_scope(provider.id):
        manager = a_member(Role.PRACTICE_MANAGER, customer=customer).user
    with open_scope(provider.id, customer.pk), acting_as(manager):
        record_read(customer, at=now())
    with open_scope(provider.id):
        assert not AuditEntry.objects.filter(act="customer.read").exists()


def test_a_practice_reads_the_entries_that_name_it_and_no_other(
    provider: Provider, customer: Customer
) -> None:
    with open_scope(provider.id):
        other = a_customer("Cabinet des Ifs")
        record("contract.parked", customer, at=now())
    with open_scope(provider.id, customer.pk), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT customer_id FROM providers_auditentry")
        assert cursor.fetchall() == [(customer.pk,)]
    with open_scope(provider.id, other.pk):
        assert set(AuditEntry.objects.values_list("subject_name", flat=True)) == {other.name}


@pytest.mark.parametrize(
    ("told", "kept"), [("192.0.2.7", "192.0.2.7"), ("somewhere", None), ("", None)]
)
def test_an_address_that_makes_no_sense_is_none(rf: Any, told: str, kept: str | None) -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(present().address)
        return HttpResponse()

    PresenceMiddleware(answer)(rf.get("/", REMOTE_ADDR=told))
    assert seen == [kept]


# --- Sealing --------------------------------------------------------------------------------------


def test_the_newest_form_has_every_column() -> None:
    columns = [field.attname for field in AuditEntry._meta.concrete_fields]
    assert sorted(FORMS[FORM]) == sorted(columns)


def test_entries_are_sealed_in_order_and_once(provider: Provider, customer: Customer) -> None:
    write(provider, customer)
    with open_scope(provider.id):
        waiting = AuditEntry.objects.count()
    assert seal_entries(provider_id=provider.id, at=now(), limit=3) == 3
    seal_trails()
    seal_trails()
    assert sealed(provider) == 0
    with open_scope(provider.id):
        assert list(
            AuditSeal.objects.order_by("position").values_list("position", flat=True)
        ) == list(range(1, waiting + 1))
        assert TrailHead.objects.get().position == waiting
    assert fault_of(provider) is None


def test_chains_of_two_providers_never_continue_each_other(
    provider: Provider, customer: Customer
) -> None:
    other = a_provider()
    for each in (provider, other):
        sealed(each)
    with open_scope(provider.id):
        mine = head()
    assert fault_of(other, mine) == "rewritten"
    assert start_of(provider.id) != start_of(other.id)


def test_the_command_tells_the_head_and_checks_a_kept_one(
    provider: Provider, customer: Customer
) -> None:
    write(provider, customer)
    sealed(provider)
    told = StringIO()
    call_command("verify_trail", provider=provider.slug, stdout=told)
    kept = told.getvalue().split()[-1]
    write(provider, customer)
    sealed(provider)
    call_command("verify_trail", "--provider", provider.slug, "--head", kept, stdout=told)
    wrong = f"3:{'0' * 64}"
    with pytest.raises(SystemExit):
        call_command("verify_trail", "--provider", provider.slug, "--head", wrong, stdout=told)
    assert "rewritten" in told.getvalue()


# --- Touching what is sealed, as somebody whom no trigger stops -----------------------------------


class Intruder:
    """Whoever owns the database and has switched the triggers off."""

    def __init__(self, connection: Any, provider: Provider) -> None:
        self.cursor = connection.cursor()
        self.does("SELECT set_config('app.provider', %s, false)", str(provider.id))
        for table in ("providers_auditentry", "providers_auditseal"):
            self.does(f"ALTER TABLE {table} DISABLE TRIGGER frozen_row")

    def does(self, sql: str, *values: Any) -> None:
        self.cursor.execute(sql, values)

    @contextmanager
    def changing(self, table: str, column: str, row_id: UUID, value: str) -> Iterator[None]:
        """Another value in one column, and the old one again."""
        self.does(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE id = %s", str(row_id))
        self.does(f"UPDATE {table} SET {column} = {value} WHERE id = %s", str(row_id))
        yield
        if column == "id":
            self.does(f"UPDATE {table} SET id = %s WHERE id = '{UUID(int=9)}'", str(row_id))
        else:
            self.does(f"UPDATE {table} t SET {column} = k.{column} FROM kept k WHERE t.id = k.id")
        self.does("DROP TABLE kept")


OTHER_VALUES = {
    "id": f"'{UUID(int=9)}'",
    "at": "at + interval '1 microsecond'",
    "actor_id": "gen_random_uuid()",
    "actor_name": "'Quelqu’un'",
    "address": "'192.0.2.1'",
    "customer_id": "NULL",
    "act": "'customer.registered'",
    "subject": "'providers.contact'",
    "subject_id": "gen_random_uuid()",
    "subject_name": "subject_name || ' '",
    "read_in": "at",
    "detail": "'{\"fields\": []}'",
    "transaction": "transaction + 1",
    "position": "99",
    "entry_id": "gen_random_uuid()",
    "form": "1",
    "sealed_at": "sealed_at - interval '1 second'",
    "hash": "repeat('0', 64)",
}


@pytest.fixture
def intruder(transactional_db: None, owner_connection: Any) -> Callable[[Provider], Intruder]:
    return lambda provider: Intruder(owner_connection, provider)


def test_every_touch_shows(intruder: Callable[[Provider], Intruder]) -> None:
    provider = a_provider()
    with open_scope(provider.id):
        customer = a_customer()
    entries = write(provider, customer, 6)
    sealed(provider)
    hand = intruder(provider)
    third, fourth = entries[2], entries[3]
    assert fault_of(provider) is None
    with open_scope(provider.id):
        third_seal = AuditSeal.objects.get(entry_id=third.pk)
    unseen = []
    for model, row in ((AuditEntry, third), (AuditSeal, third_seal)):
        for field in model._meta.concrete_fields:
            if field.column == "provider_id" or (model, field.column) == (AuditSeal, "id"):
                continue  # of another provider it is unseen: `missing`; a seal's id says nothing
            table, column = model._meta.db_table, str(field.column)
            with hand.changing(table, column, row.pk, OTHER_VALUES[column]):
                if fault_of(provider) is None:
                    unseen.append(f"{table}.{field.column}")
            assert fault_of(provider) is None
    assert unseen == []
    _rows_moved(hand, provider, third, fourth)


def _rows_moved(hand: Intruder, provider: Provider, third: AuditEntry, fourth: AuditEntry) -> None:
    """Swapped, slipped in, taken out, cut off, and the whole written again."""
    swap = (
        "UPDATE providers_auditentry SET at = CASE id WHEN %s THEN %s ELSE %s END "
        "WHERE id IN (%s, %s)"
    )
    ids = str(third.pk), str(fourth.pk)
    hand.does(swap, ids[0], fourth.at, third.at, *ids)
    assert fault_of(provider) == "content"
    hand.does(swap, ids[0], third.at, fourth.at, *ids)
    assert fault_of(provider) is None
    columns = "provider_id, at, actor_name, act, subject, subject_name, detail"
    hand.does(
        f"INSERT INTO providers_auditentry (id, {columns}) "
        f"SELECT '{UUID(int=5)}', {columns} FROM providers_auditentry WHERE id = %s",
        ids[0],
    )
    assert sealed(provider) == 0  # nobody seals what comes so late
    assert fault_of(provider) == "inserted"
    hand.does(f"DELETE FROM providers_auditentry WHERE id = '{UUID(int=5)}'")
    with open_scope(provider.id):
        kept, last = head(), AuditSeal.objects.latest("position")
    hand.does("DELETE FROM providers_auditentry WHERE id = %s", str(last.entry_id))
    assert fault_of(provider) == "missing"
    hand.does("DELETE FROM providers_auditseal WHERE id = %s", str(last.pk))
    assert fault_of(provider) == "tail"
    hand.does(
        "UPDATE providers_trailhead SET position = position - 1, hash = "
        "(SELECT hash FROM providers_auditseal ORDER BY position DESC LIMIT 1)"
    )
    assert fault_of(provider) is None  # all inside agrees: only a head kept outside tells
    assert fault_of(provider, kept) == "rewritten"
    _written_again(hand, provider, third)
    assert fault_of(provider) is None
    assert fault_of(provider, Head(last.position, last.hash)) == "rewritten"


def _written_again(hand: Intruder, provider: Provider, changed: AuditEntry) -> None:
    """An entry changed and every seal after it computed anew."""
    hand.does("UPDATE providers_auditentry SET actor_name = 'X' WHERE id = %s", str(changed.pk))
    with open_scope(provider.id):
        last, seals = start_of(provider.id), list(AuditSeal.objects.order_by("position"))
        entries = AuditEntry.objects.in_bulk([each.entry_id for each in seals])
    for each in seals:
        form = sealed_form(
            entries[each.entry_id], position=each.position, form=FORM, sealed_at=each.sealed_at
        )
        last = seal(last, form)
        hand.does("UPDATE providers_auditseal SET hash = %s WHERE id = %s", last, str(each.pk))
    hand.does("UPDATE providers_trailhead SET hash = %s", last)


def test_a_person_who_left_is_still_named(provider: Provider, customer: Customer) -> None:
    with open_scope(provider.id):
        person = a_member(Role.MANAGER, name="Claire Exemple").user
        with acting_as(person):
            entry = record("customer.updated", customer, at=now(), actor_id=person.pk)
        User.objects.filter(pk=person.pk).update(name="")
        assert AuditEntry.objects.get(pk=entry.pk).actor_name == "Claire Exemple"
