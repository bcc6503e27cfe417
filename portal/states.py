"""What the status words mean, for whoever asks: the glossary of the help pages."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.components import Badge, Text, Tone


@dataclass(frozen=True, slots=True)
class State:
    """A status word as lists show it, and what it says."""

    badge: Badge
    meaning: Text


_IN_FORCE: Final = State(
    Badge(_("In force"), Tone.SUCCESS), _("Signed and running: it covers what its terms say.")
)
_ENDED: Final = State(
    Badge(pgettext_lazy("contract", "Ended"), Tone.NEUTRAL),
    _("It covers nothing any more; its papers stay readable."),
)
# What a provider's people read of a contract, and what a practice does.
OF_CONTRACTS: Final = (
    State(
        Badge(_("To be signed"), Tone.WARNING), _("Prepared; nothing is covered or invoiced yet.")
    ),
    _IN_FORCE,
    State(
        Badge(_("Parked"), Tone.DANGER),
        _("Set aside by a rule that could not run; invoicing waits until somebody has looked."),
    ),
    _ENDED,
    State(
        Badge(_("Abandoned before signature"), Tone.NEUTRAL),
        _("Never signed: it covers nothing and costs nothing."),
    ),
)
OF_COVERS: Final = (
    State(Badge(_("Not started yet"), Tone.INFO), _("Signed; it covers from its first day on.")),
    _IN_FORCE,
    _ENDED,
)
OF_INVOICES: Final = (
    State(Badge(_("To be paid"), Tone.INFO), _("Issued; its due date is still to come.")),
    State(Badge(_("Overdue"), Tone.DANGER), _("Its due date has passed and money is missing.")),
    State(Badge(_("Partly paid"), Tone.WARNING), _("Some money came in; the rest is expected.")),
    State(Badge(_("Paid"), Tone.SUCCESS), _("Nothing is expected any more.")),
    State(
        Badge(pgettext_lazy("invoice", "Cancelled"), Tone.NEUTRAL, "ban"),
        _("Taken back whole by a credit note; an issued invoice is never changed."),
    ),
    State(
        Badge(_("Credit note"), Tone.NEUTRAL, "undo-2"),
        _("Takes back an invoice, whole or in part."),
    ),
)
