"""Contracts: what they cover, their prices and next dates, each with its reasons."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from billing.queries import vat_rate_of
from contracts.access import get_contract_for
from contracts.enums import Cadence, ContractStatus, EndReason, LineKind, PaymentMethod
from contracts.models import Contract
from contracts.operations.preparing import Extras, prepare_contract
from contracts.queries import ContractSheet, sheet_of
from core import clock
from portal import plain_words
from portal.api import searches
from portal.api.door import ApiView, now, reply
from portal.api.fields import (
    AmountField,
    CountField,
    DayField,
    Described,
    IdField,
    Input,
    InstantOut,
    NumberField,
    ReasonOut,
    TextField,
    reasons,
)
from portal.api.pages import ChangedPage, page_of, wanted
from portal.api.schema import described
from portal.api.versions import versioned
from portal.components import Cover
from portal.workshop.queries import CONTRACT_TABS
from providers.access import get_customer_for
from providers.audit import record_read
from providers.models import Customer
from providers.operations.people import UnknownCustomer
from providers.permissions import Capability

COVERS = [cover.value for cover in Cover]


class ContractOut(Described):
    """A contract with the dates that matter; `null` where a date does not exist."""

    id = IdField("contract")
    customer = IdField("customer", source="customer_id")
    reference = serializers.CharField()
    status = serializers.ChoiceField(ContractStatus.choices)
    offer_name = serializers.CharField()
    cadence = serializers.ChoiceField(Cadence.choices)
    payment_method = serializers.ChoiceField(PaymentMethod.choices)
    options = serializers.ListField(child=serializers.CharField())
    starts_on = DayField()
    signed_on = DayField(allow_null=True)
    ends_on = DayField(allow_null=True)
    notice_deadline = DayField(allow_null=True)
    next_invoice_on = DayField(allow_null=True)
    next_revision_on = DayField(allow_null=True)
    ended_on = DayField(allow_null=True)
    end_reason = serializers.ChoiceField(EndReason.choices, allow_blank=True)
    is_parked = serializers.BooleanField()
    created_at = InstantOut()
    updated_at = InstantOut()


class LineOut(Described):
    """A recurring price, for its whole quantity and a year."""

    kind = serializers.ChoiceField(LineKind.choices)
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    quantity = NumberField()
    annual_price = AmountField()
    applies_from = DayField(allow_null=True)
    reasons = ReasonOut(many=True)


class TermOut(Described):
    """One run of the contract, both its days included."""

    number = serializers.IntegerField()
    first_day = DayField()
    last_day = DayField()
    notice_deadline = DayField(allow_null=True)
    reasons = ReasonOut(many=True)


class CoverOut(Described):
    """One answer to « is it covered? », with the clause that gives it."""

    cover = serializers.ChoiceField(COVERS)
    sentence = serializers.CharField()
    detail = serializers.CharField()
    reasons = ReasonOut(many=True)


class DateOut(Described):
    """A day to come, and why it is that one."""

    code = serializers.ChoiceField(
        ["starts", "notice_deadline", "term_ends", "next_invoice", "next_revision"]
    )
    on = DayField()
    reasons = ReasonOut(many=True)


class ContractSheetOut(ContractOut):
    """A contract with everything that explains it."""

    currency = serializers.ChoiceField(["EUR"])
    annual_price = AmountField()
    includes_vat = serializers.BooleanField()
    lines = LineOut(many=True)
    terms = TermOut(many=True)
    covered = CoverOut(many=True)
    next_dates = DateOut(many=True)


class ContractSearch(ChangedPage):
    search = TextField(
        required=False, max_length=60, help_text="The start of a name, or a whole reference."
    )
    status = serializers.ChoiceField(list(CONTRACT_TABS), required=False)
    customer = IdField("customer", required=False)


class ContractIn(Input):
    """The commercial choices of a contract; what is left out follows the offer."""

    customer = IdField("customer")
    offer = TextField(max_length=30, help_text="The code of an offer on sale.")
    starts_on = DayField()
    annual_price = AmountField(required=False)
    cadence = serializers.ChoiceField(Cadence.choices, required=False)
    payment_method = serializers.ChoiceField(PaymentMethod.choices, required=False)
    options = serializers.ListField(child=TextField(max_length=40), required=False, max_length=30)
    level = TextField(required=False, max_length=40)
    stated_months = CountField(least=1, most=120, required=False)


def shown(row: Contract) -> object:
    return ContractOut(row).data


class Contracts(ApiView):
    capability: ClassVar[Capability] = Capability.CONTRACTS

    @described("List the contracts", query=ContractSearch, rows=ContractOut)
    def get(self, asked: Request) -> HttpResponse:
        search = wanted(asked, ContractSearch)
        found = searches.contracts(search.get("search", ""), search.get("status", "all"))
        if "customer" in search:
            found = found.filter(customer_id=search["customer"])
        record_read(self.member.provider, at=now(), act="contracts.listed")
        return reply(page_of(found.defer("terms", "settings"), search, shown))

    @described("Prepare a contract", body=ContractIn, made=ContractSheetOut)
    def post(self, asked: Request) -> HttpResponse:
        form = ContractIn(data=self.body(asked))
        form.is_valid(raise_exception=True)
        chosen, day = dict(form.validated_data), _today(self)
        customer = self._customer(chosen.pop("customer"))
        extras = Extras(
            options=dict.fromkeys(chosen.pop("options", ())),
            level=chosen.pop("level", None),
            stated_months=chosen.pop("stated_months", None),
        )
        made = prepare_contract(
            customer_id=customer.pk,
            extras=extras,
            vat_rate=vat_rate_of(customer, chosen["starts_on"], day),
            at=now(),
            by=self.member.user_id,
            **chosen,
        )
        found = get_contract_for(self.member, made.pk)
        place = reverse("api_contract", args=[found.pk])
        return versioned(found, _sheet(found, day), status=201, Location=place)

    def _customer(self, customer_id: UUID) -> Customer:
        """Whom the body names: nobody who is known, and it is the body that is wrong."""
        try:
            return get_customer_for(self.member, customer_id)
        except Http404 as error:
            raise UnknownCustomer(_("This customer is not known."), field="customer") from error


class OneContract(ApiView):
    capability: ClassVar[Capability] = Capability.CONTRACTS

    @described("Read a contract, what it covers and its next dates", shown=ContractSheetOut)
    def get(self, asked: Request, contract_id: UUID) -> HttpResponse:
        found = get_contract_for(self.member, contract_id)
        record_read(found, at=now())
        return versioned(found, _sheet(found, _today(self)))


def _today(view: ApiView) -> date:
    return clock.today(view.member.provider.zone)


def _sheet(contract: Contract, day: date) -> Any:
    sheet = sheet_of(contract, day=day)
    values = {
        "currency": "EUR",
        "annual_price": f"{sheet.annual_price:.2f}",
        "includes_vat": sheet.terms.price.includes_vat,
        "lines": [_line(row) for row in sheet.lines],
        "terms": [_term(row) for row in sheet.term_rows],
        "covered": [
            {
                "cover": row.cover.value,
                "sentence": row.sentence,
                "detail": row.detail,
                "reasons": reasons(row.reasons),
            }
            for row in plain_words.statements(sheet.terms, contract.options)
        ],
        "next_dates": list(_next_dates(sheet, day)),
    }
    return {**ContractOut(contract).data, **values}


def _line(row: Any) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "code": row.code,
        "label": row.label,
        "quantity": f"{row.quantity:f}",
        "annual_price": f"{row.annual_price:.2f}",
        "applies_from": row.applies_from,
        "reasons": reasons(row.reasons),
    }


def _term(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "notice_deadline": row.notice_deadline,
        "reasons": reasons(row.reasons),
    }


def _next_dates(sheet: ContractSheet, day: date) -> Iterator[dict[str, Any]]:
    """The days to come; those of the term with the reasons it was opened with."""
    contract, terms = sheet.contract, sheet.terms
    of_term = reasons(sheet.term_rows[-1].reasons) if sheet.term_rows else []
    dated: list[tuple[str, date | None, list[dict[str, str]]]] = [
        ("starts", contract.starts_on, _clause("D1", terms.duration.clause)),
        ("notice_deadline", contract.notice_deadline, of_term),
        ("term_ends", contract.ends_on, of_term),
        ("next_invoice", contract.next_invoice_on, _clause("P5", terms.billing.clause)),
        ("next_revision", contract.next_revision_on, _clause("P7", terms.indexation.clause)),
    ]
    for code, on, why in dated:
        if on is not None and on >= day:
            yield {"code": code, "on": on, "reasons": why}


def _clause(rule: str, clause: str) -> list[dict[str, str]]:
    return [{"rule": rule, "clause": clause, "formula": ""}]
