"""What all pages of a practice's space share."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from core import clock
from portal.addresses import page_url
from portal.components import NavigationItem
from portal.sections import Section, items_of
from portal.shell import face_of
from providers.doors import MemberRequest
from providers.models import Membership
from providers.permissions import Capability, may

SECTIONS: Final = (
    Section(
        "home",
        gettext_lazy("Home"),
        "house",
        Capability.COVERAGE,
        gettext_lazy("Whether you are covered, until when, what is due and whom to call."),
    ),
    Section(
        "contracts",
        gettext_lazy("Contract"),
        "file-text",
        Capability.COVERAGE,
        gettext_lazy("Your contracts: what each covers, its dates and its signed papers."),
    ),
    Section(
        "equipment",
        gettext_lazy("Equipment"),
        "monitor",
        Capability.COVERAGE,
        gettext_lazy("Your equipment: which contract looks after each piece, and how."),
    ),
    Section(
        "invoices",
        gettext_lazy("Invoices"),
        "receipt-euro",
        Capability.INVOICES,
        gettext_lazy("Your invoices: what is paid, what is not, and all their PDFs."),
    ),
    Section(
        "journal",
        gettext_lazy("Journal"),
        "scroll-text",
        Capability.AUDIT,
        gettext_lazy("Who read or changed what in your space, and when."),
    ),
    Section(
        "mails",
        gettext_lazy("Letters"),
        "mail",
        Capability.MAILS,
        gettext_lazy("The letters that you were sent."),
    ),
    Section(
        "settings",
        gettext_lazy("Settings"),
        "settings",
        Capability.PRACTICE_MEMBERS,
        gettext_lazy("Who of your practice comes in here, and what each may see."),
        page="people",
    ),
)


def url(member: Membership, name: str, *args: object) -> str:
    """The address of a page of the open practice."""
    return page_url(f"practice:{name}", member.customer_id, *args)


def navigation(request: MemberRequest, current: str) -> list[NavigationItem]:
    """With how many invoices are to be paid, counted in the query that every page asks."""
    counts = {"invoices": getattr(face_of(request), "unpaid", 0)}
    return items_of(request.member, SECTIONS, url, current, counts)


def page(
    request: MemberRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    section: str,
    status: int = 200,
) -> HttpResponse:
    member = request.member
    shared = {
        "navigation": navigation(request, section),
        "home_url": landing(member),
        "space_base": "practice/base.html",
    }
    name = template if "/" in template else f"practice/{template}"
    return render(request, name, {**shared, **context}, status=status)


def landing(member: Membership) -> str:
    """The first page a member may read: an accountant's is the list of invoices."""
    has_cover = may(member.role, Capability.COVERAGE)
    return url(member, "home" if has_cover else "invoices")


def today(member: Membership) -> date:
    """The provider's day: its contracts count in its own time zone."""
    return clock.today(member.provider.zone)
