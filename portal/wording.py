"""Codes of the rules and of the daily run, said to people."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.enums import Cadence, PaymentMethod
from contracts.models import Parking
from core.errors import DomainError
from fleet.models import Equipment
from portal.formats import sentence, short_day

CADENCES: Final[dict[str, Promise]] = {choice.value: choice.label for choice in Cadence}
METHODS: Final[dict[str, Promise]] = {choice.value: choice.label for choice in PaymentMethod}

# Why a revision day did not change the price (P7, P9, P10).
REVISIONS: Final[dict[str, Promise]] = {
    "no_index": _("No value of the index was known that day."),
    "no_newer_index": _("No newer value was published since the last revision."),
    "index_fell": _("The index fell, and these terms do not lower the price."),
    "index_period_too_long": _(
        "The index would move over more months than the price has stood: the law asks for a person."
    ),
    "index_estimated": _(
        "The day a value was published is only estimated: record the true day, or decide."
    ),
    "dropped": _("A person decided to keep the price that year."),
}
ALERTS: Final[dict[str, Promise]] = {
    "renewal_proposal": _("This contract ends and is not renewed: propose the next one."),
    "notice_deadline": _("The last day to refuse the renewal is near: remind the customer."),
    "index_period_too_long": _("The revision of the price waits for a decision."),
    "index_estimated": _("The revision of the price waits for a decision."),
}
STEPS: Final[dict[str, Promise]] = {
    "invoicing": _("invoicing"),
    "renewals": _("renewal"),
    "renew_and_end": _("renewal"),
    "revisions": _("revision of the price"),
    "revise_prices": _("revision of the price"),
}


def alert_text(code: str) -> str:
    return str(ALERTS.get(code, code))


def revision_text(code: str) -> str:
    return str(REVISIONS.get(code, code))


def step_text(step: str) -> str:
    return str(STEPS.get(step, step))


def parking_text(parking: Parking) -> str:
    """Why a contract was set aside, in the reader's language."""
    return sentence(DomainError(parking.template or parking.message, params=parking.params))


def in_service(piece: Equipment) -> str | None:
    """Since when a piece of equipment serves, and until when where it has left."""
    if piece.in_service_to is not None:
        return str(_("until %s")) % short_day(piece.in_service_to)
    if piece.in_service_from is not None:
        return str(_("since %s")) % short_day(piece.in_service_from)
    return None
