"""A provider with its people, a second one next door, and clients signed in as each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from contracts.operations.index_values import load_known_values
from contracts.operations.offers import publish_preset
from contracts.rules.presets import load_preset
from providers.enums import InvoicingMode, Role
from providers.models import Customer, Provider, User
from providers.operations import (
    IdentityDetails,
    ProfileDetails,
    add_member,
    create_provider,
    register_customer,
)
from providers.scoping import open_scope

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
SIREN = "732829320"
IBAN = "FR1420041010050500013M02606"
PRESET = "micro-info-service"

OWNER, MANAGER, TECHNICIAN, ACCOUNTANT = (
    Role.OWNER,
    Role.MANAGER,
    Role.TECHNICIAN,
    Role.ACCOUNTANT,
)
SignIn = Callable[[str], Client]


@dataclass(frozen=True, slots=True)
class Workshop:
    """The provider of these tests: MIS from its preset, invoices released by a person."""

    provider: Provider

    @property
    def root(self) -> str:
        return f"/atelier/{self.provider.slug}"

    def at(self, path: str) -> str:
        return f"{self.root}/{path}"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def open_house(slug: str, *, name: str, siren: str = SIREN) -> Provider:
    provider = create_provider(
        slug=slug,
        zone="Europe/Paris",
        profile=ProfileDetails(
            trade_name=name,
            preset=PRESET,
            iban=IBAN,
            invoicing_mode=InvoicingMode.ON_APPROVAL,
        ),
        identity=IdentityDetails(
            legal_name=f"{name} SARL",
            legal_form="SARL",
            share_capital=Decimal("10000.00"),
            siren=siren,
            rcs_city="Toulon",
            street="1 rue des Essais",
            postal_code="83000",
            city="Toulon",
            vat_number=f"FR44{siren}",
            valid_from=date(2024, 1, 1),
        ),
        at=NOW,
    )
    with open_scope(provider.id):
        for role in (OWNER, MANAGER, TECHNICIAN, ACCOUNTANT):
            add_member(email=f"{role.lower()}@{slug}.example", role=role, at=NOW, password="x")
        publish_preset(preset=load_preset(PRESET), at=NOW)
        load_known_values(at=NOW)
    return provider


@pytest.fixture
def workshop(db: None) -> Workshop:
    return Workshop(open_house("essai-info", name="Essai Info"))


@pytest.fixture
def neighbour(db: None) -> Workshop:
    return Workshop(open_house("voisin-info", name="Voisin Info"))


@pytest.fixture
def sign_in(workshop: Workshop) -> SignIn:
    """A client signed in as a role of the workshop; "stranger" is the neighbour's owner."""

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(
            User.objects.get(email=f"{role.lower()}@{workshop.provider.slug}.example")
        )
        return client

    return signed_in


@pytest.fixture
def stranger(neighbour: Workshop) -> Client:
    """The owner of the provider next door."""
    client = Client()
    client.force_login(User.objects.get(email=f"owner@{neighbour.provider.slug}.example"))
    return client


@pytest.fixture
def owner(sign_in: SignIn) -> Client:
    return sign_in(OWNER)


@pytest.fixture
def pines(workshop: Workshop) -> Customer:
    """A practice on the mainland."""
    with open_scope(workshop.provider.id):
        return register_customer(
            name="Cabinet des Pins", postal_code="83480", city="Puget-sur-Argens", at=NOW
        )
