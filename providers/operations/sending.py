"""Sending what was posted: at least once, and what becomes of it.

The row is the message. Whoever relays takes one at a time under a lease, asks again whether it is
still wanted, and hands it over with nothing open; killed between that and the mark, the message
leaves a second time with the same Message-ID, by which mail programs know it again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.steps import reached
from providers.audit import record
from providers.enums import MailState
from providers.mailing.courier import Answer, Courier, Outcome
from providers.mailing.letters import MASK, sender_of
from providers.models import Mail, OutboxItem, ProviderProfile, RefusedAddress
from providers.operations.mail import MAIL, close_mail, copy_mail
from providers.operations.notifications import notify
from providers.scoping import open_scope

LEASE = timedelta(minutes=5)
# After each attempt in vain; a day in all, then a person is told.
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120, 240, 480, 480))
KNOWN_BAD = "This address refused an earlier message."


class NotToResend(DomainError):
    """A message that has not failed, or whose link is hidden since it left."""


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
        close_mail(mail, MailState.REFUSED, KNOWN_BAD)
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
        close_mail(mail, MailState.SENT, answer.text)
        return _finish(item, at)
    if answer.outcome in (Outcome.LATER, Outcome.DOWN):
        return _postpone(item, mail, answer.text, at)
    if answer.outcome is Outcome.ADDRESS_REFUSED:
        refuse_address(mail, answer.text, at)
    close_mail(mail, MailState.REFUSED, answer.text)
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
    close_mail(mail, MailState.ABANDONED, told)
    item.error, item.parked_at = told, at
    item.save(update_fields=["error", "parked_at"])


def _finish(item: OutboxItem, at: datetime) -> None:
    item.error, item.done_at = "", at
    item.save(update_fields=["error", "done_at"])


def refuse_address(mail: Mail, told: str, at: datetime) -> None:
    """Write to this address no more, until a person has looked; who may correct it is told."""
    refused = RefusedAddress(email=mail.recipient, mail_id=mail.pk, answer=told, refused_at=at)
    RefusedAddress.objects.bulk_create([refused], ignore_conflicts=True)
    notify(
        event="mail_refused",
        key=str(mail.pk),
        values={"address": mail.recipient, "about": mail.subject},
        at=at,
        subject_id=mail.pk,
    )


# --- What is learned later ------------------------------------------------------------------------


def report_mail(
    *, provider_id: UUID, mail_id: UUID, state: MailState, told: str, at: datetime
) -> bool:
    """Note what a sending service reports: came back, or called unwanted; once."""
    with open_scope(provider_id):
        mail = Mail.objects.select_for_update().filter(id=mail_id).first()
        if mail is None or mail.state in (MailState.BOUNCED, MailState.COMPLAINED):
            return False
        mail.bounced_at = at
        mail.save(update_fields=["bounced_at"])
        close_mail(mail, state, told)
        refuse_address(mail, told, at)
        return True


def resend_mail(*, mail_id: UUID, to: str, at: datetime, by: UUID | None = None) -> Mail:
    """Send a message that failed once more, to the corrected address or to the same one.

    Whoever asks has looked at the address: it is written to again. Errors: `NotToResend`,
    `FieldRefused` at `recipient`.
    """
    mail = Mail.objects.select_for_update().get(id=mail_id)
    if mail.state in (MailState.WAITING, MailState.SENT, MailState.CANCELLED):
        raise NotToResend(_("This message has not failed."))
    if MASK in mail.text:
        raise NotToResend(_("This message held a link that is used once: make a new one."))
    address = to.strip().lower()
    sent: Mail = copy_mail(mail, to=address, at=at)
    RefusedAddress.objects.filter(email=address).delete()
    record("mail.resent", mail, at=at, actor_id=by, again=str(sent.pk))
    return sent
