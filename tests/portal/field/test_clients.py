"""The technician on the road: who calls, and what their contract covers. Never an amount."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from contracts.models import Contract
from contracts.operations.preparing import Extras
from providers.enums import Role
from providers.models import Contact, Customer, Membership, Provider
from providers.scoping import open_scope
from tests.factories import (
    a_customer,
    a_member,
    a_prepared_contract,
    a_provider,
    a_signed_contract,
)
from tests.harness.questions import MOST, questions
from tests.portal.places import NOW, TODAY, a_house, a_practice, signed_in


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(db: None) -> Provider:
    return a_house("essai-info")


def member(provider: Provider, role: Role) -> Membership:
    with open_scope(provider.id):
        return a_member(role)


@pytest.fixture
def technician(house: Provider) -> Client:
    return signed_in(member(house, Role.TECHNICIAN))


def at(provider: Provider, path: str = "") -> str:
    return f"/terrain/{provider.slug}/{path}"


def covered(provider: Provider, name: str, **given: Any) -> tuple[Customer, Contract]:
    with open_scope(provider.id):
        customer = a_customer(name, phone="04 94 00 00 09")
        contract = a_signed_contract(customer, signed_on=date(2026, 2, 10), **given)
    return customer, contract


def names(answer: Any) -> dict[str, str]:
    """Each client shown with the tone of the answer beside it."""
    rows = answer.context["table"].rows
    return {row.cells[0].main.label: row.cells[1].tone.value for row in rows}


def test_each_client_is_shown_with_its_cover(house: Provider, technician: Client) -> None:
    covered(house, "Cabinet des Pins")
    with open_scope(house.id):
        waiting = a_customer("Cabinet du Port")
        a_prepared_contract(waiting, starts_on=TODAY)
        later = a_customer("Cabinet du Quai")
        a_signed_contract(later, signed_on=TODAY, starts_on=date(2026, 9, 1))
    answer = technician.get(at(house))
    assert names(answer) == {
        "Cabinet des Pins": "success",
        "Cabinet du Port": "neutral",
        "Cabinet du Quai": "neutral",
    }
    for customer in (waiting, later):
        page: Any = technician.get(at(house, f"clients/{customer.pk}/"))
        assert page.context["covers"] == []
        assert page.status_code == 200


def test_a_part_of_the_name_is_enough_accents_aside(house: Provider, technician: Client) -> None:
    covered(house, "Cabinet Élysée")
    with open_scope(house.id):
        a_customer("Cabinet du Port")
    assert list(names(technician.get(at(house), {"search": "elys"}))) == ["Cabinet Élysée"]
    nobody: Any = technician.get(at(house), {"search": "zz"})
    assert names(nobody) == {}
    assert nobody.context["chips"]


def test_the_client_page_says_cover_hours_and_people_and_no_amount(
    house: Provider, technician: Client
) -> None:
    customer, contract = covered(house, "Cabinet des Pins")
    with open_scope(house.id):
        Contact.objects.create(
            customer=customer, name="Lise Exemple", position="Secrétaire", phone="06 00 00 00 01"
        )
    page: Any = technician.get(at(house, f"clients/{customer.pk}/"))
    text = page.content.decode()
    for said in (
        contract.reference,
        "Visites préventives",
        "9\u00a0h – 18\u00a0h",
        "Lise Exemple",
        'href="tel:0600000001"',
        'href="tel:0494000009"',
    ):
        assert said in text
    for path in ("", f"clients/{customer.pk}/"):
        assert "€" not in technician.get(at(house, path)).content.decode()


@pytest.mark.parametrize(
    ("preset", "options"),
    [
        ("integral-micro", {"backup": Decimal("240.00")}),
        ("si-sante", {}),
        ("reunion-informatique", {}),
    ],
)
def test_no_terms_tell_a_technician_an_amount(
    db: None, preset: str, options: dict[str, Decimal | None]
) -> None:
    house = a_provider(preset)
    customer, _contract = covered(house, "Cabinet des Pins", extras=Extras(options=options))
    client = signed_in(member(house, Role.TECHNICIAN))
    page: Any = client.get(at(house, f"clients/{customer.pk}/"))
    assert page.context["covers"]
    assert "€" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.ACCOUNTANT])
def test_those_who_read_contracts_may_look_too(house: Provider, role: Role) -> None:
    assert signed_in(member(house, role)).get(at(house)).status_code == 200


def test_strangers_find_nothing(house: Provider) -> None:
    customer, _contract = covered(house, "Cabinet des Pins")
    other = a_house("voisin-info")
    stranger = signed_in(member(other, Role.TECHNICIAN))
    practice = a_practice(house)
    people = [stranger, *map(signed_in, practice.members.values())]
    for path in ("", f"clients/{customer.pk}/"):
        for client in people:
            assert client.get(at(house, path)).status_code == 404
        assert Client().get(at(house, path)).status_code == 302
    assert stranger.get(at(other, f"clients/{customer.pk}/")).status_code == 404


def test_a_technician_who_was_let_go_finds_nothing(house: Provider) -> None:
    gone = member(house, Role.TECHNICIAN)
    client = signed_in(gone)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert client.get(at(house)).status_code == 404


def test_no_page_asks_more_when_it_shows_more(house: Provider, technician: Client) -> None:
    customer, _contract = covered(house, "Cabinet des Pins")
    pages = ("", f"clients/{customer.pk}/")
    asked: dict[str, list[int]] = {page: [] for page in pages}
    for more in (0, 8):
        for place in range(more):
            covered(house, f"Cabinet {place}")
            with open_scope(house.id):
                a_signed_contract(customer, signed_on=date(2026, 3, 1 + place))
        for page in pages:
            technician.get(at(house, page))  # terms are read once per process
            with questions() as statements:
                assert technician.get(at(house, page)).status_code == 200
            asked[page].append(len(statements))
    assert {page: few for page, (few, many) in asked.items() if many > few} == {}
    assert {page: most for page, most in asked.items() if max(most) > MOST} == {}
