"""What all pages of a practice's space share."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import clock
from portal.addresses import page_url
from portal.components import NavigationItem
from portal.jobs import running_job
from providers.doors import MemberRequest
from providers.models import Membership
from providers.permissions import Capability, may

WITH_JOBS: Final = ("invoices", "jobs")  # where a practice may have asked for something long


def url(member: Membership, name: str, *args: object) -> str:
    """The address of a page of the open practice."""
    return page_url(f"practice:{name}", member.customer_id, *args)


def navigation(member: Membership, current: str) -> list[NavigationItem]:
    items = []
    if may(member.role, Capability.COVERAGE):
        home = url(member, "home")
        items.append(NavigationItem(_("Home"), home, is_current=current == "home", icon="house"))
    if may(member.role, Capability.INVOICES):
        target, is_current = url(member, "invoices"), current == "invoices"
        items.append(NavigationItem(_("Invoices"), target, is_current, icon="receipt-euro"))
    if may(member.role, Capability.AUDIT):
        target, is_current = url(member, "journal"), current == "journal"
        items.append(NavigationItem(_("Journal"), target, is_current, icon="scroll-text"))
    if may(member.role, Capability.MAILS):
        target, is_current = url(member, "mails"), current == "mails"
        items.append(NavigationItem(_("Letters"), target, is_current, icon="mail"))
    if may(member.role, Capability.PRACTICE_MEMBERS):
        target, is_current = url(member, "people"), current == "settings"
        items.append(NavigationItem(_("Settings"), target, is_current, icon="settings"))
    return items


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
        "navigation": navigation(member, section),
        "home_url": landing(member),
        "running_job": running_job(member, url) if section in WITH_JOBS else None,
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
