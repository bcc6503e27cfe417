"""Somebody lost their device and their codes: from the colleague who helps to the new factor."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from providers.enums import Role
from providers.models import Membership, Provider, User
from providers.operations import add_member
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider, give_factor
from tests.harness.sign_in import grow_stale
from tests.portal.account.conftest import NOW, SLUG, give_password, is_in, of_practice, sign_in
from tests.portal.account.test_second_factor import CODES, enrol

HOUSE = f"/atelier/{SLUG}/"


@pytest.fixture
def technician(owner: User) -> Membership:
    with open_scope(Provider.objects.get(slug=SLUG).id):
        return a_member(Role.TECHNICIAN)


@pytest.fixture
def helping(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def page_of(member: Membership) -> str:
    return f"{HOUSE}reglages/membres/{member.pk}/"


def factors(user: User) -> int:
    return int(Authenticator.objects.filter(user=user).count())


def test_they_come_in_by_the_password_and_set_up_a_new_one(
    technician: Membership, helping: Client, clock: Any
) -> None:
    theirs, person, field = Client(), page_of(technician), f"/terrain/{SLUG}/"
    sign_in(theirs, technician.user)
    address = f"{person}second-facteur/"
    assert f'href="{address}"' in helping.get(person).content.decode()
    assert str(technician.user) in helping.get(address).content.decode()
    assert helping.post(address)["Location"] == person
    assert f'href="{address}"' not in helping.get(person).content.decode()
    assert not is_in(theirs)
    give_password(theirs, technician.user.email)
    led = theirs.get(field)["Location"]
    assert led.startswith("/compte/second-facteur/mise-en-place/?next=")
    theirs.get(led)
    assert enrol(theirs)["Location"] == CODES
    assert theirs.get(field).status_code == 200


def test_it_asks_again_who_one_is(technician: Membership, helping: Client) -> None:
    grow_stale(helping)
    answer = helping.post(f"{page_of(technician)}second-facteur/")
    assert answer["Location"].startswith("/compte/confirmer/?next=")
    assert factors(technician.user) == 1


def test_an_account_of_another_house_is_refused_on_the_page(
    technician: Membership, helping: Client
) -> None:
    with open_scope(a_provider("", slug="ailleurs", trade_name="Le Voisin").id):
        add_member(email=technician.user.email, role=Role.OWNER, at=NOW)
    answer: Any = helping.post(f"{page_of(technician)}second-facteur/")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "l’opérateur du portail s’en charge" in text
    assert "Voisin" not in text
    assert "ailleurs" not in text
    assert factors(technician.user) == 1


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_the_people_of_a_practice_are_helped_from_both_sides(owner: User, who: str) -> None:
    manager = of_practice(Role.PRACTICE_MANAGER, "dominique@cabinet.example")
    practice = manager.memberships.get().customer_id
    with open_scope(Provider.objects.get(slug=SLUG).id):
        row = add_member(
            email="camille@cabinet.example",
            role=Role.PRACTICE_STAFF,
            customer_id=practice,
            at=NOW,
            password="une phrase assez longue",
        )
    give_factor(row.user)
    spaces = {
        "owner": (owner, f"{HOUSE}clients/{practice}/personnes/{row.pk}/"),
        "manager": (manager, f"/c/{practice}/parametres/personnes/{row.pk}/"),
    }
    by, person = spaces[who]
    client = Client()
    client.force_login(by)
    assert client.post(f"{person}second-facteur/")["Location"] == person
    assert factors(row.user) == 0
    theirs = Client()
    give_password(theirs, row.user.email, "une phrase assez longue")
    assert theirs.get(f"/c/{practice}/").status_code == 200


def test_nobody_reaches_the_neighbours(helping: Client, owner: User) -> None:
    with open_scope(a_provider("", slug="ailleurs").id):
        foreign = a_member(Role.TECHNICIAN)
        patient = a_member(Role.PRACTICE_STAFF, customer=(customer := a_customer()))
    for path in (
        f"reglages/membres/{foreign.pk}/",
        f"clients/{customer.pk}/personnes/{patient.pk}/",
    ):
        assert helping.post(f"{HOUSE}{path}second-facteur/").status_code == 404
    assert factors(foreign.user) == 1
