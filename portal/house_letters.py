"""The letter that asks somebody to open a house: no provider exists yet whose outbox could hold it.

It is handed over at once, so that whoever asked for it sees when it could not leave.
"""

from email.utils import formataddr
from smtplib import SMTPException
from typing import Any

from anymail.exceptions import AnymailError
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.mailing.courier import own_address
from providers.mailing.letters import PORTAL, absolute, compose
from providers.models import User
from providers.operations.houses import HouseLetter


class LetterNotSent(DomainError):
    """The mail server did not take the letter; the invitation stays, and can be sent again."""


def send_house_letter(letter: HouseLetter) -> None:
    """Hand the letter over. Errors: `LetterNotSent`."""
    try:
        _message(letter).send()
    except (OSError, SMTPException, AnymailError) as error:
        raise LetterNotSent(
            _("The message could not leave: try again in a moment."), field="email"
        ) from error


def _message(letter: HouseLetter) -> EmailMultiAlternatives:
    invitation = letter.invitation
    with translation.override(invitation.language):
        values: dict[str, Any] = {
            "inviter": _inviter(letter),
            "expires_on": date_format(localtime(invitation.expires_at), "j F Y"),
            "link": absolute(reverse("house_invitation", args=[letter.token])),
            "why": gettext("You receive this message because somebody typed your address."),
        }
        subject, text, html = compose(
            "emails/house_invitation", values, sender=PORTAL, language=invitation.language
        )
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=formataddr((PORTAL.name, own_address())),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    return message


def _inviter(letter: HouseLetter) -> str:
    """Who asks; nobody where the person signed up themselves."""
    by = letter.invitation.invited_by
    return str(User.objects.get(id=by)) if by else ""
