"""The list under the bell: what one person was told in one space, with the way to each thing."""

from uuid import UUID

from django.db.models import DateTimeField
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from core import clock
from portal.bell import list_url
from portal.components import Empty
from portal.field.views import page as field_frame
from portal.lists import ListOrder, listed
from portal.practice.frame import page as practice_frame
from portal.workshop.frame import page as workshop_frame
from providers.doors import MemberRequest, MemberView, field_page, practice_page, workshop_page
from providers.models import Notification
from providers.operations.notifications import mark_read, shown_to
from providers.permissions import Capability, Level

LATEST = ListOrder("at", DateTimeField(), is_descending=True)
SEE_OTHER = 303
OWN = Capability.NOTICES


def _list(request: MemberRequest) -> HttpResponse:
    member = request.member
    found = listed(shown_to(member.user_id), LATEST, request)
    empty = Empty(
        _("Nothing yet"),
        _("What happens and concerns you is told here, and stays for ninety days."),
        icon="bell",
    )
    context = {
        "lines": found.rows,
        "pages": found.page,
        "empty": empty,
        "read_url": list_url(request, member) + "lues/",
        "has_unread": any(row.read_at is None for row in found.rows),
    }
    if member.customer_id is not None:
        return practice_frame(request, "notifications.html", context, section="notifications")
    if request.resolver_match is not None and request.resolver_match.namespace == "field":
        return field_frame(request, "notifications.html", context)
    return workshop_frame(request, "notifications.html", context, section="notifications")


def _read(request: MemberRequest) -> HttpResponse:
    """Mark one line as read and go to what it is about; without one, mark them all.

    The line is named in the form: it is nobody's business in an address.
    """
    user_id, now = request.member.user_id, clock.now()
    row = _named(request)
    if row is not None:
        mark_read(user_id=user_id, at=now, notification_id=row.pk)
    elif "notification" not in request.POST:
        mark_read(user_id=user_id, at=now)
    target = row.path if row is not None else list_url(request, request.member)
    return HttpResponseRedirect(target, status=SEE_OTHER)


def _named(request: MemberRequest) -> Notification | None:
    try:
        wanted = UUID(request.POST.get("notification", ""))
    except ValueError:
        return None
    return shown_to(request.member.user_id).filter(id=wanted).first()


VIEWS: dict[str, tuple[MemberView, Level, tuple[str, ...]]] = {
    "notifications": (_list, Level.READ, ("GET",)),
    "notifications_read": (_read, Level.READ, ("POST",)),
}
DOORS = {"workshop": workshop_page, "field": field_page, "practice": practice_page}
ADDRESSES = {"notifications": "notifications/", "notifications_read": "notifications/lues/"}
