"""Handing a message to the mail server, and reading what it answers.

What a server says is a fact about the address, about the message, or about neither: only the
first two end the matter; anything else is tried again later.
"""

import re
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from enum import Enum, auto
from smtplib import (
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from types import TracebackType
from typing import Any, Self

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.mailing.letters import PORTAL, Letter, Sender, one_line
from providers.models import Mail

# 5.1.x: bad address; 5.2.x: mailbox closed. 5.7.x is a policy, which says nothing of the address.
OF_THE_ADDRESS = re.compile(r"^5\.[12]\.\d+")
ENHANCED = re.compile(r"^\d\.\d{1,3}\.\d{1,3}")
BAD_MAILBOX = {550, 551, 553}
LONGEST_ANSWER = 500


class LetterNotSent(DomainError):
    """The mail server did not take a letter of the portal's own; it can be sent again."""


class Outcome(Enum):
    ACCEPTED = auto()
    ADDRESS_REFUSED = auto()
    MESSAGE_REFUSED = auto()
    LATER = auto()
    DOWN = auto()  # the server does not answer: the other messages wait too


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    text: str = ""


class Courier:
    """One connection for the messages of a round; opened again after any trouble."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def hand_over(self, mail: Mail, sender: Sender) -> Answer:
        try:
            connection = self._connected()
        except (OSError, SMTPException) as error:
            return Answer(Outcome.DOWN, _told(error))
        message = envelope(mail, sender, connection)
        try:
            message.send()
        except (OSError, SMTPException, AnymailError) as error:
            self._hang_up()
            return _read(error, mail.recipient)
        return Answer(Outcome.ACCEPTED, _receipt(message))

    def _connected(self) -> Any:
        if self._connection is None:
            connection: Any = get_connection()
            connection.open()
            self._connection = connection
        return self._connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, SMTPException):
                return


def envelope(mail: Mail, sender: Sender, connection: Any = None) -> EmailMultiAlternatives:
    """The message as it travels. `Auto-Submitted` keeps absence notices from answering it."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=formataddr((one_line(sender.name), own_address())),
        to=[mail.recipient],
        reply_to=[sender.email] if sender.email else None,
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(mail.html, "text/html")
    # A sending service gives this back with what it reports of the message.
    message.metadata = {"provider": str(mail.provider_id), "mail": str(mail.pk)}  # type: ignore[attr-defined]
    return message


def send_as_portal(letter: Letter, *, to: str) -> None:
    """Hand over at once a letter that no house sends. Errors: `LetterNotSent`."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((PORTAL.name, own_address())),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(letter.html, "text/html")
    try:
        message.send()
    except (OSError, SMTPException, AnymailError) as error:
        raise LetterNotSent(
            _("The message could not leave: try again in a moment."), field="email"
        ) from error


def own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _receipt(message: EmailMultiAlternatives) -> str:
    """The number a sending service gave the message; plain SMTP gives none."""
    status = getattr(message, "anymail_status", None)
    return str(getattr(status, "message_id", "") or "")


def _read(error: Exception, recipient: str) -> Answer:
    if isinstance(error, SMTPRecipientsRefused):
        code, told = next(iter(error.recipients.values()))
        return _by_code(code, _decoded(told), is_of_recipient=True)
    if isinstance(error, SMTPDataError):
        return _by_code(error.smtp_code, _decoded(error.smtp_error), is_of_recipient=False)
    if isinstance(error, AnymailRecipientsRefused):
        return Answer(Outcome.ADDRESS_REFUSED, _told(error))
    return Answer(Outcome.DOWN if _is_silence(error) else Outcome.LATER, _told(error))


def _is_silence(error: Exception) -> bool:
    """Whether nobody answered, which concerns every message of the round."""
    if isinstance(error, AnymailAPIError):
        return error.response is None
    if isinstance(error, SMTPException):
        return isinstance(error, SMTPConnectError | SMTPServerDisconnected)
    return isinstance(error, OSError)


def _by_code(code: int, told: str, *, is_of_recipient: bool) -> Answer:
    text = one_line(f"{code} {told}")[:LONGEST_ANSWER]
    if code < 500:
        return Answer(Outcome.LATER, text)
    detailed = ENHANCED.match(told)
    is_bad = bool(OF_THE_ADDRESS.match(told)) if detailed else code in BAD_MAILBOX
    refused = Outcome.ADDRESS_REFUSED if is_bad and is_of_recipient else Outcome.MESSAGE_REFUSED
    return Answer(refused, text)


def _decoded(told: bytes | str) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else told


def _told(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}")[:LONGEST_ANSWER]
