"""E-mail through the outbox: written in the caller's transaction, sent after it (`sending`)."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.html import escape

from providers.enums import Language, MailState
from providers.mailing.courier import own_address
from providers.mailing.letters import MASK, Value, sender_of, write
from providers.models import Mail, OutboxItem, ProviderProfile
from providers.operations.refusals import check_fields
from providers.rules.events import event_of
from providers.scoping import current_scope, open_scope

MAIL = "mail"


@transaction.atomic
def post_mail(
    *,
    event: str,
    to: str,
    language: str,
    values: Mapping[str, Value],
    at: datetime,
    user_id: UUID | None = None,
    customer_id: UUID | None = None,
    key: str = "",
    unsubscribe_url: str = "",
) -> Mail:
    """Write a message of the open provider, to be sent once the caller's transaction is over.

    `values` fill the places of the event (`providers/rules/events.py`), `link` being a path of the
    portal. `key` names what it is about: the same event about the same thing is written once to an
    address, and the message already there is returned. Without one, its values name it.
    Errors: `UnknownEvent`, `WrongPlaces` (faults of the caller), `FieldRefused` at `recipient`.
    """
    known, address = event_of(event), to.strip().lower()
    tongue = language if language in Language.values else Language.FRENCH
    # A practice's member may cause a message whose queue is not theirs to see.
    with open_scope(current_scope().provider_id):
        letter = write(
            known,
            values,
            language=tongue,
            sender=sender_of(ProviderProfile.objects.get()),
            unsubscribe_url=unsubscribe_url,
        )
        mail = Mail(
            customer_id=customer_id,
            event=event,
            key=key or _digest(values),
            recipient=address,
            user_id=user_id,
            language=tongue,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            secret=letter.secret,
            unsubscribe_url=unsubscribe_url,
            posted_at=at,
        )
        return _written(mail, at)


def _digest(values: Mapping[str, Value]) -> str:
    told = "\n".join(f"{name}={value}" for name, value in sorted(values.items()))
    return sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def _written(mail: Mail, at: datetime) -> Mail:
    """Write the row and its place in the queue, or find the row that was there first."""
    mail.take_scope()
    mail.message_id = _message_id(mail)
    check_fields(mail)
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    kept: Mail = Mail.objects.get(event=mail.event, key=mail.key, recipient=mail.recipient)
    if kept.pk == mail.pk:
        OutboxItem.objects.create(kind=MAIL, subject_id=mail.pk, next_try_at=at)
    return kept


def _message_id(mail: Mail) -> str:
    name = f"{mail.event}\n{mail.key}\n{mail.recipient}"
    return f"<{uuid5(mail.provider_id, name).hex}@{own_address().rpartition('@')[2]}>"


def copy_mail(mail: Mail, *, to: str, at: datetime) -> Mail:
    """The same words once more, as a message of their own."""
    number = Mail.objects.filter(event=mail.event, key__startswith=mail.key).count() + 1
    again = Mail(
        customer_id=mail.customer_id,
        event=mail.event,
        key=f"{mail.key}/{number}",
        recipient=to,
        user_id=mail.user_id,
        language=mail.language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        unsubscribe_url=mail.unsubscribe_url,
        posted_at=at,
    )
    return _written(again, at)


@transaction.atomic
def cancel_mails(*, event: str, key: str) -> int:
    """Take back what is no longer true, as far as it has not left; return how many."""
    event_of(event)
    with open_scope(current_scope().provider_id):
        waiting = Mail.objects.filter(event=event, key=key, state=MailState.WAITING)
        found = list(waiting.select_for_update())
        for mail in found:
            close_mail(mail, MailState.CANCELLED, "")
        return len(found)


def close_mail(mail: Mail, state: MailState, told: str) -> None:
    """Reach an end. What opened a door is hidden from whoever reads the message afterwards."""
    if mail.secret:
        mail.text = mail.text.replace(mail.secret, MASK)
        mail.html = mail.html.replace(escape(mail.secret), MASK).replace(mail.secret, MASK)
    mail.state, mail.answer, mail.secret = state, told, ""
    mail.save(update_fields=["state", "answer", "secret", "text", "html", "attempts", "sent_at"])


__all__ = ["cancel_mails", "close_mail", "copy_mail", "post_mail"]
