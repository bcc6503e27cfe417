"""What became of a message, in words."""

from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.components import Badge, Tone
from providers.enums import MailState
from providers.models import Mail
from providers.rules.events import EVENTS

FAILED: Final = (
    MailState.BOUNCED,
    MailState.COMPLAINED,
    MailState.REFUSED,
    MailState.ABANDONED,
)
TONES: Final = {
    MailState.WAITING: Tone.INFO,
    MailState.SENT: Tone.SUCCESS,
    MailState.CANCELLED: Tone.NEUTRAL,
}


def mail_badge(mail: Mail) -> Badge:
    return Badge(capfirst(mail.get_state_display()), TONES.get(MailState(mail.state), Tone.DANGER))


def event_label(code: str) -> str:
    """The name of an event; one that no longer exists keeps its code."""
    event = EVENTS.get(code)
    return _(event.label) if event else code
