"""The twenty-four months to come of a contract, by the rules that will run them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.rules.forecast import Event, InvoiceIssued, PriceRevised, TermOpened
from contracts.access import get_contract_for
from contracts.models import Contract
from core.errors import DomainError
from core.money import ZERO
from portal.components import Badge, Crumb, Moment, Tone
from portal.forecasting import MONTHS, forecast_of
from portal.formats import euros, sentence, short_day
from portal.readings import opened
from portal.wording import revision_text
from portal.workshop.frame import page, today, url
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability


@workshop_page(Capability.CONTRACTS)
def contract_forecast(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    """Read only: what the daily run will do if nobody does anything."""
    member = request.member
    found = get_contract_for(member, contract_id)
    opened(request, found)
    context: dict[str, Any] = {
        "crumbs": [
            Crumb(_("Contracts"), url(member, "contracts")),
            Crumb(found.reference, url(member, "contract", found.pk)),
        ],
        "contract": found,
        "title": _("The next 24 months"),
        "months": MONTHS,
        **_foreseen(found, request),
    }
    template = "_forecast.html" if request.headers.get("HX-Request") else "contract_forecast.html"
    return page(request, template, context, section="contracts")


def _foreseen(contract: Contract, request: MemberRequest) -> dict[str, Any]:
    if contract.signed_on is None or contract.is_parked:
        why = (
            _("A contract is forecast from its signature on.")
            if contract.signed_on is None
            else _("A parked contract is not invoiced: release it first.")
        )
        return {"moments": [], "total": ZERO, "problem": why}
    try:
        events = forecast_of(contract, today(request.member))
    except DomainError as error:
        return {"moments": [], "total": ZERO, "problem": sentence(error)}
    return {"moments": moments_of(events), "total": total_of(events), "problem": ""}


def moments_of(events: list[Event]) -> list[Moment]:
    return list(map(_moment, events))


def total_of(events: list[Event]) -> Decimal:
    """What is invoiced over these months, VAT included."""
    return sum((row.draft.totals.gross for row in events if isinstance(row, InvoiceIssued)), ZERO)


def _moment(event: Event) -> Moment:
    if isinstance(event, InvoiceIssued):
        return _invoice(event)
    if isinstance(event, PriceRevised):
        return _revision(event)
    return _term(event)


def _invoice(event: InvoiceIssued) -> Moment:
    draft = event.draft
    days = f"{short_day(draft.first_day)} – {short_day(draft.last_day)}"
    detail = _("%(days)s · %(net)s net · due %(due)s") % {
        "days": days,
        "net": euros(draft.totals.net),
        "due": short_day(draft.due_date),
    }
    return Moment(
        event.day,
        _("Invoice of %s") % euros(draft.totals.gross),
        detail=detail,
        badge=Badge(_("At unchanged index"), Tone.INFO) if event.at_unchanged_index else None,
        reasons=tuple(reason for line in draft.lines for reason in line.reasons) + draft.reasons,
    )


def _revision(event: PriceRevised) -> Moment:
    revision = event.revision
    if revision.outcome == "applied":
        detail = f"{euros(revision.old_price)} → {euros(revision.new_price)}"
    else:
        detail = revision_text(revision.code)
    return Moment(
        event.day,
        _("Revision of the price"),
        detail=_("At unchanged index") if event.at_unchanged_index else detail,
        reasons=revision.reasons,
    )


def _term(event: TermOpened) -> Moment:
    days = f"{short_day(event.period.first_day)} – {short_day(event.period.last_day)}"
    return Moment(
        event.day,
        _("Term %(number)s begins") % {"number": event.number},
        detail=days,
        reasons=event.reasons,
    )
