"""A double click makes one thing: every page that makes something new draws a key with its form."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from contracts.models import Contract
from fleet.models import Equipment, Site
from portal.models import SentForm
from portal.operations import once
from providers.enums import Role
from providers.models import ApiToken, Contact, Customer, Invitation
from providers.scoping import open_scope
from providers.tenancy import TenantModel
from tests.factories import a_customer, a_member
from tests.harness.races import in_a_thread, wait_until_somebody_waits
from tests.portal.workshop.conftest import MANAGER, NOW, SignIn, Workshop, a_workshop
from tests.portal.workshop.test_practice_parts import NEW
from tests.portal.workshop.test_signing import CHOICES
from tests.portal.workshop.test_tokens import GOOD

PRACTICE = {"name": "Cabinet du Port", "kind": "PRACTICE", "postal_code": "83480"}
PAGES: dict[str, tuple[type[TenantModel], dict[str, str]]] = {
    "clients/nouveau/": (Customer, PRACTICE),
    "clients/{customer}/contrat/maintenance/": (Contract, CHOICES),
    "clients/{customer}/contacts/nouveau/": (Contact, NEW["contacts"]),
    "clients/{customer}/sites/nouveau/": (Site, NEW["sites"]),
    "clients/{customer}/materiel/nouveau/": (Equipment, NEW["materiel"]),
    "reglages/api/nouveau/": (ApiToken, GOOD),
    "reglages/membres/inviter/": (Invitation, {"email": "neuf@cabinet.example", "role": "MANAGER"}),
}


def drawn(client: Client, address: str) -> dict[str, str]:
    """What the page sends without anybody having filled it in."""
    page: Any = client.get(address)
    values = {field.html_name: field.value() for field in page.context["form"]}
    sent = {name: str(value) for name, value in values.items() if value not in (None, False)}
    return sent | {"form_key": page.context["form_key"]}


def count(workshop: Workshop, model: type[TenantModel]) -> int:
    with open_scope(workshop.provider.id):
        return model.objects.count()


@pytest.mark.parametrize("path", PAGES)
def test_a_form_sent_twice_makes_one(
    workshop: Workshop, owner: Client, pines: Customer, path: str
) -> None:
    model, values = PAGES[path]
    address = workshop.at(path.format(customer=pines.pk))
    form, before = drawn(owner, address) | values, count(workshop, model)
    first, second = owner.post(address, form), owner.post(address, form)
    assert count(workshop, model) == before + 1
    assert second.status_code == 303
    if first.status_code == 303:  # a token is said on the answer itself
        assert second["Location"] == first["Location"]
    assert owner.get(second["Location"]).status_code == 200
    other = drawn(owner, address) | values | {"email": "autre@cabinet.example"}
    owner.post(address, other)
    assert count(workshop, model) == before + 2


def test_whoever_goes_back_and_writes_something_else_makes_another(
    workshop: Workshop, owner: Client
) -> None:
    address = workshop.at("clients/nouveau/")
    form = drawn(owner, address) | PRACTICE
    first = owner.post(address, form)["Location"]
    other = owner.post(address, form | {"name": "Cabinet du Lac"})["Location"]
    assert other != first
    assert "Cabinet du Lac" in owner.get(other).content.decode()


def test_a_practice_s_manager_invites_once(workshop: Workshop, pines: Customer) -> None:
    with open_scope(workshop.provider.id):
        member = a_member(Role.PRACTICE_MANAGER, email="gerante@pins.example", customer=pines)
    client = Client()
    client.force_login(member.user)
    address = f"/c/{pines.pk}/parametres/personnes/inviter/"
    form = drawn(client, address) | {"email": "neuf@pins.example", "role": "PRACTICE_STAFF"}
    places = {client.post(address, form)["Location"] for _click in range(2)}
    assert places == {f"/c/{pines.pk}/parametres/personnes/"}
    assert count(workshop, Invitation) == 1
    with open_scope(workshop.provider.id):
        assert SentForm.objects.get().customer_id == pines.pk


def test_an_edit_has_its_version_and_no_key(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        contact = Contact.objects.create(customer=pines, name="Docteur Pin")
    page: Any = owner.get(workshop.at(f"contacts/{contact.pk}/"))
    assert page.context["form_key"] == ""


def test_the_second_click_of_a_token_says_where_its_text_went(
    workshop: Workshop, owner: Client
) -> None:
    address = workshop.at("reglages/api/nouveau/")
    form = drawn(owner, address) | GOOD
    owner.post(address, form)
    page = owner.post(address, form, follow=True).content.decode()
    assert "Le formulaire a été envoyé deux fois" in page


def test_what_was_refused_is_sent_again_with_the_same_key(
    workshop: Workshop, owner: Client
) -> None:
    address = workshop.at("clients/nouveau/")
    form = drawn(owner, address) | PRACTICE
    assert owner.post(address, form | {"siren": "123456789"}).status_code == 422
    assert owner.post(address, form).status_code == 303


def test_a_key_is_one_person_s_own(workshop: Workshop, sign_in: SignIn, owner: Client) -> None:
    address = workshop.at("clients/nouveau/")
    form = drawn(owner, address) | PRACTICE
    manager = sign_in(MANAGER)
    places = {owner.post(address, form)["Location"], manager.post(address, form)["Location"]}
    assert len(places) == 2


def test_old_keys_are_forgotten(workshop: Workshop) -> None:
    user = uuid4()
    with open_scope(workshop.provider.id):
        for days in (0, 3):
            at = NOW + timedelta(days=days)
            once(user_id=user, key=uuid4().hex, at=at, make=lambda: "/")
        assert SentForm.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one() -> None:
    workshop, user, key = a_workshop("essai-info"), uuid4(), uuid4().hex
    made: list[str] = []

    def make() -> str:
        made.append(str(a_customer("Cabinet du Port").pk))
        return made[-1]

    def click() -> str:
        with open_scope(workshop.provider.id):
            return once(user_id=user, key=key, at=NOW, make=make)

    with ThreadPoolExecutor(1) as pool:
        with open_scope(workshop.provider.id):
            first = click()
            second = pool.submit(in_a_thread, click)
            wait_until_somebody_waits()
        assert second.result() == first
    assert made == [first]
