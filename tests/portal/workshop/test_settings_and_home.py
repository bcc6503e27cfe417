"""The first page of each role, and what only an owner changes."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from billing.models import Invoice
from contracts.models import Contract
from contracts.operations.parking import park
from core.errors import DomainError
from providers.enums import Role
from providers.models import LegalIdentity, ProviderProfile
from providers.scoping import open_scope
from tests.factories import an_identity
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    TODAY,
    SignIn,
    Workshop,
    seen_on,
)

IBAN = "FR14 2004 1010 0505 0001 3M02 606"


def identity_values() -> dict[str, str]:
    known = an_identity(valid_from=date(2026, 7, 1))
    values = {name: getattr(known, name) for name in known.__slots__}
    return {name: str(value) for name, value in values.items() if value not in (None, False)}


@pytest.mark.parametrize(
    ("role", "sections"),
    [(OWNER, 12), (MANAGER, 11), (ACCOUNTANT, 11)],
)
def test_each_role_has_its_first_page_and_its_sections(
    workshop: Workshop, sign_in: SignIn, contract: Contract, role: Role, sections: int
) -> None:
    page: Any = sign_in(role).get(workshop.at(""))
    assert page.status_code == 200
    navigation = page.context["navigation"]
    assert len(navigation) == sections
    for item in navigation:
        assert sign_in(role).get(item.url).status_code == 200, item.url


def test_technicians_are_led_to_their_own_space(workshop: Workshop, sign_in: SignIn) -> None:
    answer = sign_in(TECHNICIAN).get(workshop.at(""))
    assert answer["Location"] == f"/terrain/{workshop.provider.slug}/"


def test_a_stranger_finds_no_workshop(workshop: Workshop, stranger: Client) -> None:
    assert stranger.get(workshop.at("")).status_code == 404
    answer = Client().get(workshop.at(""))
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def test_the_first_page_says_what_is_due(
    workshop: Workshop, owner: Client, contract: Contract, invoice: Invoice
) -> None:
    with open_scope(workshop.provider.id):
        park(contract=contract, step="invoicing", error=DomainError("x"), day=TODAY, at=NOW)
    page: Any = owner.get(workshop.at(""))
    answers = {
        card.url.removeprefix(workshop.at("")): card.value for card in page.context["answers"]
    }
    assert answers["invoicing" if "invoicing" in answers else "facturation/"] == 1
    assert answers["factures/?status=overdue"] == 1
    assert answers["offres/"] == 1


@pytest.mark.parametrize(
    ("role", "reads", "identity", "bank"),
    [
        (OWNER, 200, 200, 200),
        (MANAGER, 403, 403, 403),
        (ACCOUNTANT, 200, 403, 403),
        (TECHNICIAN, 403, 403, 403),
    ],
)
def test_only_the_owner_changes_what_documents_say(
    workshop: Workshop, sign_in: SignIn, role: Role, reads: int, identity: int, bank: int
) -> None:
    client = sign_in(role)
    assert client.get(workshop.at("reglages/")).status_code == reads
    assert client.get(workshop.at("reglages/identite/")).status_code == identity
    assert client.get(workshop.at("reglages/banque/")).status_code == bank


def test_only_the_owner_is_led_to_the_members(workshop: Workshop, sign_in: SignIn) -> None:
    address = workshop.at("reglages/membres/")
    assert address in sign_in(OWNER).get(workshop.at("reglages/")).content.decode()
    assert address not in sign_in(ACCOUNTANT).get(workshop.at("reglages/")).content.decode()


def test_the_bank_details_are_changed(workshop: Workshop, owner: Client) -> None:
    address = workshop.at("reglages/banque/")
    values = {"iban": IBAN, "bic": "agrifrpp", **seen_on(owner, address)}
    answer = owner.post(address, values)
    assert answer.status_code == 303
    with open_scope(workshop.provider.id):
        own = ProviderProfile.objects.get()
    assert (own.iban, own.bic) == (IBAN.replace(" ", ""), "AGRIFRPP")
    page = owner.get(workshop.at("reglages/")).content.decode()
    assert "FR14 2004" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("iban", "FR14 2004 1010 0505 0001 3M02 607"), ("iban", ""), ("bic", "NOPE")],
)
def test_a_wrong_account_is_said_at_its_field(
    workshop: Workshop, owner: Client, field: str, value: str
) -> None:
    values = {"iban": IBAN, "bic": "", field: value}
    answer: Any = owner.post(workshop.at("reglages/banque/"), values)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


def test_a_new_identity_starts_on_its_day(workshop: Workshop, owner: Client) -> None:
    address = workshop.at("reglages/identite/")
    answer = owner.post(address, identity_values() | seen_on(owner, address))
    assert answer.status_code == 303
    with open_scope(workshop.provider.id):
        first, second = LegalIdentity.objects.order_by("valid_from")
    assert first.valid_to == date(2026, 6, 30)
    assert second.valid_from == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "732829321"),
        ("valid_from", "1999-12-31"),
        ("valid_from", "2019-01-01"),
        ("postal_code", "834"),
        ("vat_number", "FR00123456789"),
        ("share_capital", "beaucoup"),
        ("legal_name", ""),
        ("vat_regime", "NONE"),
    ],
)
def test_a_wrong_identity_is_said_at_its_field_and_nothing_is_written(
    workshop: Workshop, owner: Client, field: str, value: str
) -> None:
    address = workshop.at("reglages/identite/")
    values = {**identity_values(), **seen_on(owner, address), field: value}
    answer: Any = owner.post(address, values)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    with open_scope(workshop.provider.id):
        assert LegalIdentity.objects.count() == 1
