"""From where one is signed in: each session with its device, and how long it lives.

Twelve hours after signing in, or after three idle ones, it is over; for those who keep accounts,
after thirty idle minutes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from providers.at_hand import at_hand
from providers.doors import signed_in
from providers.enums import Role
from providers.models import Membership, User
from providers.operations.account import end_sessions
from providers.prepared import prepared
from providers.visitors import address_of

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(hours=3)
IDLE_OF_ACCOUNTANTS = timedelta(minutes=30)
KEEPING_ACCOUNTS = (Role.ACCOUNTANT, Role.PRACTICE_ACCOUNTANT)
# A look at a page within these is not worth a write.
GRAIN = timedelta(seconds=15)
SEE_OTHER = 303


class SessionLimits:
    """Middleware: ends sessions that have lived or lain idle too long, notes the others' use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key and SESSION_KEY in request.session:
            session = next(iter(_with_person(key=request.session.session_key)), None)
            with at_hand(session.user if session else None):
                is_signed_in = request.user.is_authenticated
            if is_signed_in:
                _live_or_end(request, session, clock.now())
        return self.get_response(request)


def _live_or_end(request: HttpRequest, session: Any, now: datetime) -> None:
    if session is None:
        known = {"user": request.user, "created_at": now, "last_seen_at": now}
        UserSession.objects.get_or_create(
            session_key=request.session.session_key, defaults={**known, **_visitor(request)}
        )
    elif is_over(session, now):
        session.delete()
        logout(request)
    elif now - session.last_seen_at >= GRAIN or session.ip != _visitor(request)["ip"]:
        UserSession.objects.filter(pk=session.pk).update(last_seen_at=now, **_visitor(request))


@prepared
def _with_person(*, key: Any) -> Any:
    """A session, its person, and whether they keep accounts."""
    keeps = Membership.objects.filter(
        user=OuterRef("user"), role__in=KEEPING_ACCOUNTS, is_active=True
    )
    own = UserSession.objects.filter(session_key=key).select_related("user")
    return own.annotate(keeps_accounts=Exists(keeps))


def is_over(session: Any, now: datetime) -> bool:
    idle = IDLE_OF_ACCOUNTANTS if session.keeps_accounts else IDLE
    return bool(now - session.created_at >= ABSOLUTE or now - session.last_seen_at >= idle)


def _visitor(request: HttpRequest) -> dict[str, str]:
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:200]
    return {"ip": address_of(request) or "0.0.0.0", "user_agent": agent}  # noqa: S104  nobody's


def end_others(request: HttpRequest) -> None:
    """Every session of the person but this one."""
    user = cast("User", request.user)
    end_sessions(user_id=user.pk, but=request.session.session_key or "")


@signed_in("GET", "POST")
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; the form of a line ends that session, the button below all others."""
    user = cast("User", request.user)
    if request.method == "POST":
        _end_chosen(request, user, request.POST.get("session", ""))
        response = HttpResponseRedirect(reverse("usersessions_list"))
        response.status_code = SEE_OTHER
        return response
    rows = sorted(
        UserSession.objects.purge_and_list(user),
        key=lambda row: row.last_seen_at,
        reverse=True,
    )
    here = request.session.session_key
    lines = [(row, device_name(row.user_agent), row.session_key == here) for row in rows]
    return render(request, "account/sessions.html", {"lines": lines})


def _end_chosen(request: HttpRequest, user: User, chosen: str) -> None:
    if chosen == "others":
        end_others(request)
        messages.success(request, _("You are signed out everywhere else."))
        return
    own = UserSession.objects.filter(user=user, pk=int(chosen) if _is_number(chosen) else 0)
    for session in own.exclude(session_key=request.session.session_key):
        session.end()
        messages.success(request, _("This session has ended."))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"} | {
    "Safari/": "Safari"
}


def device_name(agent: str) -> str:
    """
    >>> device_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/130.0")
    'Firefox, Windows'
    """
    system = next((name for name in SYSTEMS if name in agent), "")
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    return ", ".join(filter(None, (browser, system))) or str(_("Unknown device"))
