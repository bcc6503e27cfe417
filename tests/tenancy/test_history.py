"""History of master data: every edit is kept, however it was made, and behind its house's walls."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models
from django.test.utils import CaptureQueriesContext
from psycopg2.errors import InsufficientPrivilege, RestrictViolation

from billing.models import Invoice
from billing.operations.invoice_run import Run, issue_due
from contracts.models import Contract, Offer, OfferDraft, OfferVersion
from contracts.operations.drafts import start_draft
from core import clock
from fleet.models import Equipment, Site
from fleet.operations import add_equipment, add_site
from providers.enums import Role
from providers.models import (
    AuditEntry,
    Contact,
    Customer,
    HistoryRow,
    LegalIdentity,
    Membership,
    Provider,
    ProviderProfile,
)
from providers.operations import add_contact, change_bank_details, update_customer
from providers.operations.removing import remove_customer
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import a_customer, a_member, a_provider, a_signed_contract, noon

IBAN, OTHER_IBAN = "FR7630006000011234567890189", "FR1420041010050500013M02606"
DAY = date(2026, 2, 10)
DETAILS = ("name", "postal_code", "kind", "siren", "street", "city", "email", "phone")


def lines(**wanted: Any) -> list[HistoryRow]:
    return list(HistoryRow.objects.filter(**wanted).order_by("id"))


@pytest.fixture
def provider(db: None) -> Provider:
    return a_provider(slug="maison", iban=IBAN)


@pytest.fixture
def customer(provider: Provider) -> Customer:
    with open_scope(provider.id):
        return a_customer("Cabinet des Pins")


def one_of_each(customer: Customer) -> dict[type[models.Model], dict[str, Any]]:
    """A row of every kind that is tracked, with an edit by one bulk statement."""
    known: dict[str, Any] = {"customer_id": customer.pk, "at": noon(DAY)}
    add_contact(name="Docteur Pin", phone="0102", **known)
    site = add_site(name="Étage", postal_code="83480", **known)
    add_equipment(kind="server", label="Serveur", site_id=site.pk, **known)
    a_signed_contract(customer, signed_on=DAY)
    a_member(Role.MANAGER, email="m@maison.example")
    start_draft(offer_id=Offer.objects.get().pk, at=noon(DAY))
    return {
        Customer: {"phone": "0999"},
        Contact: {"phone": "0999"},
        Site: {"city": "Ailleurs"},
        Equipment: {"label": "Autre"},
        ProviderProfile: {"trade_name": "Autre maison"},
        LegalIdentity: {"legal_name": "Autre société"},
        Provider: {"zone": "Indian/Reunion"},
        Membership: {"role": Role.ACCOUNTANT},
        Offer: {"name": "Autre offre"},
        OfferVersion: {"is_price_confirmed": True},
        OfferDraft: {"name": "Autre brouillon"},
        Contract: {"signed_by": "Autre personne"},
    }


def test_a_bulk_statement_leaves_a_line_on_every_kind_of_master_data(
    provider: Provider, customer: Customer
) -> None:
    with open_scope(provider.id):
        for model, values in one_of_each(customer).items():
            [(name, value)] = values.items()
            row = model._default_manager.order_by("pk").first()
            assert row is not None
            before = getattr(row, name)
            model._default_manager.filter(pk=row.pk).update(**{name: value})
            line = lines(subject_id=row.pk)[-1]
            assert (line.subject, line.kind) == (model._meta.label_lower, "CHANGED")
            assert line.after == {name: value}, model
            assert line.before == {name: None if before == "" else before}
            assert line.role == "clausier_app"


def test_a_removal_keeps_what_was_there(provider: Provider, customer: Customer) -> None:
    with open_scope(provider.id):
        contact = add_contact(customer_id=customer.pk, name="Docteur Pin", at=noon(DAY))
        key = contact.pk
        Contact.objects.filter(pk=key).delete()
        [line] = lines(subject_id=key)
        assert (line.kind, line.before, line.after) == (
            "REMOVED",
            {"name": "Docteur Pin"},
            {"name": None},
        )
        assert line.customer_id == customer.pk


def test_the_lines_of_a_customer_outlive_it(provider: Provider, customer: Customer) -> None:
    with open_scope(provider.id):
        Customer.objects.update(reference="C-1")
        remove_customer(customer_id=customer.pk, at=noon(DAY))
        changed, removed = lines(customer_id=customer.pk, subject="providers.customer")
    assert (changed.before, changed.after) == ({"reference": None}, {"reference": "C-1"})
    assert (removed.kind, removed.before["reference"]) == ("REMOVED", "C-1")


def test_no_line_names_a_customer_that_never_was(provider: Provider, customer: Customer) -> None:
    with open_scope(provider.id), pytest.raises(DatabaseError, match="known_customer"):
        HistoryRow.objects.create(
            customer_id=new_id(), at=noon(DAY), transaction=1, role="x", kind="CHANGED",
            subject="providers.customer", subject_id=customer.pk,
        )  # fmt: skip


def test_a_right_given_in_the_database_is_seen_with_no_provider_open(provider: Provider) -> None:
    """Memberships are global: the line is written behind the walls of their house all the same."""
    with open_scope(provider.id):
        member = a_member(Role.TECHNICIAN, email="t@maison.example")
    Membership.objects.filter(pk=member.pk).update(role=Role.OWNER)
    with open_scope(provider.id):
        added, changed = lines(subject_id=member.pk)
        assert (added.kind, added.after["role"]) == ("ADDED", "TECHNICIAN")
        assert (changed.before, changed.after) == ({"role": "TECHNICIAN"}, {"role": "OWNER"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.provider', true)")
        assert cursor.fetchone() == ("",), "the house is closed again"


def test_a_line_of_another_house_is_written_behind_its_own_walls(provider: Provider) -> None:
    other = a_provider(slug="voisin")
    with open_scope(other.id):
        member = a_member(Role.TECHNICIAN, email="t@voisin.example")
    with open_scope(provider.id):
        Membership.objects.filter(pk=member.pk).update(is_active=False)
        assert lines(subject_id=member.pk) == []
        assert Customer.objects.count() == 0, "the open house is still the open house"
    with open_scope(other.id):
        assert [line.kind for line in lines(subject_id=member.pk)] == ["ADDED", "CHANGED"]


def test_an_account_is_never_kept_whole(provider: Provider) -> None:
    with open_scope(provider.id):
        change_bank_details(iban=OTHER_IBAN, bic="AGRIFRPP", at=noon(DAY))
        profile = ProviderProfile.objects.get()
        [line] = lines(subject_id=profile.pk)
        assert (line.before["iban"], line.after["iban"]) == ("…0189", "…2606")
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(h::text, ' ') FROM providers_historyrow h")
            [(text,)] = cursor.fetchall()
    assert IBAN[4:-4] not in text
    assert OTHER_IBAN[4:-4] not in text


def test_a_picture_is_kept_as_a_fingerprint(provider: Provider) -> None:
    with open_scope(provider.id):
        ProviderProfile.objects.update(logo=b"\x89PNG" * 50_000)
        [line] = lines(subject="providers.providerprofile")
        assert len(line.after["logo"]) == 12


def test_of_terms_only_the_parts_that_differ_are_kept(provider: Provider) -> None:
    with open_scope(provider.id):
        draft = start_draft(offer_id=Offer.objects.get().pk, at=noon(DAY))
        terms = {**draft.terms, "notice": {"kind": "none"}}
        OfferDraft.objects.filter(pk=draft.pk).update(terms=terms)
        [line] = lines(subject_id=draft.pk)
        assert line.after == {"terms": {"notice": {"kind": "none"}}}
        assert line.before["terms"].keys() <= {"notice"}


def test_an_edit_and_its_act_carry_the_same_transaction(
    provider: Provider, customer: Customer
) -> None:
    with open_scope(provider.id):
        known = {name: getattr(customer, name) for name in DETAILS}
        with CaptureQueriesContext(connection) as asked:
            update_customer(customer_id=customer.pk, at=noon(DAY), **{**known, "phone": "0999"})
        [line] = lines(subject_id=customer.pk)
        entry = AuditEntry.objects.get(act="customer.updated")
        assert line.transaction == entry.transaction is not None
    said = [query["sql"] for query in asked.captured_queries]
    own = [sql for sql in said if "SAVEPOINT" not in sql]
    assert len(own) == 3, "read under lock, written, told: the line costs no statement"


def test_nothing_new_leaves_no_line(provider: Provider, customer: Customer) -> None:
    with open_scope(provider.id):
        known = {name: getattr(customer, name) for name in DETAILS}
        update_customer(customer_id=customer.pk, at=noon(DAY), **known)
        Customer.objects.update(name=customer.name, sort_key="0")
        assert lines(subject_id=customer.pk) == []


def test_the_invoice_run_leaves_no_line(provider: Provider, customer: Customer) -> None:
    """What it moves (the next day, the state) is no master data, and costs nothing."""
    with open_scope(provider.id):
        contract = a_signed_contract(customer, signed_on=DAY, cadence="quarterly")
        before = lines(subject_id=contract.pk)
    issue_due(Run(provider.id, DAY, DAY, noon(DAY)))
    with open_scope(provider.id):
        assert Invoice.objects.count()
        assert lines(subject_id=contract.pk) == before
        Contract.objects.update(
            next_invoice_on=DAY, next_revision_on=DAY, term_number=7, is_parked=True
        )
        assert lines(subject_id=contract.pk) == before


def test_a_practice_reads_its_own_lines_alone(provider: Provider, customer: Customer) -> None:
    with open_scope(provider.id):
        other = a_customer("Cabinet des Chênes")
        Customer.objects.update(phone="0999")
        ProviderProfile.objects.update(trade_name="Autre")
    with open_scope(provider.id, other.pk):
        assert [line.subject_id for line in lines()] == [other.pk]
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT subject_id FROM providers_historyrow")
            assert cursor.fetchall() == [(other.pk,)]


CHANGES = {
    "update": "UPDATE providers_historyrow SET role = 'nobody'",
    "delete": "DELETE FROM providers_historyrow",
    "truncate": "TRUNCATE providers_historyrow",
}


@pytest.fixture
def a_line(transactional_db: None) -> Provider:
    provider = a_provider(slug="gardee")
    with open_scope(provider.id):
        customer = a_customer("Cabinet des Pins")
        Customer.objects.filter(pk=customer.pk).update(phone="0999")
    return provider


def as_app(provider: Provider, statement: str) -> None:
    with open_scope(provider.id), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("name", CHANGES)
def test_the_app_role_only_adds(a_line: Provider, name: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        as_app(a_line, CHANGES[name])
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


@pytest.mark.parametrize("name", CHANGES)
def test_the_owner_only_adds_unless_it_says_that_it_erases(
    a_line: Provider, owner_connection: Any, name: str
) -> None:
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.provider', %s, false)", [str(a_line.id)])
        with pytest.raises(RestrictViolation, match="history is only added to"):
            cursor.execute(CHANGES[name])
        cursor.execute("SELECT set_config('app.erasure', 'on', false)")
        if name != "delete":
            with pytest.raises(RestrictViolation):
                cursor.execute(CHANGES[name])


def test_where_the_trigger_is_off_nothing_is_kept(a_line: Provider, owner_connection: Any) -> None:
    """The planted fault: it is the trigger that sees what operations do not tell."""
    with owner_connection.cursor() as cursor:
        cursor.execute("ALTER TABLE providers_customer DISABLE TRIGGER history_changed")
    with open_scope(a_line.id):
        known = len(lines())
        Customer.objects.update(phone="0777")
        assert len(lines()) == known


# --- Erasing --------------------------------------------------------------------------------------
Prune = Callable[..., str]


@pytest.fixture
def prune(checkout: Path, process_environment: dict[str, str]) -> Prune:
    def run(*options: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", "prune_history", *options],
            cwd=checkout,
            env=process_environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return done.stdout

    return run


def test_what_has_aged_is_erased_and_nothing_else(
    a_line: Provider, prune: Prune, owner_connection: Any
) -> None:
    with open_scope(a_line.id):
        [fresh] = lines(subject="providers.customer")
        long_ago = clock.now() - timedelta(days=1096)
        old = HistoryRow.objects.create(
            customer_id=fresh.customer_id,
            at=long_ago,
            transaction=1,
            role="clausier_app",
            kind="CHANGED",
            subject="providers.customer",
            subject_id=fresh.subject_id,
            before={"phone": "0101"},
            after={"phone": "0202"},
        )
    assert prune() == "gardee: 1\n"
    with open_scope(a_line.id):
        assert not lines(pk=old.pk)
        assert lines(pk=fresh.pk)
    assert prune() == "gardee: 0\n"


def test_on_request_the_lines_of_one_row_are_erased_and_the_journal_says_so(
    a_line: Provider, prune: Prune
) -> None:
    with open_scope(a_line.id):
        [line] = lines(subject="providers.customer")
    assert prune("--provider", "gardee", "--subject", str(line.subject_id)) == "gardee: 1\n"
    with open_scope(a_line.id):
        assert lines(subject="providers.customer") == []
        assert AuditEntry.objects.get(act="history.erased").detail == {"count": 1}
