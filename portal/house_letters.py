"""The letter that asks somebody to open a house: no provider exists yet whose outbox could hold it.

It is handed over at once, so that whoever asked for it sees when it could not leave.
"""

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from providers.mailing.courier import send_as_portal
from providers.mailing.letters import PORTAL, Letter, absolute, compose
from providers.models import User
from providers.operations.houses import HouseLetter


def send_house_letter(letter: HouseLetter) -> None:
    """Hand the letter over. Errors: `LetterNotSent`; the invitation stays."""
    send_as_portal(_written(letter), to=letter.invitation.email)


def _written(letter: HouseLetter) -> Letter:
    invitation = letter.invitation
    with translation.override(invitation.language):
        values: dict[str, Any] = {
            "inviter": _inviter(letter),
            "expires_on": date_format(localtime(invitation.expires_at), "j F Y"),
            "link": absolute(reverse("house_invitation", args=[letter.token])),
            "why": gettext("You receive this message because somebody typed your address."),
        }
        words = compose(
            "emails/house_invitation", values, sender=PORTAL, language=invitation.language
        )
    return Letter(*words, secret=letter.token)


def _inviter(letter: HouseLetter) -> str:
    """Who asks; nobody where the person signed up themselves."""
    by = letter.invitation.invited_by
    return str(User.objects.get(id=by)) if by else ""
