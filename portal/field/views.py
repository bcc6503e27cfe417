"""The technician's space: who calls, and what their contract covers. Never an amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from contracts.models import Contract
from contracts.queries import terms_by_hash
from contracts.rules.terms import Terms
from core import clock
from portal import plain_words
from portal.addresses import page_url
from portal.components import (
    Badge,
    Chip,
    Column,
    Crumb,
    Empty,
    Link,
    NavigationItem,
    Pair,
    Row,
    Table,
    Tone,
)
from portal.formats import town
from portal.lists import ListOrder, filtered_address, listed
from portal.operations import note_customer_seen
from portal.readings import opened
from portal.workshop.forms import NameSearch
from portal.workshop.searching import recent_customers
from providers.access import get_customer_for
from providers.doors import MemberRequest, field_page
from providers.models import Customer, Membership
from providers.permissions import Capability
from providers.queries import contacts_of, customers_named

# What a technician asks of the terms on the way to a client.
FIELD: Final = ("response", "calls", "remote_control", "site_visits", "support_access")
BY_NAME: Final = ListOrder("sort_key", CharField())


@dataclass(frozen=True, slots=True)
class Cover:
    """One contract of the caller, as far as a technician reads it."""

    offer: str
    reference: str
    statements: list[plain_words.Statement]
    week: list[plain_words.OpenDays]
    hours: list[plain_words.Clause]
    service: list[plain_words.Clause]


def url(member: Membership, name: str, *args: object) -> str:
    return page_url(f"field:{name}", member.provider.slug, *args)


def page(request: MemberRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    home = url(request.member, "clients")
    shared = {
        "navigation": [NavigationItem(_("Customers"), home, is_current=True, icon="building-2")],
        "space_name": _("Field"),
        "home_url": home,
    }
    return render(request, f"field/{template}", {**shared, **context})


def today(member: Membership) -> date:
    """The provider's day."""
    return clock.today(member.provider.zone)


def contracts_in_force(ids: list[UUID], day: date) -> list[Contract]:
    """What covers these customers on a day; one that starts later covers nothing yet."""
    rows = Contract.objects.in_force().filter(customer__in=ids, starts_on__lte=day)
    return list(rows.defer("terms").order_by("starts_on", "id"))


@field_page(Capability.COVERAGE)
def clients(request: MemberRequest) -> HttpResponse:
    """Search by a part of the name; the answer stands beside it: covered or not."""
    form = NameSearch(request.GET)
    words = form.cleaned_data["search"] if form.is_valid() else ""
    rows = listed(customers_named(words), BY_NAME, request)
    chips = [Chip(words, filtered_address(request, search=""))] if words else []
    recent = [] if request.GET else recent_customers(request.member)
    covers = _covers([*rows.rows, *recent], today(request.member))
    context = {
        "form": form,
        "reset_url": request.path,
        "chips": chips,
        "table": _table(request.member, rows.rows, covers, is_search=bool(words)),
        "pages": rows.page,
        "recent": _table(request.member, recent, covers, is_search=False) if recent else None,
    }
    return page(request, "clients.html", context)


def _covers(customers: list[Customer], day: date) -> dict[UUID, list[str]]:
    """The offers that cover each of these customers on a day."""
    covers: dict[UUID, list[str]] = {row.pk: [] for row in customers}
    for row in contracts_in_force(list(covers), day):
        covers[row.customer_id].append(row.offer_name)
    return covers


def _table(
    member: Membership,
    customers: list[Customer],
    covers: dict[UUID, list[str]],
    *,
    is_search: bool,
) -> Table:
    columns = (Column(_("Customer"), is_row_header=True), Column(_("Covered by")))
    rows = [
        Row(
            (
                Pair(Link(row.name, url(member, "client", row.pk)), town(row)),
                _cover(covers[row.pk]),
            )
        )
        for row in customers
    ]
    title = _("No client with this name") if is_search else _("No client yet")
    text = _("Try a shorter part of the name.") if is_search else ""
    return Table(_("Customers"), columns, rows, Empty(title, text, icon="search"))


def _cover(offers: list[str]) -> Badge:
    if not offers:
        return Badge(_("No contract"), Tone.NEUTRAL, "circle-minus")
    return Badge(", ".join(offers), Tone.SUCCESS, "shield-check")


@field_page(Capability.COVERAGE)
def client(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """What this client's contracts cover, in plain words, with their hours."""
    customer = get_customer_for(request.member, customer_id, capability=Capability.COVERAGE)
    opened(request, customer)
    note_customer_seen(user_id=request.user.pk, customer_id=customer.pk, at=clock.now())
    contracts = contracts_in_force([customer.pk], today(request.member))
    terms = terms_by_hash({row.terms_hash for row in contracts})
    context = {
        "crumbs": [Crumb(_("Customers"), url(request.member, "clients"))],
        "customer": customer,
        "status": _cover([row.offer_name for row in contracts]),
        "contacts": contacts_of(customer),
        "covers": [_sheet(row, terms[row.terms_hash]) for row in contracts],
    }
    return page(request, "client.html", context)


def _sheet(contract: Contract, terms: Terms) -> Cover:
    return Cover(
        offer=contract.offer_name,
        reference=contract.reference,
        statements=plain_words.statements(terms, contract.options),
        week=plain_words.week(terms.hours) if terms.hours else [],
        hours=plain_words.without_amounts(plain_words.clauses(terms, ("hours",))),
        service=plain_words.without_amounts(plain_words.clauses(terms, FIELD, contract.options)),
    )
