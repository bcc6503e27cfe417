"""The help that every page leads to: whom to ask, where things are, what the words mean.

A practice is led to its provider; the provider's people and whoever is not in a space yet, to what
the portal says of itself and to whoever runs it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.addresses import page_url
from portal.components import Link, Text
from portal.field.views import page as field_frame
from portal.field.views import url as field_url
from portal.practice import queries
from portal.practice.frame import SECTIONS as PRACTICE_SECTIONS
from portal.practice.frame import page as practice_frame
from portal.practice.frame import url as practice_url
from portal.practice.standing import standing_of, weeks
from portal.sections import Section, open_to
from portal.states import OF_CONTRACTS, OF_COVERS, OF_INVOICES, State
from portal.workshop.frame import SECTIONS
from portal.workshop.frame import page as workshop_frame
from portal.workshop.frame import url as workshop_url
from providers.doors import (
    MemberRequest,
    field_page,
    practice_page,
    public,
    workshop_page,
)
from providers.models import Membership
from providers.permissions import Capability, may

# Whoever is in a space, whatever their role.
ANYBODY: Final = Capability.NOTICES


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation and what one finds there."""

    link: Link
    holds: Text


def _places(
    member: Membership, sections: Sequence[Section], url: Callable[..., str]
) -> list[Place]:
    return [
        Place(Link(section.label, url(member, section.target)), section.holds)
        for section in open_to(member, sections)
    ]


@practice_page(ANYBODY)
def practice_help(request: MemberRequest) -> HttpResponse:
    """The provider's telephone, address and hours come first: a practice asks a person."""
    member = request.member
    sees_cover = may(member.role, Capability.COVERAGE)
    contracts = list(queries.contracts()) if sees_cover else []
    context = {
        "weeks": list(weeks(standing_of(request, contracts))),
        "places": _places(member, PRACTICE_SECTIONS, practice_url),
        "contract_states": OF_COVERS if sees_cover else (),
        "invoice_states": _invoice_states(member),
    }
    return practice_frame(request, "help.html", context, section="help")


@workshop_page(ANYBODY)
def workshop_help(request: MemberRequest) -> HttpResponse:
    member = request.member
    context = {
        "places": _places(member, SECTIONS, workshop_url),
        "contract_states": OF_CONTRACTS if may(member.role, Capability.CONTRACTS) else (),
        "invoice_states": _invoice_states(member),
        "help_email": settings.HELP_EMAIL,
    }
    return workshop_frame(request, "help.html", context, section="help")


def _invoice_states(member: Membership) -> tuple[State, ...]:
    return OF_INVOICES if may(member.role, Capability.INVOICES) else ()


@field_page(ANYBODY)
def field_help(request: MemberRequest) -> HttpResponse:
    found = _("Whoever calls: what their contract covers, their hours and their people.")
    context = {
        "places": [Place(Link(_("Customers"), field_url(request.member, "clients")), found)],
        "help_email": settings.HELP_EMAIL,
    }
    return field_frame(request, "help.html", context)


@public()
def portal_help(request: HttpRequest) -> HttpResponse:
    """For whoever stands before the door, and for the operators."""
    is_operator = getattr(request.user, "is_operator", False)
    context = {
        "places": list(_of_operators()) if is_operator else (),
        "help_email": settings.HELP_EMAIL,
    }
    return render(request, "portal/help.html", context)


def _of_operators() -> Iterator[Place]:
    """What the platform's operators have, behind doors of their own."""
    houses = Link(_("Houses of the platform"), page_url("houses"))
    yield Place(houses, _("Which houses there are, and who is asked to open one."))
    tables = Link(_("Global tables"), page_url("admin:index"))
    yield Place(tables, _("People, houses and factors, to read; no row of any house."))
