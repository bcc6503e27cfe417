"""Telling people of what happens: a line under the bell, an e-mail at once or once a day.

Who is told is read from the roles of the event, how from what each person chose; the same event
about the same thing is told once, however often it is reported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from providers.enums import EmailChoice
from providers.mailing.letters import Value, subject_of
from providers.mailing.unsubscribing import unsubscribe_url
from providers.models import Membership, Notification, Preference, ProviderProfile, User
from providers.operations.mail import post_mail
from providers.rules.events import Event, event_of
from providers.scoping import current_scope, open_scope

KEPT = timedelta(days=90)
EVERYBODY = Q()
LINES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Wish:
    email: str
    in_portal: bool


@transaction.atomic
def notify(
    *,
    event: str,
    key: str,
    values: Mapping[str, Value],
    at: datetime,
    customer_id: UUID | None = None,
    subject_id: UUID | None = None,
    among: Q = EVERYBODY,
) -> int:
    """Tell everybody whom the event concerns; return how many had not been told before.

    `values` are the places of the event but `link`, which follows from its path; `among` narrows
    the memberships that the event's audience has.
    Errors: those of `post_mail`.
    """
    known, told = event_of(event), 0
    with open_scope(current_scope().provider_id):
        is_silent = ProviderProfile.objects.get().is_demonstration
        for member, wish in _audience(known, customer_id, among):
            path = known.path.format(
                slug=member.provider.slug, customer=customer_id, subject=subject_id
            )
            full = {**values, "link": path}
            if _tell(known, member, wish, full, key=key, at=at):
                told += 1
                # A demonstration's people do not exist.
                if wish.email == EmailChoice.IMMEDIATE and not is_silent:
                    _write_to(known, member, full, key=key, at=at)
    return told


def _audience(
    event: Event, customer_id: UUID | None, among: Q
) -> Iterator[tuple[Membership, Wish]]:
    members = Membership.objects.select_related("user", "provider").filter(
        among,
        provider=current_scope().provider_id,
        customer_id=customer_id if event.is_for_practice else None,
        role__in=event.audience,
        is_active=True,
        user__is_active=True,
    )
    found = list(members.order_by("id"))
    wishes = wishes_of([member.user_id for member in found], event)
    return ((member, wishes[member.user_id]) for member in found)


def wishes_of(user_ids: list[UUID], event: Event) -> dict[UUID, Wish]:
    """What each person chose, or what the event does by itself; nobody switches off the law."""
    usual = Wish(event.email, in_portal=True)
    wishes = dict.fromkeys(user_ids, usual)
    if event.is_optional:
        chosen = Preference.objects.filter(user__in=user_ids, event=event.code).order_by("id")
        wishes |= {row.user_id: Wish(row.email, row.in_portal) for row in chosen}
    return wishes


def _tell(
    event: Event,
    member: Membership,
    wish: Wish,
    values: Mapping[str, Value],
    *,
    key: str,
    at: datetime,
) -> bool:
    row = Notification(
        customer_id=member.customer_id,
        user_id=member.user_id,
        event=event.code,
        key=key,
        title=subject_of(event, values, language=member.user.language),
        path=str(values["link"]),
        at=at,
        is_shown=wish.in_portal,
        awaits_digest=wish.email == EmailChoice.DAILY,
    )
    Notification.objects.bulk_create([row], ignore_conflicts=True)
    return Notification.objects.filter(id=row.pk).count() == 1


def _write_to(
    event: Event, member: Membership, values: Mapping[str, Value], *, key: str, at: datetime
) -> None:
    post_mail(
        event=event.code,
        to=member.user.email,
        language=member.user.language,
        values=values,
        at=at,
        user_id=member.user_id,
        customer_id=member.customer_id,
        key=key,
        unsubscribe_url=unsubscribe_url(member.user_id, event.code) if event.is_optional else "",
    )


# --- Read by their person -------------------------------------------------------------------------


def shown_to(user_id: UUID) -> QuerySet[Notification]:
    """The lines of one person in the open space."""
    return Notification.objects.filter(user_id=user_id, is_shown=True)


def unread_of(user_id: UUID) -> Coalesce:
    """How many lines one person has not read, as a column of another query."""
    unread = shown_to(user_id).filter(read_at=None).order_by().values("user_id")
    return Coalesce(Subquery(unread.annotate(number=Count("id")).values("number")), 0)


def mark_read(*, user_id: UUID, at: datetime, notification_id: UUID | None = None) -> int:
    """Mark one line, or all of them, as read by their person."""
    unread = shown_to(user_id).filter(read_at=None)
    if notification_id is not None:
        unread = unread.filter(id=notification_id)
    return unread.update(read_at=at)


# --- Once a day -----------------------------------------------------------------------------------


def send_digests(*, provider_id: UUID, day: date, at: datetime) -> int:
    """One message for each person who wants one a day; and what is old goes."""
    with open_scope(provider_id):
        Notification.objects.filter(at__lt=at - KEPT).delete()
        rows = list(
            Notification.objects.filter(awaits_digest=True)
            .select_for_update()
            .order_by("user_id", "id")
        )
        people = User.objects.in_bulk({row.user_id for row in rows})
        for user_id, mine in groupby(rows, key=lambda row: row.user_id):
            if (user := people.get(user_id)) is not None and user.is_active:
                _digest(user, list(mine), day, at)
        Notification.objects.filter(id__in=[row.pk for row in rows]).update(awaits_digest=False)
        return len(people)


def _digest(user: User, rows: list[Notification], day: date, at: datetime) -> None:
    places = {row.customer_id for row in rows}
    post_mail(
        event="digest",
        to=user.email,
        language=user.language,
        values={
            "count": len(rows),
            "lines": [row.title for row in rows[:LINES_AT_MOST]],
            "link": "/",
        },
        at=at,
        user_id=user.pk,
        customer_id=places.pop() if len(places) == 1 else None,
        key=f"{user.pk}:{day.isoformat()}",
    )
