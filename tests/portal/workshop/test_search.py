"""The search and the shortcuts: what each role finds, and what stays behind the wall."""

from typing import Any

import pytest
from django.test import Client

from billing.models import Invoice
from contracts.models import Contract
from fleet.models import Equipment
from fleet.operations import add_equipment
from portal.workshop.searching import ACTS
from providers.enums import Role
from providers.models import Contact, Customer, User
from providers.scoping import open_scope
from tests.factories import a_customer
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    Workshop,
    address_of,
)


def hits(client: Client, workshop: Workshop, words: str) -> dict[str, str]:
    """What is found, with where it leads."""
    answer: Any = client.get(workshop.at("recherche/"), {"q": words})
    assert answer.status_code == 200
    groups = answer.context["groups"]
    return {str(hit.label): hit.url for group in groups for hit in group.hits}


@pytest.fixture
def people(workshop: Workshop, pines: Customer) -> Contact:
    with open_scope(workshop.provider.id):
        Customer.objects.filter(pk=pines.pk).update(siren="732829320", city="Fayence")
        return Contact.objects.create(customer=pines, name="Dr Anne Moreau")


@pytest.mark.parametrize(
    "words",
    ["cabinet des", "CABINET", "des pins", "pins", "732 829", "fayence", "dr anne", "moreau"],
)
def test_a_customer_is_found_by_name_siren_town_or_contact(
    workshop: Workshop, owner: Client, pines: Customer, people: Contact, words: str
) -> None:
    assert workshop.at(f"clients/{pines.pk}/") in hits(owner, workshop, words).values()


def test_contracts_and_documents_are_found_by_number(
    workshop: Workshop, owner: Client, invoice: Invoice, contract: Contract
) -> None:
    assert hits(owner, workshop, "c2026") == {
        contract.reference: workshop.at(f"contrats/{contract.pk}/")
    }
    assert invoice.number in hits(owner, workshop, "f2026-0000")


@pytest.fixture
def server(workshop: Workshop, pines: Customer) -> Equipment:
    with open_scope(workshop.provider.id):
        return add_equipment(
            customer_id=pines.pk, kind="server", label="Serveur", serial_number="CZ2-40aB", at=NOW
        )


@pytest.mark.parametrize("words", ["CZ2", "cz2-40", "CZ2-40aB"])
def test_equipment_is_found_by_the_start_of_its_serial_number(
    workshop: Workshop, owner: Client, server: Equipment, words: str
) -> None:
    page = workshop.at(f"clients/{server.customer_id}/")
    assert hits(owner, workshop, words) == {"Serveur · CZ2-40aB": f"{page}#materiel"}
    assert 'id="materiel"' in owner.get(page).content.decode()
    technician = hits(workshop.client(TECHNICIAN), workshop, words)
    assert list(technician.values()) == [
        f"/terrain/{workshop.provider.slug}/clients/{server.customer_id}/#materiel"
    ]


@pytest.mark.parametrize("words", ["40aB", "Z2", "serveurs", "CZ2-40aB0"])
def test_a_serial_number_is_not_found_by_its_middle(
    workshop: Workshop, owner: Client, server: Equipment, words: str
) -> None:
    assert hits(owner, workshop, words) == {}


@pytest.mark.parametrize("role", [OWNER, MANAGER, TECHNICIAN, ACCOUNTANT])
def test_each_role_finds_what_it_may_open(
    workshop: Workshop, invoice: Invoice, contract: Contract, server: Equipment, role: Role
) -> None:
    client = workshop.client(role)
    for words in ("F2026", "C2026", "cabinet", "CZ2", "nouveau", "fact", ""):
        for label, address in hits(client, workshop, words).items():
            assert client.get(address).status_code == 200, (label, address)


def test_a_technician_finds_clients_and_no_money(
    workshop: Workshop, invoice: Invoice, contract: Contract, pines: Customer
) -> None:
    client = workshop.client(TECHNICIAN)
    assert hits(client, workshop, "F2026") == hits(client, workshop, "C2026") == {}
    address = hits(client, workshop, "cabinet")["Cabinet des Pins"]
    assert address == f"/terrain/{workshop.provider.slug}/clients/{pines.pk}/"


@pytest.mark.parametrize("words", ["%", "_", "*", "%%", "c%", "\x00", "\\", "é" * 500, "'"])
def test_signs_mean_themselves(
    workshop: Workshop, owner: Client, invoice: Invoice, words: str
) -> None:
    found = hits(owner, workshop, words)
    assert "Cabinet des Pins" not in found
    assert invoice.number not in found


def test_the_house_next_door_is_not_searched(
    workshop: Workshop,
    neighbour: Workshop,
    stranger: Client,
    invoice: Invoice,
    people: Contact,
    server: Equipment,
) -> None:
    for words in ("cabinet", "F2026", "C2026", "732829320", "moreau", "fayence", "CZ2"):
        assert hits(stranger, neighbour, words) == {}, words
    assert stranger.get(workshop.at("recherche/")).status_code == 404


def test_no_word_shows_who_was_seen_last_and_what_can_be_done(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        other = a_customer("Zénith")
    for customer in (other, pines, other):
        owner.get(workshop.at(f"clients/{customer.pk}/"))
    found = list(hits(owner, workshop, ""))
    assert found[:2] == ["Zénith", "Cabinet des Pins"]
    assert {str(act.label) for act in ACTS} <= set(found)
    assert "Zénith" not in hits(workshop.client(MANAGER), workshop, "")


def test_the_palette_gets_the_results_alone(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    answer = owner.get(workshop.at("recherche/"), {"q": "cab"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "Cabinet des Pins" in text
    assert "<html" not in text


def test_single_keys_are_switched_off_for_the_person_and_remembered(
    workshop: Workshop, owner: Client
) -> None:
    assert "data-single-keys" in owner.get(workshop.at("clients/")).content.decode()
    here = workshop.at("clients/")
    answer = owner.post(workshop.at("raccourcis/"), {"shortcuts": "off", "next": here})
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert "data-single-keys" not in workshop.client(OWNER).get(here).content.decode()
    email = address_of(OWNER, workshop.provider.slug)
    assert not User.objects.get(email=email).has_shortcuts
    owner.post(workshop.at("raccourcis/"), {"shortcuts": "on", "next": "https://evil.example/"})
    assert "data-single-keys" in owner.get(here).content.decode()


def test_the_sheet_lists_the_keys_of_the_role(workshop: Workshop) -> None:
    owner = workshop.client(OWNER).get(workshop.at("clients/")).content.decode()
    assert 'data-keys="g f"' in owner
    field = f"/terrain/{workshop.provider.slug}/"
    technician = workshop.client(TECHNICIAN).get(field).content.decode()
    assert 'id="palette"' in technician
    assert 'data-keys="g f"' not in technician


def test_the_address_of_the_switch_leads_to_a_page(workshop: Workshop, owner: Client) -> None:
    answer = owner.get(workshop.at("raccourcis/"))
    assert (answer.status_code, answer["Location"]) == (302, workshop.at("recherche/"))
