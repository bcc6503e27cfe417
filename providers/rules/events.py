"""The events that people are told of: one entry each, and three templates in `templates/emails/`.

An event names the places its words may have, a closed list: nothing else can be put in a message,
and what stands in a place is text, never looked into. `link` is a path of this portal.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import gettext_noop as _


class Nature(StrEnum):
    """Whether a person may do without a message."""

    LEGAL = "legal"  # a document or a date with effects in law
    SECURITY = "security"  # who may come in
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`secrets` are the places whose text opens a door: hidden once the message has left."""

    code: str
    label: str
    why: str  # says to its reader why it came
    nature: Nature
    places: tuple[str, ...]
    secrets: tuple[str, ...] = ()

    @property
    def is_optional(self) -> bool:
        return self.nature is Nature.OPTIONAL


class UnknownEvent(ValueError):
    """An event without an entry here: a fault of the caller."""


EVENTS: dict[str, Event] = {
    event.code: event
    for event in (
        Event(
            code="invitation",
            label=_("Invitation to join"),
            why=_("You receive this message because somebody typed your address to invite you."),
            nature=Nature.SECURITY,
            places=("inviter", "house", "role", "expires_on", "link"),
            secrets=("link",),
        ),
        Event(
            code="invoice_issued",
            label=_("Invoice issued"),
            why=_("You receive this message because you read the practice's invoices."),
            nature=Nature.LEGAL,
            places=("practice", "number", "due_date", "link"),
        ),
    )
}


def event_of(code: str) -> Event:
    """
    >>> event_of("invoice_issued").is_optional
    False
    """
    if code not in EVENTS:
        raise UnknownEvent(f"{code} is not an event: add it to providers/rules/events.py")
    return EVENTS[code]
