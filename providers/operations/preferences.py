"""What a person wants to be told, by which way and when."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.enums import EmailChoice
from providers.models import Preference, User
from providers.operations.notifications import Wish
from providers.rules.events import EVENTS


class NotOptional(DomainError):
    """A message that has effects in law or protects an account: nobody goes without."""


@transaction.atomic
def choose_notifications(*, user_id: UUID, wishes: Mapping[str, Wish]) -> None:
    """Keep what one person chose for each event. Errors: `NotOptional`; nothing is written."""
    for code, wish in wishes.items():
        event = EVENTS.get(code)
        if event is None or not event.is_optional or wish.email not in EmailChoice.values:
            raise NotOptional(_("This message cannot be switched off."), field=code)
        Preference.objects.update_or_create(
            user_id=user_id,
            event=code,
            defaults={"email": wish.email, "in_portal": wish.in_portal},
        )


@transaction.atomic
def unsubscribe(*, user_id: UUID, event: str) -> None:
    """Write to this person about this no more; done twice, it stays done. Errors: `NotOptional`."""
    known = EVENTS.get(event)
    if known is None or not known.is_optional:
        raise NotOptional(_("This message cannot be switched off."))
    if not User.objects.filter(id=user_id).exists():
        return
    Preference.objects.update_or_create(
        user_id=user_id,
        event=event,
        defaults={"email": EmailChoice.OFF},
        create_defaults={"email": EmailChoice.OFF, "in_portal": True},
    )
