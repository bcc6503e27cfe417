"""The months to come of a contract, by the rules that will run them."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from billing.rules.forecast import Event, InvoiceIssued, PriceRevised
from contracts.access import get_contract_for
from core import clock
from core.errors import DomainError
from portal.api.door import ApiView, reply
from portal.api.fields import (
    AmountField,
    CountField,
    DayField,
    Described,
    Input,
    ReasonOut,
    reasons,
)
from portal.api.pages import wanted
from portal.api.problems import Problem
from portal.api.schema import described
from portal.forecasting import MONTHS, forecast_of
from portal.formats import sentence
from providers.audit import record_read
from providers.permissions import Capability


class EventOut(Described):
    """What happens on a day: a term begins, a price is revised, an invoice is issued."""

    code = serializers.ChoiceField(["term", "revision", "invoice"])
    on = DayField()
    first_day = DayField(allow_null=True)
    last_day = DayField(allow_null=True)
    due_on = DayField(allow_null=True)
    net_amount = AmountField(allow_null=True)
    vat_amount = AmountField(allow_null=True)
    gross_amount = AmountField(allow_null=True)
    is_at_unchanged_index = serializers.BooleanField()
    reasons = ReasonOut(many=True)


class ForecastOut(Described):
    currency = serializers.ChoiceField(["EUR"])
    data = EventOut(many=True)  # type: ignore[assignment]


class ForecastSearch(Input):
    months = CountField(least=1, most=MONTHS, default=MONTHS)


class Forecast(ApiView):
    capability: ClassVar[Capability] = Capability.CONTRACTS

    @described("Forecast a contract", query=ForecastSearch, shown=ForecastOut, waits=True)
    def get(self, asked: Request, contract_id: UUID) -> HttpResponse:
        contract = get_contract_for(self.member, contract_id)
        record_read(contract, at=clock.now())
        months = wanted(asked, ForecastSearch)["months"]
        if contract.signed_on is None or contract.is_parked:
            why = _("A contract is forecast once it is signed, and while it is not set aside.")
            raise Problem("not_ready", detail=why)
        day = clock.today(self.member.provider.zone)
        try:
            events = forecast_of(contract, day, months=months)
        except DomainError as error:
            raise Problem("not_ready", detail=sentence(error)) from error
        return reply({"currency": "EUR", "data": [_event(event) for event in events]})


def _event(event: Event) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("first_day", "last_day", "due_on", "net_amount", "vat_amount", "gross_amount")
    )
    if isinstance(event, InvoiceIssued):
        return {**nothing, "code": "invoice", "on": event.day, **_invoice(event)}
    if isinstance(event, PriceRevised):
        return {
            **nothing,
            "code": "revision",
            "on": event.day,
            "is_at_unchanged_index": event.at_unchanged_index,
            "reasons": reasons(event.revision.reasons),
        }
    return {
        **nothing,
        "code": "term",
        "on": event.day,
        "first_day": event.period.first_day,
        "last_day": event.period.last_day,
        "is_at_unchanged_index": False,
        "reasons": reasons(event.reasons),
    }


def _invoice(event: InvoiceIssued) -> dict[str, Any]:
    draft = event.draft
    why = [*draft.reasons, *(reason for line in draft.lines for reason in line.reasons)]
    return {
        "first_day": draft.first_day,
        "last_day": draft.last_day,
        "due_on": draft.due_date,
        "net_amount": f"{draft.totals.net:.2f}",
        "vat_amount": f"{draft.totals.vat:.2f}",
        "gross_amount": f"{draft.totals.gross:.2f}",
        "is_at_unchanged_index": event.at_unchanged_index,
        "reasons": reasons(why),
    }
