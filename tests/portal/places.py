"""Practices of a provider with their people, for the tests of their own pages."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.test import Client

from billing.models import Invoice
from billing.operations.invoice_run import Run, issue_due
from contracts.models import Contract
from providers.enums import Role
from providers.models import Customer, Membership, Provider
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider, a_signed_contract, noon

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
PHONE = "04 94 00 00 01"
STAFF_ROLES = (Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT)


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice, its provider and one member of each role."""

    provider: Provider
    customer: Customer
    members: dict[Role, Membership]

    def at(self, path: str = "") -> str:
        return f"/c/{self.customer.pk}/{path}"

    def client(self, role: Role) -> Client:
        return signed_in(self.members[role])


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def a_house(slug: str) -> Provider:
    return a_provider(slug=slug, phone=PHONE, email="contact@essai.example")


def a_practice(provider: Provider, name: str = "Cabinet des Pins") -> Practice:
    with open_scope(provider.id):
        customer = a_customer(name)
        members = {role: a_member(role, customer=customer) for role in STAFF_ROLES}
    return Practice(provider, customer, members)


def a_contract(practice: Practice, *, signed_on: date = date(2026, 2, 10)) -> Contract:
    """1,200 € a year before VAT, invoiced by quarters."""
    with open_scope(practice.provider.id):
        return a_signed_contract(practice.customer, signed_on=signed_on, cadence="quarterly")


def issued(practice: Practice, day: date) -> list[Invoice]:
    """Issue everything due by a day, on that day; the practice's invoices, oldest first."""
    issue_due(Run(practice.provider.id, day, day, noon(day)))
    with open_scope(practice.provider.id):
        found = Invoice.objects.filter(customer=practice.customer)
        return list(found.order_by("issue_date", "id"))
