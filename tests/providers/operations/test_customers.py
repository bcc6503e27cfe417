from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from core.errors import DomainError
from fleet.models import Equipment, Site
from fleet.operations import add_equipment, add_site, remove_equipment
from providers.access import get_customer_for
from providers.enums import CustomerKind, Role
from providers.models import AuditEntry, Contact, Customer, Provider
from providers.operations import (
    CustomerAlreadyKnown,
    FieldRefused,
    UnknownCustomer,
    add_contact,
    register_customer,
    update_customer,
)
from providers.queries import customers_named
from providers.rules.identifiers import WrongNumber
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import FOUNDED, a_customer, a_member, a_provider, a_siren, noon

AT = noon(FOUNDED)


@pytest.fixture
def provider(db: None) -> Iterator[Provider]:
    provider = a_provider()
    with open_scope(provider.id):
        yield provider


def test_a_customer_is_registered_with_its_numbers_checked(provider: Provider) -> None:
    siren = a_siren()
    customer = register_customer(
        name=" MSP des Deux Rives ",
        kind=CustomerKind.GROUP,
        postal_code="69006",
        siren=f"{siren[:3]} {siren[3:]}",
        at=AT,
        by=(person := new_id()),
    )

    customer.refresh_from_db()
    assert (customer.name, customer.siren) == ("MSP des Deux Rives", siren)
    assert customer.sort_key == "msp des deux rives"
    assert AuditEntry.objects.get(act="customer.registered").actor_id == person


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"siren": "732829321"}, WrongNumber, "siren"),
        ({"siren": "12"}, WrongNumber, "siren"),
        ({"postal_code": "7500"}, WrongNumber, "postal_code"),
        ({"postal_code": "7500A"}, WrongNumber, "postal_code"),
        ({"postal_code": "٧٥٠٠١"}, WrongNumber, "postal_code"),
        ({"name": " "}, FieldRefused, "name"),
        ({"name": "x" * 161}, FieldRefused, "name"),
        ({"email": "nobody"}, FieldRefused, "email"),
        ({"kind": "HOSPITAL"}, FieldRefused, "kind"),
        ({"phone": "nul\x00"}, FieldRefused, "phone"),
        ({"city": "half\ud800"}, FieldRefused, "city"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_nothing_is_written(
    provider: Provider, wrong: dict[str, Any], error: type[DomainError], field: str
) -> None:
    known: dict[str, Any] = {"name": "Cabinet", "postal_code": "75001"}

    with pytest.raises(error) as refusal:
        register_customer(at=AT, **(known | wrong))

    assert refusal.value.field == field
    assert not Customer.objects.exists()


def test_a_siren_names_one_customer_of_a_provider(provider: Provider) -> None:
    siren = a_siren()
    a_customer(siren=siren)

    with pytest.raises(CustomerAlreadyKnown) as refusal:
        a_customer("Le même", siren=siren)
    assert refusal.value.field == "siren"
    assert Customer.objects.count() == 1

    with open_scope(a_provider().id):
        assert a_customer(siren=siren).siren == siren


def test_practices_without_a_siren_are_many(provider: Provider) -> None:
    for name in ("Dr Exemple", "Dr Autre"):
        a_customer(name, siren="", kind=CustomerKind.INDIVIDUAL)

    assert Customer.objects.count() == 2


def test_what_changed_of_a_customer_is_named_in_the_trail(provider: Provider) -> None:
    customer = a_customer("Cabinet des Pins", phone="01")

    update_customer(
        customer_id=customer.id,
        name="Cabinet des Chênes",
        postal_code=customer.postal_code,
        siren=customer.siren,
        street=customer.street,
        city=customer.city,
        email=customer.email,
        phone="02",
        at=AT,
    )

    customer.refresh_from_db()
    assert (customer.name, customer.sort_key) == ("Cabinet des Chênes", "cabinet des chenes")
    assert AuditEntry.objects.get(act="customer.updated").detail == {"fields": ["name", "phone"]}


def test_a_customer_cannot_take_the_siren_of_another(provider: Provider) -> None:
    known, other = a_customer(), a_customer("Cabinet du Port")

    with pytest.raises(CustomerAlreadyKnown):
        update_customer(
            customer_id=other.id, name="Port", postal_code="75001", siren=known.siren, at=AT
        )

    other.refresh_from_db()
    assert other.name == "Cabinet du Port"


def test_customers_are_found_without_accents_in_the_order_of_their_names(
    provider: Provider,
) -> None:
    for name in ("Éléonore", "Dr Zoé", "elan"):
        a_customer(name)

    assert [row.name for row in customers_named()] == ["Dr Zoé", "elan", "Éléonore"]
    assert [row.name for row in customers_named("ÉL")] == ["elan", "Éléonore"]


def test_contacts_sites_and_equipment_belong_to_a_customer_of_the_provider(
    provider: Provider,
) -> None:
    customer = a_customer()
    add_contact(customer_id=customer.id, name="Camille Exemple", position="secrétaire", at=AT)
    site = add_site(customer_id=customer.id, name="Annexe", postal_code="97400", at=AT)
    computer = add_equipment(
        customer_id=customer.id,
        kind="workstation",
        label="Accueil",
        site_id=site.id,
        in_service_from=date(2026, 1, 1),
        at=AT,
    )
    assert (Contact.objects.get().customer_id, Site.objects.get()) == (customer.id, site)

    with pytest.raises(DomainError):
        remove_equipment(equipment_id=computer.id, last_day=date(2025, 12, 31), at=AT)
    remove_equipment(equipment_id=computer.id, last_day=date(2026, 1, 1), at=AT)
    assert Equipment.objects.get().in_service_to == date(2026, 1, 1)

    stranger = new_id()
    for refused in (
        lambda: add_contact(customer_id=stranger, name="x", at=AT),
        lambda: add_site(customer_id=stranger, name="x", postal_code="75001", at=AT),
        lambda: add_equipment(customer_id=stranger, kind="server", label="x", at=AT),
        lambda: update_customer(customer_id=stranger, name="x", postal_code="75001", at=AT),
    ):
        with pytest.raises(UnknownCustomer):
            refused()


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [({"postal_code": "1"}, WrongNumber, "postal_code"), ({"name": ""}, FieldRefused, "name")],
)
def test_a_wrong_site_is_refused(
    provider: Provider, wrong: dict[str, Any], error: type[DomainError], field: str
) -> None:
    known: dict[str, Any] = {"name": "Annexe", "postal_code": "97400"}

    with pytest.raises(error) as refusal:
        add_site(customer_id=a_customer().id, at=AT, **(known | wrong))

    assert refusal.value.field == field


def test_the_door_to_a_customer(provider: Provider) -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    customer, other = a_customer(), a_customer("Cabinet du Port")
    manager = a_member(Role.MANAGER)
    assert get_customer_for(manager, customer.id, write=True) == customer
    with pytest.raises(Http404):
        get_customer_for(manager, new_id())
    with pytest.raises(PermissionDenied):
        get_customer_for(a_member(Role.ACCOUNTANT), customer.id, write=True)
    with pytest.raises(PermissionDenied):
        get_customer_for(a_member(Role.TECHNICIAN), customer.id)

    practice = a_member(Role.PRACTICE_MANAGER, customer=customer)
    with open_scope(provider.id, customer.id):
        assert get_customer_for(practice, customer.id) == customer
        with pytest.raises(Http404):
            get_customer_for(practice, other.id)
        with pytest.raises(PermissionDenied):
            get_customer_for(practice, customer.id, write=True)
