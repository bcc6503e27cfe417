"""A provider with its people, a second one next door, and clients signed in as each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from django.test import Client

from billing.models import Invoice, InvoiceDocument
from billing.operations.invoice_run import Run, issue_due
from contracts.models import Contract, Offer, OfferDraft
from providers.enums import InvoicingMode, Role
from providers.models import Customer, Provider, User
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider, a_signed_contract, noon

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
OWNER, MANAGER, TECHNICIAN, ACCOUNTANT = (
    Role.OWNER,
    Role.MANAGER,
    Role.TECHNICIAN,
    Role.ACCOUNTANT,
)
SignIn = Callable[[Role], Client]


@dataclass(frozen=True, slots=True)
class Workshop:
    """A provider and the addresses of its pages."""

    provider: Provider

    def at(self, path: str) -> str:
        return f"/atelier/{self.provider.slug}/{path}"

    def client(self, role: Role) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=address_of(role, self.provider.slug)))
        return client


def address_of(role: Role, slug: str) -> str:
    return f"{role.lower()}@{slug}.example"


def a_workshop(slug: str, preset: str = "micro-info-service") -> Workshop:
    """A house whose invoices a person releases, with one member of each role."""
    provider = a_provider(preset, slug=slug, invoicing_mode=InvoicingMode.ON_APPROVAL)
    with open_scope(provider.id):
        for role in (OWNER, MANAGER, TECHNICIAN, ACCOUNTANT):
            a_member(role, email=address_of(role, slug))
    return Workshop(provider)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def workshop(db: None) -> Workshop:
    return a_workshop("essai-info")


@pytest.fixture
def neighbour(db: None) -> Workshop:
    return a_workshop("voisin-info")


@pytest.fixture
def sign_in(workshop: Workshop) -> SignIn:
    return workshop.client


@pytest.fixture
def owner(workshop: Workshop) -> Client:
    return workshop.client(OWNER)


@pytest.fixture
def stranger(neighbour: Workshop) -> Client:
    """The owner of the provider next door."""
    return neighbour.client(OWNER)


@pytest.fixture
def pines(workshop: Workshop) -> Customer:
    """A practice on the mainland."""
    with open_scope(workshop.provider.id):
        return a_customer("Cabinet des Pins")


@pytest.fixture
def contract(workshop: Workshop, pines: Customer) -> Contract:
    """Signed in February at 1,200 € a year, invoiced by quarters."""
    with open_scope(workshop.provider.id):
        return a_signed_contract(pines, signed_on=date(2026, 2, 10), cadence="quarterly")


@pytest.fixture
def offer(workshop: Workshop) -> Offer:
    with open_scope(workshop.provider.id):
        return Offer.objects.get()


@pytest.fixture
def draft(workshop: Workshop, owner: Client, offer: Offer) -> OfferDraft:
    assert owner.post(workshop.at(f"offres/{offer.pk}/brouillon/")).status_code == 303
    with open_scope(workshop.provider.id):
        return OfferDraft.objects.get()


def issue(workshop: Workshop, day: date) -> int:
    """Release everything due by a day, on that day."""
    return issue_due(Run(workshop.provider.id, day, day, noon(day)))


@pytest.fixture
def invoice(workshop: Workshop, contract: Contract) -> Invoice:
    """The first one of the contract: 166.67 net, 200.00 gross, issued on 10 February."""
    issue(workshop, date(2026, 2, 10))
    with open_scope(workshop.provider.id):
        return Invoice.objects.get(contract=contract)


def draw(invoice: Invoice, content: bytes = b"%PDF-1.7 essai") -> InvoiceDocument:
    """A stored PDF, as the relay would leave it."""
    return InvoiceDocument.objects.create(
        customer_id=invoice.customer_id,
        invoice=invoice,
        content=content,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        rendered_at=NOW,
    )


def seen_on(client: Client, address: str) -> dict[str, str]:
    """The version that a form carries for whoever opens it now."""
    page: Any = client.get(address)
    return {"version": page.context["form"]["version"].value()}
