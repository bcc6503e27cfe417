"""`/`: to the only place a person may go to, else the choice between them, by name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from providers.enums import ProviderStatus, Role
from providers.models import Membership, Provider, User
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, an_operator
from tests.harness.questions import questions
from tests.portal.places import a_house, a_practice, signed_in

EMAIL = "sophie@compta.example"


@pytest.fixture
def house(db: None) -> Provider:
    return a_house("essai-info")


def a_place(provider: Provider, role: Role, practice: str = "") -> Membership:
    """A membership of the same person, on the provider's side or of a new practice."""
    with open_scope(provider.id):
        customer = a_customer(practice) if practice else None
        return a_member(role, email=EMAIL, customer=customer)


def person() -> Client:
    client = Client()
    client.force_login(User.objects.get(email=EMAIL))
    return client


@pytest.mark.parametrize(
    ("role", "practice", "address"),
    [
        (Role.OWNER, "", "/atelier/essai-info/"),
        (Role.ACCOUNTANT, "", "/atelier/essai-info/"),
        (Role.TECHNICIAN, "", "/terrain/essai-info/"),
        (Role.PRACTICE_MANAGER, "Cabinet des Pins", "/c/{}/"),
        (Role.PRACTICE_STAFF, "Cabinet des Pins", "/c/{}/"),
        (Role.PRACTICE_ACCOUNTANT, "Cabinet des Pins", "/c/{}/factures/"),
    ],
)
def test_the_only_place_is_led_to(house: Provider, role: Role, practice: str, address: str) -> None:
    place = a_place(house, role, practice)
    answer = person().get("/")
    assert answer.status_code == 302
    assert answer["Location"] == address.format(place.customer_id)
    assert person().get(answer["Location"]).status_code == 200


def test_several_places_are_chosen_by_name(house: Provider) -> None:
    elsewhere = a_house("voisin-info")
    port = a_place(house, Role.PRACTICE_ACCOUNTANT, "Cabinet du Port")
    lake = a_place(elsewhere, Role.PRACTICE_MANAGER, "Cabinet du Lac")
    a_place(elsewhere, Role.TECHNICIAN)
    page: Any = person().get("/")
    text = page.content.decode()
    assert [row.cells[0].main.label for row in page.context["table"].rows[:2]] == [
        "Cabinet du Lac",
        "Cabinet du Port",
    ]
    for address in (f"/c/{port.customer_id}/factures/", f"/c/{lake.customer_id}/", "/terrain/"):
        assert f'href="{address}' in text
    inside: Any = person().get(f"/c/{port.customer_id}/factures/")
    assert inside.context["switch_url"] == "/"


def test_a_single_place_offers_no_change(house: Provider) -> None:
    practice = a_practice(house)
    client = practice.client(Role.PRACTICE_MANAGER)
    page: Any = client.get(practice.at())
    assert page.context["switch_url"] == ""


def test_a_place_that_is_closed_is_not_offered(house: Provider) -> None:
    elsewhere = a_house("voisin-info")
    gone = a_place(house, Role.PRACTICE_MANAGER, "Cabinet du Port")
    a_place(house, Role.PRACTICE_MANAGER, "Cabinet du Lac")
    a_place(elsewhere, Role.TECHNICIAN)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert len(person().get("/").context["table"].rows) == 2
    elsewhere.status = next(status for status in ProviderStatus if status != ProviderStatus.ACTIVE)
    elsewhere.save(update_fields=["status"])
    assert person().get("/").status_code == 302


def test_nobody_s_place_is_a_page_that_says_so(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user(EMAIL, name="Sophie"))
    page: Any = client.get("/")
    assert page.status_code == 200
    assert page.context["table"].rows == []
    assert Client().get("/").status_code == 302


def test_many_places_of_one_provider_are_named_at_once(house: Provider) -> None:
    asked = []
    for more in (2, 10):
        for place in range(more):
            a_place(house, Role.PRACTICE_ACCOUNTANT, f"Cabinet {more} {place}")
        reader = person()
        reader.get("/")
        with questions() as statements:
            assert reader.get("/").status_code == 200
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 15


def test_the_switcher_reads_no_practice_of_others(house: Provider) -> None:
    other = a_practice(house, "Cabinet secret")
    for name in ("Cabinet du Port", "Cabinet du Lac"):
        a_place(house, Role.PRACTICE_MANAGER, name)
    assert "Cabinet secret" not in person().get("/").content.decode()
    assert signed_in(other.members[Role.PRACTICE_STAFF]).get("/").status_code == 302


def test_an_operator_is_led_to_the_houses_and_chooses_among_places(house: Provider) -> None:
    client, operator = Client(), an_operator()
    client.force_login(operator)
    assert client.get("/").headers["Location"] == reverse("houses")
    Membership.objects.create(user=operator, provider=house, role=Role.OWNER)
    text = client.get("/").content.decode()
    assert reverse("houses") in text
    assert "/atelier/essai-info/" in text
