"""The technician's space: who calls, and what their contract covers. Never an amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.enums import ContractStatus
from contracts.models import Contract
from contracts.queries import terms_of
from core import clock
from portal import plain_words
from portal.badges import contract_badge
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
from portal.lists import ListOrder, filtered_address, listed
from portal.workshop.forms import NameSearch
from providers.doors import MemberRequest, field_page, memberships_of
from providers.models import Contact, Customer, Membership
from providers.permissions import Capability
from providers.queries import customers_named

BY_NAME: Final = ListOrder("sort_key", CharField())


@dataclass(frozen=True, slots=True)
class Cover:
    """One contract of the caller, as far as a technician reads it."""

    offer: str
    reference: str
    badge: Badge
    statements: list[plain_words.Statement]
    week: list[plain_words.OpenDays]
    hours: list[plain_words.Clause]


def url(member: Membership, name: str, *args: object) -> str:
    return reverse(f"field:{name}", args=[member.provider.slug, *args])


def page(request: MemberRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    home = url(request.member, "clients")
    shared = {
        "navigation": [NavigationItem(_("Clients"), home, is_current=True, icon="building-2")],
        "space_name": _("Field"),
        "home_url": home,
        "switch_url": "/" if len(memberships_of(request.user)) > 1 else "",
    }
    return render(request, f"field/{template}", {**shared, **context})


def contracts_by_customer(ids: list[UUID]) -> dict[UUID, list[Contract]]:
    found: dict[UUID, list[Contract]] = {key: [] for key in ids}
    rows = Contract.objects.select_related("offer_version__offer").defer("terms")
    for row in rows.filter(customer__in=ids, status=ContractStatus.SIGNED).order_by("starts_on"):
        found[row.customer_id].append(row)
    return found


@field_page(Capability.COVERAGE)
def clients(request: MemberRequest) -> HttpResponse:
    """Search by the start of the name; the answer stands beside it: covered or not."""
    form = NameSearch(request.GET)
    words = form.cleaned_data["search"] if form.is_valid() else ""
    rows = listed(customers_named(words), BY_NAME, request)
    chips = [Chip(words, filtered_address(request, search=""))] if words else []
    context = {
        "form": form,
        "reset_url": request.path,
        "chips": chips,
        "table": _table(request.member, rows.rows, is_search=bool(words)),
        "pages": rows.page,
    }
    return page(request, "clients.html", context)


def _table(member: Membership, customers: list[Customer], *, is_search: bool) -> Table:
    contracts = contracts_by_customer([row.pk for row in customers])
    columns = (Column(_("Client"), is_row_header=True), Column(_("Covered by")))
    rows = [
        Row(
            (
                Pair(
                    Link(row.name, url(member, "client", row.pk)), f"{row.postal_code} {row.city}"
                ),
                _cover(contracts[row.pk]),
            )
        )
        for row in customers
    ]
    title = _("No client with this name") if is_search else _("No client yet")
    return Table(_("Clients"), columns, rows, Empty(title, icon="search"))


def _cover(contracts: list[Contract]) -> Badge:
    if not contracts:
        return Badge(_("No contract"), Tone.NEUTRAL, "circle-minus")
    names = ", ".join(row.offer_version.offer.name for row in contracts)
    return Badge(names, Tone.SUCCESS, "shield-check")


@field_page(Capability.COVERAGE)
def client(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """What this client's contracts cover, in plain words, with their hours."""
    customer = get_object_or_404(Customer.objects.all(), id=customer_id)
    day = clock.today(request.member.provider.zone)
    signed = Contract.objects.select_related("offer_version__offer").filter(customer=customer)
    in_force = signed.filter(status=ContractStatus.SIGNED, starts_on__lte=day)
    context = {
        "crumbs": [Crumb(_("Clients"), url(request.member, "clients"))],
        "customer": customer,
        "contacts": Contact.objects.filter(customer=customer).order_by("name"),
        "covers": [_sheet(row) for row in in_force.order_by("starts_on", "id")],
    }
    return page(request, "client.html", context)


def _sheet(contract: Contract) -> Cover:
    terms = terms_of(contract)
    return Cover(
        offer=contract.offer_version.offer.name,
        reference=contract.reference,
        badge=contract_badge(contract),
        statements=plain_words.statements(terms, contract.options),
        week=plain_words.week(terms.hours) if terms.hours else [],
        hours=plain_words.clauses(terms, ("hours",)),
    )
