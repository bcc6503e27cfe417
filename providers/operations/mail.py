"""E-mail through the outbox: written in the caller's transaction, sent after it, at least once.

The row is the message. Whoever relays takes one at a time under a lease, asks again whether it is
still wanted, and hands it over with nothing open; killed between that and the mark, the message
leaves a second time with the same Message-ID, by which mail programs know it again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.html import escape

from core.steps import reached
from providers.enums import Language, MailState
from providers.mailing.courier import Answer, Courier, Outcome, own_address
from providers.mailing.letters import MASK, Value, sender_of, write
from providers.models import Mail, OutboxItem, ProviderProfile, RefusedAddress
from providers.operations.refusals import check_fields
from providers.rules.events import event_of
from providers.scoping import current_scope, open_scope

MAIL = "mail"
LEASE = timedelta(minutes=5)
# After each attempt in vain; a day in all, then a person is told.
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120, 240, 480, 480))
KNOWN_BAD = "This address refused an earlier message."


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


@transaction.atomic
def cancel_mails(*, event: str, key: str) -> int:
    """Take back what is no longer true, as far as it has not left; return how many."""
    event_of(event)
    with open_scope(current_scope().provider_id):
        waiting = Mail.objects.filter(event=event, key=key, state=MailState.WAITING)
        found = list(waiting.select_for_update())
        for mail in found:
            _close(mail, MailState.CANCELLED, "")
        return len(found)


# --- The relay ----------------------------------------------------------------------------------


def relay_mails(*, provider_id: UUID, now: Callable[[], datetime], limit: int = 50) -> int:
    """Send the messages that wait, at most `limit`; return how many were dealt with.

    A mail server that does not answer ends the round: what waits goes on waiting.
    """
    done = 0
    with Courier() as courier:
        while done < limit and (item := _take(provider_id, now())) is not None:
            reached("mail_taken")
            if not _relay(provider_id, item, courier, now):
                break
            done += 1
    return done


def _take(provider_id: UUID, at: datetime) -> OutboxItem | None:
    """Lease the next item: another worker leaves it alone until the lease is over."""
    with open_scope(provider_id):
        waiting = OutboxItem.objects.filter(
            kind=MAIL, done_at=None, parked_at=None, next_try_at__lte=at
        )
        item = waiting.select_for_update(skip_locked=True).order_by("next_try_at", "id").first()
        if item is not None:
            item.attempts += 1
            item.next_try_at = at + LEASE
            item.save(update_fields=["attempts", "next_try_at"])
        return item


def _relay(
    provider_id: UUID, item: OutboxItem, courier: Courier, now: Callable[[], datetime]
) -> bool:
    """Deal with one item; False when the mail server is out of reach."""
    with open_scope(provider_id):
        mail = _still_wanted(item, now())
        sender = sender_of(ProviderProfile.objects.get())
    if mail is None:
        return True
    answer = courier.hand_over(mail, sender)
    reached("mail_handed_over")
    with open_scope(provider_id):
        _note(item, answer, now())
    reached("mail_marked")
    return answer.outcome is not Outcome.DOWN


def _still_wanted(item: OutboxItem, at: datetime) -> Mail | None:
    """Asked just before sending: cancelled, sent already, or to an address that refuses."""
    mail = Mail.objects.select_for_update().filter(id=item.subject_id).first()
    if mail is None or mail.state != MailState.WAITING:
        _finish(item, at)
        return None
    if RefusedAddress.objects.filter(email=mail.recipient).exists():
        _close(mail, MailState.REFUSED, KNOWN_BAD)
        _finish(item, at)
        return None
    if item.attempts > len(PAUSES) + 1:  # whoever sends it dies of it
        _give_up(item, mail, mail.answer, at)
        return None
    return mail


def _note(item: OutboxItem, answer: Answer, at: datetime) -> None:
    """Write down what the server said. A report that came in between is not overwritten."""
    mail = Mail.objects.select_for_update().get(id=item.subject_id)
    mail.attempts = item.attempts
    if mail.state != MailState.WAITING:
        mail.save(update_fields=["attempts"])
        return _finish(item, at)
    if answer.outcome is Outcome.ACCEPTED:
        mail.sent_at = at
        _close(mail, MailState.SENT, answer.text)
        return _finish(item, at)
    if answer.outcome in (Outcome.LATER, Outcome.DOWN):
        return _postpone(item, mail, answer.text, at)
    if answer.outcome is Outcome.ADDRESS_REFUSED:
        refuse_address(mail, answer.text, at)
    _close(mail, MailState.REFUSED, answer.text)
    return _finish(item, at)


def _postpone(item: OutboxItem, mail: Mail, told: str, at: datetime) -> None:
    if item.attempts > len(PAUSES):
        return _give_up(item, mail, told, at)
    mail.answer = told
    mail.save(update_fields=["attempts", "answer"])
    item.error, item.next_try_at = told, at + PAUSES[item.attempts - 1]
    item.save(update_fields=["error", "next_try_at"])
    return None


def _give_up(item: OutboxItem, mail: Mail, told: str, at: datetime) -> None:
    mail.attempts = item.attempts
    _close(mail, MailState.ABANDONED, told)
    item.error, item.parked_at = told, at
    item.save(update_fields=["error", "parked_at"])


def _finish(item: OutboxItem, at: datetime) -> None:
    item.error, item.done_at = "", at
    item.save(update_fields=["error", "done_at"])


def _close(mail: Mail, state: MailState, told: str) -> None:
    """Reach an end. What opened a door is hidden from whoever reads the message afterwards."""
    if mail.secret:
        mail.text = mail.text.replace(mail.secret, MASK)
        mail.html = mail.html.replace(escape(mail.secret), MASK).replace(mail.secret, MASK)
    mail.state, mail.answer, mail.secret = state, told, ""
    mail.save(update_fields=["state", "answer", "secret", "text", "html", "attempts", "sent_at"])


def refuse_address(mail: Mail, told: str, at: datetime) -> None:
    """Write to this address no more, until a person has looked."""
    refused = RefusedAddress(email=mail.recipient, mail_id=mail.pk, answer=told, refused_at=at)
    RefusedAddress.objects.bulk_create([refused], ignore_conflicts=True)


__all__ = ["cancel_mails", "post_mail", "refuse_address", "relay_mails"]
