"""Contacts, sites and equipment on a customer's page: added, changed, removed by whoever may."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from fleet.models import Equipment, Site
from fleet.operations import add_equipment, add_site
from providers.models import AuditEntry, Contact, Customer
from providers.scoping import open_scope
from tests.factories import a_customer
from tests.portal.workshop.conftest import ACCOUNTANT, NOW, TECHNICIAN, SignIn, Workshop
from tests.portal.workshop.test_conflicts import values_of

NEW = {
    "contacts": {"name": "Docteur Pin", "position": "Titulaire", "email": "pin@cabinet.example"},
    "sites": {"name": "Étage", "street": "1 rue Haute", "postal_code": "83480", "city": "Puget"},
    "materiel": {"label": "Serveur Nord", "kind": "server", "origin": "sold"},
}


@pytest.fixture
def here(workshop: Workshop, pines: Customer) -> str:
    return workshop.at(f"clients/{pines.pk}/")


@pytest.mark.parametrize("part", NEW)
def test_a_part_is_added_and_shown(owner: Client, here: str, part: str) -> None:
    address = f"{here}{part}/nouveau/"
    assert owner.get(address).status_code == 200
    answer = owner.post(address, {**values_of(owner, address), **NEW[part]})
    assert (answer.status_code, answer["Location"]) == (303, here)
    text = owner.get(here).content.decode()
    for value in {"name", "label", "position", "street"} & set(NEW[part]):
        assert NEW[part][value] in text


@pytest.mark.parametrize("part", NEW)
def test_who_may_only_read_is_shown_no_way_to_change(
    sign_in: SignIn, owner: Client, here: str, part: str
) -> None:
    address = f"{here}{part}/nouveau/"
    owner.post(address, {**values_of(owner, address), **NEW[part]})
    reader = sign_in(ACCOUNTANT)
    text = reader.get(here).content.decode()
    assert next(iter(NEW[part].values())) in text
    assert address not in text
    assert reader.get(address).status_code == 403
    assert sign_in(TECHNICIAN).get(address).status_code == 403


def test_a_contact_is_changed_then_removed(
    workshop: Workshop, owner: Client, here: str, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        contact = Contact.objects.create(customer=pines, name="Docteur Pin")
    address = workshop.at(f"contacts/{contact.pk}/")
    changed = {**values_of(owner, address), "phone": "0102030405"}
    assert owner.post(address, changed).status_code == 303
    assert "0102030405" in owner.get(here).content.decode()
    assert owner.get(f"{address}retirer/").status_code == 200
    assert owner.post(f"{address}retirer/").status_code == 303
    page: Any = owner.get(here)
    with open_scope(workshop.provider.id):
        assert not Contact.objects.exists()
    removed = page.context["history"].moments[0]
    assert "Docteur Pin" in str(removed.label)
    assert ("Nom", "Docteur Pin", "") in [(c.label, c.before, c.after) for c in removed.changes]


def test_a_site_where_equipment_stands_stays(
    workshop: Workshop, owner: Client, here: str, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        site = add_site(customer_id=pines.pk, name="Étage", postal_code="83480", at=NOW)
        known: dict[str, Any] = {"customer_id": pines.pk, "kind": "server", "at": NOW}
        thing = add_equipment(label="Serveur", site_id=site.pk, **known)
    gone = workshop.at(f"sites/{site.pk}/retirer/")
    answer = owner.post(gone)
    assert answer.status_code == 422
    assert "Du matériel se trouve sur ce site" in answer.content.decode()
    address = workshop.at(f"materiel/{thing.pk}/")
    assert owner.post(address, {**values_of(owner, address), "site_id": ""}).status_code == 303
    assert owner.post(gone).status_code == 303
    with open_scope(workshop.provider.id):
        assert not Site.objects.exists()
    moved: Any = owner.get(here).context["history"].moments[1]
    assert [str(change.label) for change in moved.changes] == ["Site"]


def test_equipment_goes_out_of_service_and_stays_on_the_list(
    workshop: Workshop, owner: Client, here: str, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        thing = add_equipment(
            customer_id=pines.pk, kind="server", label="Serveur", at=NOW,
            in_service_from=date(2026, 1, 1),
        )  # fmt: skip
    gone = workshop.at(f"materiel/{thing.pk}/retirer/")
    assert owner.post(gone, {"last_day": "2025-12-31"}).status_code == 422
    assert owner.post(gone, {"last_day": "2026-06-14"}).status_code == 303
    text = owner.get(here).content.decode()
    assert "jusqu’au 14\u00a0juin\u00a02026" in text
    with open_scope(workshop.provider.id):
        assert Equipment.objects.get().in_service_to == date(2026, 6, 14)
        assert AuditEntry.objects.filter(act="equipment.removed", customer=pines).exists()


def test_equipment_stands_at_a_site_of_its_own_practice(
    workshop: Workshop, owner: Client, here: str
) -> None:
    with open_scope(workshop.provider.id):
        other = a_customer("Cabinet des Chênes")
        site = add_site(customer_id=other.pk, name="Ailleurs", postal_code="83480", at=NOW)
    address = f"{here}materiel/nouveau/"
    sent = {**values_of(owner, address), **NEW["materiel"], "site_id": str(site.pk)}
    assert owner.post(address, sent).status_code == 422
    with open_scope(workshop.provider.id):
        assert not Equipment.objects.exists()


@pytest.mark.parametrize("name", ["contacts", "sites", "materiel"])
def test_a_stranger_finds_no_part(
    workshop: Workshop, stranger: Client, neighbour: Workshop, pines: Customer, name: str
) -> None:
    with open_scope(workshop.provider.id):
        known: dict[str, Any] = {"customer_id": pines.pk, "at": NOW}
        rows = {
            "contacts": Contact.objects.create(customer=pines, name="Docteur Pin"),
            "sites": add_site(name="Étage", postal_code="83480", **known),
            "materiel": add_equipment(kind="server", label="Serveur", **known),
        }
    path = f"{name}/{rows[name].pk}/"
    for address in (workshop.at(path), neighbour.at(path)):
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{address}retirer/").status_code == 404
