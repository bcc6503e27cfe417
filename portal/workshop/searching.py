"""The search: customers, their equipment, contracts, documents and pages, as far as one may read.

One field answers by the start of a word in a name, of a number, a serial, a SIREN or a town. Each
kind is read only for a role that may open what it leads to: a technician finds no invoice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Invoice
from contracts.models import Contract
from core.french import fold
from fleet.models import Equipment
from portal.components import Text
from portal.formats import town
from portal.models import RecentCustomer
from portal.workshop.frame import SECTIONS, url
from providers.enums import Role
from providers.models import Contact, Customer, Membership
from providers.permissions import Capability, Level, may

FOUND_AT_MOST: Final = 6
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Hit:
    label: Text
    detail: Text
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    title: Text
    hits: Sequence[Hit]


@dataclass(frozen=True, slots=True)
class PageAct:
    """A page or an act that the search leads to, with what it asks of a role."""

    label: Promise
    name: str
    icon: str
    capability: Capability
    level: Level = Level.WRITE


ACTS: Final = (
    PageAct(gettext_lazy("New customer"), "customer_new", "plus", Capability.CUSTOMERS),
    PageAct(
        gettext_lazy("Prepare a contract"), "contract_prepare", "file-pen", Capability.CONTRACTS
    ),
    PageAct(gettext_lazy("Record a Syntec value"), "index_record", "chart-line", Capability.INDEX),
)


def clean(words: str) -> str:
    return words.replace("\x00", "").strip()[:LONGEST]


def search(member: Membership, words: str) -> list[Group]:
    """What begins so; without words the customers seen last and what can be done."""
    words = clean(words)
    found = _found(member, words) if words else _recent(member)
    return [group for group in (*found, *_pages(member, words)) if group.hits]


def _found(member: Membership, words: str) -> Iterator[Group]:
    yield Group(_("Customers"), _customers(member, words))
    yield Group(_("Contacts"), _contacts(member, words))
    yield Group(_("Equipment"), _equipment(member, words))
    if may(member.role, Capability.CONTRACTS):
        yield Group(_("Contracts"), _contracts(member, words))
    if may(member.role, Capability.INVOICES):
        yield Group(_("Invoices and credit notes"), _documents(member, words))


def customer_url(member: Membership) -> Callable[[object], str]:
    """Where a customer is read: technicians read it in their own space."""
    if member.role == Role.TECHNICIAN:
        return lambda pk: f"/terrain/{member.provider.slug}/clients/{pk}/"
    return lambda pk: url(member, "customer", pk)


def _customers(member: Membership, words: str) -> list[Hit]:
    digits = words.replace(" ", "")
    condition = Q(city__istartswith=words) | Q(postal_code__begins=words)
    if key := fold(words):
        # « Pins » finds « Cabinet des Pins »: the index is walked by name, within one provider.
        condition |= Q(sort_key__begins=key) | Q(sort_key__contains=f" {key}")
    if digits.isascii() and digits.isdigit() and len(digits) >= 3:
        condition |= Q(siren__begins=digits)
    address = customer_url(member)
    rows = Customer.objects.filter(condition).order_by("sort_key", "id")[:FOUND_AT_MOST]
    return [_customer(row, address(row.pk)) for row in rows]


def _customer(row: Customer, address: str) -> Hit:
    place = town(row)
    return Hit(row.name, f"{place} · {row.siren}" if row.siren else place, address, "building-2")


def _contacts(member: Membership, words: str) -> list[Hit]:
    address = customer_url(member)
    condition = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    rows = Contact.objects.filter(condition).select_related("customer").order_by("name", "id")
    return [
        Hit(row.name, row.customer.name, address(row.customer_id), "user")
        for row in rows[:FOUND_AT_MOST]
    ]


def _equipment(member: Membership, words: str) -> list[Hit]:
    """By the serial number, as it is typed, in capitals or in small letters; to whose it is."""
    address = customer_url(member)
    condition = Q(serial_number__begins=words)
    for other in {words.upper(), words.lower()} - {words}:
        condition |= Q(serial_number__begins=other)
    rows = Equipment.objects.filter(condition).select_related("customer")
    return [
        Hit(
            f"{row.label} · {row.serial_number}",
            row.customer.name,
            f"{address(row.customer_id)}#materiel",
            "monitor",
        )
        for row in rows.order_by("serial_number", "id")[:FOUND_AT_MOST]
    ]


def _contracts(member: Membership, words: str) -> list[Hit]:
    rows = Contract.objects.filter(reference__begins=words.upper())
    shown = rows.select_related("customer").only("reference", "offer_name", "customer__name")
    return [
        Hit(row.reference, row.customer.name, url(member, "contract", row.pk), "file-pen")
        for row in shown.order_by("reference")[:FOUND_AT_MOST]
    ]


def _documents(member: Membership, words: str) -> list[Hit]:
    rows = Invoice.objects.filter(number__begins=words.upper())
    shown = rows.select_related("customer").only("number", "customer__name")
    return [
        Hit(row.number, row.customer.name, url(member, "invoice", row.pk), "receipt-euro")
        for row in shown.order_by("number", "id")[:FOUND_AT_MOST]
    ]


def recent_customers(member: Membership, limit: int = FOUND_AT_MOST) -> list[Customer]:
    """The customers whose page the person opened last."""
    seen = RecentCustomer.objects.filter(user_id=member.user_id).select_related("customer")
    return [row.customer for row in seen.order_by("-seen_at")[:limit]]


def _recent(member: Membership) -> Iterator[Group]:
    address = customer_url(member)
    hits = [_customer(row, address(row.pk)) for row in recent_customers(member)]
    yield Group(_("Seen recently"), hits)


def _pages(member: Membership, words: str) -> Iterator[Group]:
    """Pages and acts whose name holds the words."""
    acts = [
        Hit(act.label, "", url(member, act.name), act.icon)
        for act in ACTS
        if may(member.role, act.capability, act.level)
    ]
    pages = [
        Hit(section.label, "", url(member, section.code), section.icon)
        for section in SECTIONS
        if may(member.role, section.capability)
    ]
    yield Group(_("Actions"), [hit for hit in acts if fold(words) in fold(str(hit.label))])
    yield Group(_("Pages"), [hit for hit in pages if fold(words) in fold(str(hit.label))])
