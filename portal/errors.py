"""The pages of refusals and failures; named as handlers in `config/urls.py`."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.api import problems
from portal.components import Fact, Text
from providers.doors import Rule, memberships_of
from providers.enums import Role
from providers.models import User
from providers.permissions import Capability, Level, may
from providers.seeing import ReadOnlyVisit

RIGHTS: dict[Capability, Promise] = {
    Capability.COVERAGE: _("what the contracts cover"),
    Capability.CUSTOMERS: _("customers"),
    Capability.CONTRACTS: _("contracts and their prices"),
    Capability.OFFERS: _("offers"),
    Capability.INDEX: _("Syntec index and price revisions"),
    Capability.INVOICES: _("invoices"),
    Capability.INVOICING: _("the invoice run"),
    Capability.PAYMENTS: _("payments"),
    Capability.BANK_DETAILS: _("bank details"),
    Capability.LEGAL_IDENTITY: _("legal identity"),
    Capability.MEMBERS: _("members"),
    Capability.JOBS: _("long jobs"),
    Capability.SEE_AS: _("the space of a practice as its people see it"),
    Capability.AUDIT: _("the journal of acts and readings"),
    Capability.PRACTICE_MEMBERS: _("the people of practices"),
    Capability.NOTICES: _("notifications"),
    Capability.MAILS: _("messages sent"),
    Capability.API_TOKENS: _("tokens of the programming interface"),
    Capability.REVENUE: _("recurring revenue"),
    Capability.IMPORTS: _("imports of files"),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_for_programs(request):
        return problems.answer(request, problems.Problem("malformed"))
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Name the right that is missing and who can give it."""
    if problems.is_for_programs(request):
        return problems.answer(request, problems.Problem("forbidden"))
    is_visit = isinstance(exception, ReadOnlyVisit)
    missing = {"right": "", "is_writing": False} if is_visit else _missing_right(request)
    values = {"explanation": str(exception), **missing}
    return render(request, "403.html", values, status=HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or cookies are refused: named in `CSRF_FAILURE_VIEW`."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Offer the search of the provider whose people one belongs to."""
    if problems.is_for_programs(request):
        return problems.answer(request, problems.Problem("not_found"))
    values = {"search_url": _search_url(request)}
    return render(request, "404.html", values, status=HTTPStatus.NOT_FOUND)


def _search_url(request: HttpRequest) -> str:
    """The search of the workshop that the address names, else of the person's first one."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return ""
    slugs = [row.provider.slug for row in memberships_of(user) if row.customer_id is None]
    named = [slug for slug in slugs if f"/{slug}/" in request.path]
    return reverse("workshop:search", args=(named or slugs)[:1]) if slugs else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without database, session or context processors: any of them may have failed."""
    if problems.is_for_programs(request):
        return problems.answer(request, problems.Problem("server_error"))
    values = {"incident": getattr(request, "request_number", "")}
    page = render_to_string("500.html", values)
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def conflict(
    request: HttpRequest,
    *,
    explanation: Text,
    mine: Sequence[Fact],
    theirs: Sequence[Fact],
    back_url: str,
    again: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Two people changed the same thing: show both versions, lose neither.

    `again` is what the person sent, as from the version now recorded: sent, it takes its place.
    """
    values = {
        "explanation": explanation,
        "mine": mine,
        "theirs": theirs,
        "back_url": back_url,
        "again": again,
    }
    return render(request, "409.html", values, status=HTTPStatus.CONFLICT)


def _missing_right(request: HttpRequest) -> dict[str, object]:
    match = request.resolver_match
    rule: Rule | None = getattr(match.func, "rule", None) if match else None
    if rule is None or rule.capability is None:
        return {"right": "", "is_writing": False, "holders": ""}
    is_practice = rule.side == "practice"
    holders = [
        str(role.label)
        for role in Role
        if (role in Role.practice()) == is_practice and may(role, rule.capability, rule.level)
    ]
    return {
        "right": RIGHTS[rule.capability],
        "is_writing": rule.level is Level.WRITE,
        "holders": ", ".join(holders),
    }
