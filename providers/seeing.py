"""« Voir comme ce client »: a person of the provider inside a practice's space, reading only.

The visit is in the session, for one practice and thirty minutes. Each request looks the person's
own membership up again, opens the scope with the practice, so that row-level security decides
what is seen, and allows what both roles may do: never more than the person's own rights.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from providers.audit import record
from providers.enums import ProviderStatus, Role
from providers.models import Customer, Membership, User
from providers.permissions import Capability, Level, level_of, may
from providers.scoping import open_scope

SESSION_KEY: Final = "see_as"
LASTS: Final = timedelta(minutes=30)
READING: Final = frozenset({"GET", "HEAD"})
# Whose eyes are offered, the widest first.
OFFERED: Final = (Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF)


class ReadOnlyVisit(PermissionDenied):
    """Whoever sees a space as its people do changes nothing there."""


@dataclass(frozen=True, slots=True)
class Seeing:
    """A visit in progress. `member` is nobody's row: the practice's role, lent for reading."""

    staff: Membership
    member: Membership
    customer_name: str
    until: datetime

    @property
    def is_as_manager(self) -> bool:
        return self.member.role == Role.PRACTICE_MANAGER

    def allows(self, capability: Capability, level: Level) -> bool:
        return level <= Level.READ and may(self.staff.role, capability, level)


def offered_role(role: Role | str) -> Role | None:
    """Whose eyes a member may borrow: a role that reads nothing which theirs does not.

    >>> offered_role(Role.OWNER).value, offered_role(Role.TECHNICIAN).value
    ('PRACTICE_MANAGER', 'PRACTICE_STAFF')
    >>> offered_role(Role.ACCOUNTANT)
    """
    if not may(role, Capability.SEE_AS):
        return None
    return next((lent for lent in OFFERED if _is_within(lent, role)), None)


def _is_within(lent: Role, own: Role | str) -> bool:
    readable = (code for code in Capability if level_of(lent, code) > Level.NONE)
    return all(may(own, code) for code in readable)


def begin(request: HttpRequest, staff: Membership, customer: Customer, *, at: datetime) -> None:
    """Open a practice's space for the person; another visit of theirs ends."""
    end(request, at=at)
    request.session[SESSION_KEY] = {
        "customer": str(customer.pk),
        "provider": str(staff.provider_id),
        "name": customer.name,
        "until": (at + LASTS).isoformat(),
    }
    record("see_as.started", customer, at=at, actor_id=staff.user_id)


def end(request: HttpRequest, *, at: datetime) -> None:
    """Leave the practice's space, by the button or because the time is over."""
    visit = request.session.pop(SESSION_KEY, None)
    if visit is None or not isinstance(request.user, User):
        return
    with open_scope(UUID(visit["provider"])):
        customer = Customer.objects.filter(pk=visit["customer"]).first()
        if customer:
            record("see_as.ended", customer, at=at, actor_id=request.user.pk)


def visit_to(request: HttpRequest, customer_id: UUID) -> dict[str, Any] | None:
    """The session's visit, if it is one to this practice."""
    visit: dict[str, Any] | None = request.session.get(SESSION_KEY)
    return visit if visit and visit["customer"] == str(customer_id) else None


def is_over(visit: dict[str, Any], at: datetime) -> bool:
    return at >= datetime.fromisoformat(visit["until"])


def seeing_of(user: User, visit: dict[str, Any]) -> Seeing | None:
    """The visit with today's rights; None once the person has lost them."""
    staff = (
        Membership.objects.select_related("provider")
        .filter(
            user=user,
            is_active=True,
            customer_id=None,
            provider=visit["provider"],
            provider__status=ProviderStatus.ACTIVE,
        )
        .first()
    )
    role = offered_role(staff.role) if staff else None
    if staff is None or role is None:
        return None
    member = Membership(
        user=user, provider=staff.provider, customer_id=UUID(visit["customer"]), role=role
    )
    return Seeing(staff, member, visit["name"], datetime.fromisoformat(visit["until"]))


def check_reading(request: HttpRequest) -> None:
    if request.method not in READING:
        raise ReadOnlyVisit(
            _("You see this space as its people do, for reading: nothing can be changed from here.")
        )


def note_page(request: HttpRequest, seeing: Seeing, *, at: datetime) -> None:
    """Each page of a visit is written, inside the practice's own scope.

    404 for a practice that this house has not, or has no longer: it was taken back meanwhile.
    """
    customer = Customer.objects.filter(pk=str(seeing.member.customer_id)).first()
    if customer is None:
        raise Http404
    shown = request.path.removeprefix(f"/c/{customer.pk}/") or "/"
    record("see_as.page", customer, at=at, actor_id=seeing.staff.user_id, page=shown)
