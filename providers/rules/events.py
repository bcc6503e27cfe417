"""The events that people are told of: one entry each, and three templates in `templates/emails/`.

An event names the places its words may have, a closed list: nothing else can be put in a message,
and what stands in a place is text, never looked into. `link` is a path of this portal.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import gettext_noop as _
from providers.enums import EmailChoice, Role


class Nature(StrEnum):
    """Whether a person may do without a message."""

    LEGAL = "legal"  # a document or a date with effects in law
    SECURITY = "security"  # who may come in
    OPTIONAL = "optional"


PRACTICE = (Role.PRACTICE_MANAGER, Role.PRACTICE_ACCOUNTANT)
BOSSES = (Role.OWNER, Role.MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`secrets` are the places whose text opens a door: hidden once the message has left.

    `audience` are the roles that are told, all of one side; `path` leads to what it is about, with
    the places {slug}, {customer} and {subject}. Without them a caller says who and where. `letter`
    names the templates where several events have the same words.
    """

    code: str
    label: str
    why: str  # says to its reader why it came
    nature: Nature
    places: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    audience: tuple[Role, ...] = ()
    path: str = ""
    letter: str = ""
    email: EmailChoice = EmailChoice.IMMEDIATE  # unless the person chose

    @property
    def templates(self) -> str:
        return f"emails/{self.letter or self.code}"

    @property
    def is_optional(self) -> bool:
        return self.nature is Nature.OPTIONAL

    @property
    def is_for_practice(self) -> bool:
        return bool(self.audience) and self.audience[0] in Role.practice()


class UnknownEvent(ValueError):
    """An event without an entry here: a fault of the caller."""


def _worklist(code: str, label: str, why: str, audience: tuple[Role, ...], path: str) -> Event:
    """What a provider's people find under one link: how many, and the first of them."""
    return Event(
        code=code,
        label=label,
        why=why,
        nature=Nature.OPTIONAL,
        places=("count", "lines", "link"),
        audience=audience,
        path=path,
    )


def _joined(code: str, label: str, audience: tuple[Role, ...], path: str) -> Event:
    """Somebody accepted an invitation: whoever answers for that door is told."""
    return Event(
        code=code,
        label=label,
        why=_("You receive this message because you answer for who may come in."),
        nature=Nature.OPTIONAL,
        places=("person", "role", "house", "link"),
        audience=audience,
        path=path,
        letter="joined",
        email=EmailChoice.DAILY,
    )


def _job_ended(code: str, label: str, audience: tuple[Role, ...], path: str) -> Event:
    """Told to whoever asked for the job alone."""
    return Event(
        code=code,
        label=label,
        why=_("You receive this message because you started this job."),
        nature=Nature.OPTIONAL,
        places=("job", "about", "state", "total", "failed", "link"),
        audience=audience,
        path=path,
        letter="job_ended",
        email=EmailChoice.OFF,
    )


INDICES = "/atelier/{slug}/indices/"
PRICES = _("You receive this message because you answer for the prices.")
WORKLISTS = (
    (
        "notice_deadline",
        _("A contract’s date comes near"),
        _("You receive this message because you manage the contracts."),
        BOSSES,
        "/atelier/{slug}/",
    ),
    ("price_revised", _("Prices revised"), PRICES, (Role.OWNER,), INDICES),
    ("revision_held", _("Price revisions held"), PRICES, (Role.OWNER,), INDICES),
    (
        "contracts_parked",
        _("Contracts set aside by the daily run"),
        _("You receive this message because you answer for the invoices."),
        BOSSES,
        "/atelier/{slug}/facturation/",
    ),
    (
        "digest",
        _("What happened, once a day"),
        _("You receive this message because you chose to be told once a day."),
        (),
        "",
    ),
)
OTHERS = (
    Event(
        code="invitation",
        label=_("Invitation to join"),
        why=_("You receive this message because somebody typed your address to invite you."),
        nature=Nature.SECURITY,
        places=("inviter", "house", "role", "expires_on", "link"),
        secrets=("link",),
    ),
    Event(
        code="factors_reset",
        label=_("My second factor was taken away"),
        why=_("You receive this message because somebody changed how you sign in."),
        nature=Nature.SECURITY,
        places=("person", "house", "link"),
    ),
    Event(
        code="invoice_issued",
        label=_("Invoice issued"),
        why=_("You receive this message because you read the practice’s invoices."),
        nature=Nature.LEGAL,
        places=("practice", "number", "due_date", "link"),
        audience=PRACTICE,
        path="/c/{customer}/factures/{subject}/",
    ),
    Event(
        code="contract_signed",
        label=_("Contract signed"),
        why=_("You receive this message because you manage the practice’s contracts."),
        nature=Nature.LEGAL,
        places=("practice", "reference", "signed_on", "link"),
        audience=(Role.PRACTICE_MANAGER,),
        path="/c/{customer}/contrats/{subject}/",
    ),
    Event(
        code="mail_refused",
        label=_("A message that did not arrive"),
        why=_("You receive this message because you manage the practices."),
        nature=Nature.OPTIONAL,
        places=("address", "about", "link"),
        audience=BOSSES,
        path="/atelier/{slug}/messages/{subject}/",
        email=EmailChoice.OFF,
    ),
    _joined(
        "member_joined", _("A colleague has joined"), BOSSES, "/atelier/{slug}/reglages/membres/"
    ),
    _joined(
        "guest_joined",
        _("A practice has opened its space"),
        BOSSES,
        "/atelier/{slug}/clients/{customer}/personnes/",
    ),
    _joined(
        "colleague_joined",
        _("A colleague has joined the practice"),
        (Role.PRACTICE_MANAGER,),
        "/c/{customer}/parametres/personnes/",
    ),
    _job_ended(
        "job_ended",
        _("A long job that I started is over"),
        (Role.OWNER, Role.MANAGER, Role.ACCOUNTANT),  # whoever may start one
        "/atelier/{slug}/travaux/{subject}/",
    ),
    _job_ended(
        "archive_ready",
        _("An archive that I asked for is ready"),
        PRACTICE,
        "/c/{customer}/travaux/{subject}/",
    ),
)
EVENTS: dict[str, Event] = {
    event.code: event for event in (*OTHERS, *(_worklist(*row) for row in WORKLISTS))
}
# What a practice is sent; an invitation or a reset is between two persons.
LETTERS = [code for code, event in EVENTS.items() if event.nature is not Nature.SECURITY]


def event_of(code: str) -> Event:
    """
    >>> event_of("invoice_issued").is_optional
    False
    """
    if code not in EVENTS:
        raise UnknownEvent(f"{code} is not an event: add it to providers/rules/events.py")
    return EVENTS[code]
