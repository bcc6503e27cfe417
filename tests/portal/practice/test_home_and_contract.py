"""What a practice reads of its contracts: the manager with prices, the staff without."""

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from django.test import Client

from contracts.models import Contract, ContractDocument
from contracts.operations.parking import park
from contracts.operations.preparing import Extras, abandon_contract
from contracts.operations.renewals import renew_and_end
from core.errors import DomainError
from providers.enums import Role
from providers.scoping import open_scope
from tests.factories import (
    TINY_PDF,
    a_prepared_contract,
    a_provider,
    a_signed_contract,
    noon,
)
from tests.portal.places import (
    NOW,
    PHONE,
    TODAY,
    Practice,
    a_contract,
    a_house,
    a_practice,
    issued,
    signed_in,
)

MANAGER, STAFF, ACCOUNTANT = Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT


def read(client: Client, address: str) -> str:
    """A page as its reader sees it: ordinary blanks."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\u00a0", " ")


def cards(practice: Practice, role: Role = MANAGER) -> dict[str, Any]:
    """The answers of the first page by their icon."""
    page: Any = practice.client(role).get(practice.at())
    return {card.icon: card for card in page.context["answers"]}


def test_six_questions_are_answered_for_the_manager(practice: Practice, contract: Contract) -> None:
    issued(practice, date(2026, 4, 1))
    found = cards(practice)
    assert list(found) == [
        "shield-check", "calendar", "tag", "receipt-euro", "calendar-clock", "phone",
    ]  # fmt: skip
    assert found["calendar"].value == contract.ends_on
    assert str(found["tag"].value) == "1200.00"
    assert str(found["receipt-euro"].value) == "560.00"
    assert found["receipt-euro"].url == practice.at("factures/?status=unpaid")
    assert found["calendar-clock"].value == date(2026, 7, 1)
    assert "360,00\u00a0€" in found["calendar-clock"].detail
    assert (found["phone"].value, found["phone"].url) == (PHONE, "tel:0494000001")


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        (NOW, "9\u00a0h – 18\u00a0h"),
        (NOW.replace(day=14), "fermé"),  # a Sunday
        (NOW.replace(month=7, day=14), "fermé"),  # a Tuesday, and a public holiday
    ],
)
def test_the_hours_of_the_day_stand_beside_the_number(
    practice: Practice, contract: Contract, at: datetime, hours: str
) -> None:
    with time_machine.travel(at):
        assert hours in cards(practice)["phone"].detail


def test_the_staff_read_the_cover_and_no_amount_at_all(
    practice: Practice, staff: Client, contract: Contract
) -> None:
    issued(practice, date(2026, 4, 1))
    assert list(cards(practice, STAFF)) == ["shield-check", "calendar", "phone"]
    page = f"contrats/{contract.pk}/"
    assert "€" in read(practice.client(MANAGER), practice.at(page))
    for path in ("", page):
        text = read(staff, practice.at(path))
        assert "Visites préventives" in text
        assert "€" not in text
        assert practice.at("factures/") not in text


@pytest.mark.parametrize(
    ("preset", "options"),
    [
        ("integral-micro", {"backup": Decimal("240.00")}),
        ("si-sante", {}),
        ("reunion-informatique", {}),
    ],
)
def test_no_sentence_of_the_terms_tells_the_staff_an_amount(
    db: None, preset: str, options: dict[str, Decimal | None]
) -> None:
    """The option's own words give a price a gigabyte."""
    practice = a_practice(a_provider(preset))
    with open_scope(practice.provider.id):
        contract = a_signed_contract(
            practice.customer, signed_on=date(2026, 2, 10), extras=Extras(options=options)
        )
    page = f"contrats/{contract.pk}/"
    assert "€" in read(practice.client(MANAGER), practice.at(page))
    for path in ("", page):
        assert "€" not in read(practice.client(STAFF), practice.at(path))


@pytest.mark.parametrize(("role", "status"), [(MANAGER, 200), (STAFF, 403), (ACCOUNTANT, 403)])
def test_the_signed_file_is_the_manager_s(
    practice: Practice, contract: Contract, role: Role, status: int
) -> None:
    with open_scope(practice.provider.id):
        document = ContractDocument.objects.get(contract=contract)
    answer = practice.client(role).get(practice.at(f"documents/{document.pk}/"))
    assert answer.status_code == status
    if status == 200:
        assert answer.content == TINY_PDF
        assert answer["Content-Disposition"].startswith("attachment")


def test_the_manager_reads_the_price_with_its_explanation_and_the_dates(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    page: Any = manager.get(practice.at(f"contrats/{contract.pk}/"))
    text = read(manager, practice.at(f"contrats/{contract.pk}/"))
    assert "1 200,00 €" in text
    assert "Comment est-ce calculé" in text
    assert [line.reasons for line in page.context["lines"]] != [()]
    days = {moment.day for moment in page.context["next_dates"]}
    assert {contract.ends_on, contract.notice_deadline} <= days
    assert page.context["documents"]
    for title in ("statements", "week", "commitment", "service", "money"):
        assert page.context[title], title


def test_the_accountant_reads_no_contract(
    practice: Practice, accountant: Client, contract: Contract
) -> None:
    for path in ("", f"contrats/{contract.pk}/"):
        assert accountant.get(practice.at(path)).status_code == 403


def test_what_was_never_signed_does_not_exist_for_the_practice(practice: Practice) -> None:
    with open_scope(practice.provider.id):
        prepared = a_prepared_contract(practice.customer, starts_on=TODAY)
        abandoned = a_prepared_contract(practice.customer, starts_on=TODAY)
        abandon_contract(contract_id=abandoned.pk, at=NOW)
        hidden = ContractDocument.objects.create(
            customer=practice.customer,
            contract=prepared,
            kind="draft",
            name="projet.pdf",
            media_type="application/pdf",
            content=TINY_PDF,
            sha256=sha256(TINY_PDF).hexdigest(),
            added_at=NOW,
        )
    for role in (MANAGER, STAFF):
        client = practice.client(role)
        home: Any = client.get(practice.at())
        assert home.context["contracts"].rows == []
        for contract in (prepared, abandoned):
            assert client.get(practice.at(f"contrats/{contract.pk}/")).status_code == 404
    manager = practice.client(MANAGER)
    assert manager.get(practice.at(f"documents/{hidden.pk}/")).status_code == 404


def test_a_contract_that_starts_later_covers_nothing_yet(practice: Practice) -> None:
    with open_scope(practice.provider.id):
        a_signed_contract(practice.customer, signed_on=TODAY, starts_on=date(2026, 9, 1))
    found = cards(practice)
    assert "1er\u00a0sept.\u00a02026" in found["shield"].value
    assert str(found["tag"].value) == "1200.00"
    assert "shield-check" not in found


def test_an_ended_contract_is_read_and_covers_nothing(db: None) -> None:
    practice = a_practice(a_provider("reunion-informatique", phone=PHONE))
    with open_scope(practice.provider.id):
        contract = a_signed_contract(practice.customer, signed_on=date(2025, 2, 10))
    issued(practice, date(2025, 2, 10))
    day = date(2026, 1, 2)
    renew_and_end(provider_id=practice.provider.id, day=day, issued_on=day, at=noon(day))
    found = cards(practice)
    assert list(found) == ["shield-off", "receipt-euro", "phone"]
    page: Any = practice.client(MANAGER).get(practice.at(f"contrats/{contract.pk}/"))
    assert page.status_code == 200
    assert date(2025, 12, 31) in [fact.value for fact in page.context["facts"]]
    assert page.context["next_dates"] == []


def test_that_a_contract_is_set_aside_stays_with_the_provider(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    with open_scope(practice.provider.id):
        park(contract=contract, step="invoicing", error=DomainError("x"), day=TODAY, at=NOW)
    found = cards(practice)
    assert found["calendar-clock"].detail == ""
    assert found["shield-check"].value
    for path in ("", f"contrats/{contract.pk}/"):
        page: Any = manager.get(practice.at(path))
        assert "tone-danger" not in page.content.decode()


def test_a_practice_without_a_contract_is_told_so(practice: Practice, manager: Client) -> None:
    assert list(cards(practice)) == ["shield-off", "circle-check", "phone"]
    page: Any = manager.get(practice.at())
    assert page.context["next_dates"] == []
    assert page.context["weeks"] == []


def test_a_second_contract_adds_up_and_its_dates_are_named(
    practice: Practice, contract: Contract
) -> None:
    a_contract(practice, signed_on=date(2026, 3, 5))
    assert str(cards(practice)["tag"].value) == "2400.00"
    page: Any = practice.client(MANAGER).get(practice.at())
    assert all(moment.detail for moment in page.context["next_dates"])
    assert len(page.context["covers"]) == 1


@pytest.fixture
def outsiders(practice: Practice) -> list[Client]:
    """The people of the practice next door, those of another provider, and the provider's own."""
    next_door = a_practice(practice.provider, "Cabinet du Port")
    elsewhere = a_practice(a_house("voisin-info"), "Cabinet du Lac")
    return [signed_in(row) for place in (next_door, elsewhere) for row in place.members.values()]


def test_a_stranger_finds_no_practice(
    practice: Practice, contract: Contract, outsiders: list[Client]
) -> None:
    with open_scope(practice.provider.id):
        document = ContractDocument.objects.get(contract=contract)
    for path in ("", f"contrats/{contract.pk}/", f"documents/{document.pk}/"):
        for client in outsiders:
            assert client.get(practice.at(path)).status_code == 404
        assert Client().get(practice.at(path)).status_code == 302


def test_the_practice_next_door_finds_no_contract_at_its_own_address(
    practice: Practice, contract: Contract
) -> None:
    next_door = a_practice(practice.provider, "Cabinet du Port")
    with open_scope(practice.provider.id):
        document = ContractDocument.objects.get(contract=contract)
    manager = next_door.client(MANAGER)
    for path in (f"contrats/{contract.pk}/", f"documents/{document.pk}/"):
        assert manager.get(next_door.at(path)).status_code == 404


def test_a_person_who_was_let_go_finds_nothing(practice: Practice, contract: Contract) -> None:
    for role, member in practice.members.items():
        client = practice.client(role)
        member.is_active = False
        member.save(update_fields=["is_active"])
        for path in ("", f"contrats/{contract.pk}/", "factures/"):
            assert client.get(practice.at(path)).status_code == 404
