"""The messages of sign-in, in the look of all others.

They have no provider and cannot wait, so they are sent at once; a mail server that is down is
written to the log and never breaks the page, which must not tell whether an address is known.
"""

import re
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from anymail.exceptions import AnymailError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.translation import get_language

from providers.mailing.letters import PORTAL, wrap

CODE = re.compile(r"[A-Z0-9]{3,10}(-[A-Z0-9]{3,10})?")
LINK = re.compile(r"https?://\S+")
log = structlog.get_logger()


class AccountLetters(DefaultAccountAdapter):  # type: ignore[misc]
    """Each text that allauth writes is sent with its HTML form."""

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        plain = super().render_mail(template_prefix, email, context, headers)
        message = EmailMultiAlternatives(
            subject=plain.subject,
            body=plain.body,
            from_email=plain.from_email,
            to=plain.to,
            headers={**plain.extra_headers, "Auto-Submitted": "auto-generated"},
        )
        blocks = blocks_of(str(plain.body))
        html = wrap(plain.subject, blocks, sender=PORTAL, language=get_language() or "fr")
        message.attach_alternative(html, "text/html")
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException, AnymailError) as error:
            log.error("account mail not sent", template=template_prefix, error=type(error).__name__)


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The paragraphs of a text with what each is: link, code or words.

    >>> blocks_of("Bonjour,\\n\\nhttps://portal.example/x\\n\\nAB12-CD34")
    [('words', 'Bonjour,'), ('link', 'https://portal.example/x'), ('code', 'AB12-CD34')]
    """
    found = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [(_kind(part), part) for part in found]


def _kind(part: str) -> str:
    if LINK.fullmatch(part):
        return "link"
    return "code" if CODE.fullmatch(part) else "words"
