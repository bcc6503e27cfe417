"""A second factor that is lost with its recovery codes: taken away, so that a new one is set up.

An account is shared by all houses, so whoever answers for one of its places must not weaken what
opens another: for such an account, the portal's operator does it.
"""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.mailing.courier import send_as_portal
from providers.mailing.letters import PORTAL, Value, write
from providers.models import Membership, User
from providers.operations.account import end_sessions
from providers.operations.mail import post_mail
from providers.operations.people import member_to_change
from providers.queries import gives, house_and_practices, roles_held
from providers.rules.events import event_of
from providers.scoping import current_scope, open_scope

EVENT = "factors_reset"
NOTHING = _("This person has no second factor.")


class NothingToReset(DomainError):
    """A person without a second factor and without recovery codes."""


class OperatorOnly(DomainError):
    """An account of which the person asking does not answer for every place."""


@transaction.atomic
def reset_factors(*, member_id: UUID, at: datetime, by: UUID) -> Membership:
    """Take every second factor of a member away, sign them out everywhere, and write to them.

    Errors: `UnknownMember`, `OwnRole`, `MayNotGrant`, `OperatorOnly`, `NothingToReset`.
    """
    member = member_to_change(member_id, by)
    # Before anything else is looked at: a refusal must not tell what else an account opens.
    if not Authenticator.objects.filter(user=member.user).exists():
        raise NothingToReset(NOTHING)
    if not _answers_for(by, member):
        raise OperatorOnly(
            _("You cannot do this for this account: the operator of the portal does it.")
        )
    _take_away(member.user)
    entry = record("member.factors_reset", member, at=at, actor_id=by)
    post_mail(
        event=EVENT,
        key=str(entry.pk),
        to=member.user.email,
        language=member.user.language,
        values=_told(by, _house(member.customer_id)),
        at=at,
        user_id=member.user_id,
        customer_id=member.customer_id,
    )
    return member


@transaction.atomic
def reset_factors_as_operator(*, user_id: UUID, at: datetime, by: UUID) -> User:
    """The same for anybody; each house that the account opens reads of it in its journal.

    No house sends the letter, so it leaves at once: an act that nobody is told of is not done.
    Errors: `NothingToReset`, `LetterNotSent`.
    """
    user = User.objects.get(id=user_id)
    _take_away(user)
    for place in _open_places(user).select_related("user"):
        with open_scope(place.provider_id):
            record("member.factors_reset_by_operator", place, at=at, actor_id=by)
    told = _told(by, PORTAL.name)
    send_as_portal(
        write(event_of(EVENT), told, language=user.language, sender=PORTAL), to=user.email
    )
    return user


def _answers_for(by: UUID, member: Membership) -> bool:
    """Whether `by` could give every role with which the account opens something."""
    held, here = roles_held([by]).get(by, []), current_scope().provider_id
    places = list(_open_places(member.user))
    is_known = member in places and not member.user.is_operator
    return is_known and all(
        place.provider_id == here and gives(held, place.role, place.customer_id) for place in places
    )


def _open_places(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, is_active=True).order_by("id")


def _take_away(user: User) -> None:
    """Of two who do it at once, the second finds nothing left."""
    count, _rows = Authenticator.objects.filter(user=user).delete()
    if not count:
        raise NothingToReset(NOTHING)
    end_sessions(user_id=user.pk)


def _house(customer_id: UUID | None) -> str:
    """The name of the place that the person knows."""
    house, practices = house_and_practices([customer_id] if customer_id else [])
    return practices[customer_id] if customer_id else house


def _told(by: UUID, house: str) -> dict[str, Value]:
    return {
        "person": str(User.objects.get(id=by)),
        "house": house,
        "link": reverse("account_second_factor"),
    }
