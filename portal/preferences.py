"""`/compte/notifications/` and the link that ends one kind of message without signing in."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.errors import DomainError
from providers.doors import memberships_of, public, signed_in
from providers.enums import EmailChoice
from providers.mailing.unsubscribing import NoSuchLink, read_token
from providers.models import User
from providers.operations.notifications import Wish, wishes_of
from providers.operations.preferences import choose_notifications, unsubscribe
from providers.rules.events import EVENTS, Event

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the grid: an event and what its reader chose."""

    code: str
    label: str
    is_optional: bool
    email: str
    in_portal: bool


def events_for(user: User) -> list[Event]:
    """Those that one of the person's roles is told of, and what everybody receives."""
    roles = {member.role for member in memberships_of(user)}
    return [
        event
        for event in EVENTS.values()
        if event.code != "digest" and (not event.audience or roles & set(event.audience))
    ]


@signed_in("GET", "POST")
def preferences(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    events = events_for(user)
    if request.method == "POST":
        choose_notifications(user_id=user.pk, wishes=_wishes(request, events))
        messages.success(request, _("Your choices are recorded."))
        return HttpResponseRedirect(reverse("notification_preferences"), status=SEE_OTHER)
    lines = [_line(event, wishes_of([user.pk], event)[user.pk]) for event in events]
    context = {"lines": lines, "choices": EmailChoice.choices}
    return render(request, "portal/preferences.html", context)


def _wishes(request: HttpRequest, events: list[Event]) -> dict[str, Wish]:
    """What the grid said; a value that is none of its choices leaves the event as it was."""
    return {
        event.code: Wish(email, in_portal=f"portal-{event.code}" in request.POST)
        for event in events
        if event.is_optional
        and (email := request.POST.get(f"email-{event.code}", "")) in EmailChoice.values
    }


def _line(event: Event, wish: Wish) -> Line:
    return Line(event.code, _(event.label), event.is_optional, wish.email, wish.in_portal)


@csrf_exempt
@public("GET", "POST")
def unsubscribe_page(request: HttpRequest, link: str) -> HttpResponse:
    """Asked first when a person follows the link; done at once when their mail program posts.

    The link is the right itself: a mail program has no session and no CSRF token.
    """
    try:
        user_id, code = read_token(link)
        event = EVENTS[code]
    except (NoSuchLink, KeyError) as error:
        raise Http404 from error
    is_done = request.method == "POST"
    if is_done:
        try:
            unsubscribe(user_id=user_id, event=code)
        except DomainError as error:
            raise Http404 from error
    context = {"label": _(event.label), "is_done": is_done}
    return render(request, "portal/unsubscribe.html", context)
