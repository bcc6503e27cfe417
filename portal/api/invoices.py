"""Issued invoices and credit notes, their PDF, and the money recorded for them."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from billing.access import get_invoice_for, get_payment_for, get_pdf_for
from billing.enums import DocumentType, InvoiceKind, SettlementStatus
from billing.models import Invoice, Payment
from billing.operations.credit_notes import cancel_invoice
from billing.operations.payments import record_payment, reverse_payment
from contracts.enums import PaymentMethod
from core import clock
from portal.api import searches
from portal.api.door import ApiView, PdfRenderer, now, reply
from portal.api.fields import (
    AmountField,
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
from portal.api.pages import ChangedPage, Page, page_of, wanted
from portal.api.problems import Problem
from portal.api.schema import described
from portal.workshop.files import stored_file
from portal.workshop.queries import status_condition
from portal.workshop.sheets import file_name
from providers.audit import record_read
from providers.permissions import Capability

FILTERS = {
    "issued_from": "issue_date__gte",
    "issued_to": "issue_date__lte",
    "customer": "customer_id",
    "contract": "contract_id",
}


class InvoiceOut(Described):
    """A document as it was issued, and where its money stands."""

    id = IdField("invoice")
    customer = IdField("customer", source="customer_id")
    contract = IdField("contract", source="contract_id", allow_null=True)
    credits = IdField("invoice", source="credits_id", allow_null=True)
    kind = serializers.ChoiceField(InvoiceKind.choices)
    document = serializers.ChoiceField(DocumentType.choices)
    number = serializers.CharField()
    issue_date = DayField()
    due_date = DayField()
    first_day = DayField(allow_null=True)
    last_day = DayField(allow_null=True)
    payment_method = serializers.ChoiceField(PaymentMethod.choices)
    currency = serializers.SerializerMethodField()
    net_amount = AmountField()
    vat_amount = AmountField()
    gross_amount = AmountField()
    status = serializers.ChoiceField(SettlementStatus.choices, source="settlement.status")
    paid_amount = AmountField(source="settlement.paid_amount")
    credited_amount = AmountField(source="settlement.credited_amount")
    issued_at = InstantOut()
    updated_at = InstantOut(source="settlement.updated_at")

    def get_currency(self, row: Invoice) -> str:
        return "EUR"


class InvoiceLineOut(Described):
    """One line, with the reason of its amount."""

    position = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    quantity = NumberField()
    unit_price = NumberField()
    net_amount = AmountField()
    vat_rate = NumberField()
    first_day = DayField(allow_null=True)
    last_day = DayField(allow_null=True)
    reasons = serializers.SerializerMethodField()

    def get_reasons(self, row: Any) -> ReasonOut(many=True):  # type: ignore[valid-type]
        return reasons(row.reasons)


class VatOut(Described):
    """What one rate comes to."""

    vat_rate = serializers.CharField()
    net_amount = serializers.CharField()
    vat_amount = serializers.CharField()


class PaymentOut(Described):
    """Money received for an invoice; a mistake is reversed, never erased."""

    id = IdField("payment")
    invoice = IdField("invoice", source="invoice_id")
    currency = serializers.SerializerMethodField()
    amount = AmountField()
    received_on = DayField()
    method = serializers.ChoiceField(PaymentMethod.choices)
    reference = serializers.CharField()
    recorded_at = InstantOut()
    reversed_on = DayField(allow_null=True)

    def get_currency(self, row: Payment) -> str:
        return "EUR"


class InvoiceSheetOut(InvoiceOut):
    """A document with its lines, its VAT by rate and its payments."""

    lines = InvoiceLineOut(many=True)
    vat_breakdown = VatOut(many=True)
    payments = PaymentOut(many=True)
    credit_notes = serializers.ListField(child=IdField("invoice"))
    reasons = ReasonOut(many=True)


class InvoiceSearch(ChangedPage):
    search = TextField(
        required=False, max_length=60, help_text="The start of a number or of a customer’s name."
    )
    status = serializers.ChoiceField(list(searches.INVOICE_TABS), required=False)
    issued_from = DayField(required=False)
    issued_to = DayField(required=False)
    customer = IdField("customer", required=False)
    contract = IdField("contract", required=False)


class PaymentIn(Input):
    """Money received for an invoice."""

    amount = AmountField()
    received_on = DayField()
    method = serializers.ChoiceField(PaymentMethod.choices)
    reference = TextField(required=False, allow_blank=True, max_length=60)


class Nothing(Input):
    """An act that needs no words: no body, or an empty object."""


def shown(row: Invoice) -> object:
    return InvoiceOut(row).data


def shown_payment(row: Payment) -> object:
    return PaymentOut(row).data


class Invoices(ApiView):
    capability: ClassVar[Capability] = Capability.INVOICES

    @described("List invoices and credit notes", query=InvoiceSearch, rows=InvoiceOut)
    def get(self, asked: Request) -> HttpResponse:
        search = wanted(asked, InvoiceSearch)
        found = searches.invoices(search.get("search", ""))
        columns = {name: search[key] for key, name in FILTERS.items() if key in search}
        found = found.filter(status_condition(search.get("status", "all"), _today(self)), **columns)
        rows = found.select_related("settlement").defer("seller", "buyer", "mentions")
        record_read(self.member.provider, at=now(), act="invoices.listed")
        return reply(page_of(rows, search, shown, changed="settlement__updated_at"))


class OneInvoice(ApiView):
    capability: ClassVar[Capability] = Capability.INVOICES

    @described("Read a document, line by line with its reasons", shown=InvoiceSheetOut)
    def get(self, asked: Request, invoice_id: UUID) -> HttpResponse:
        found = get_invoice_for(self.member, invoice_id)
        record_read(found, at=now())
        return reply(_sheet(found))


class InvoicePdf(ApiView):
    capability: ClassVar[Capability] = Capability.INVOICES
    renderer_classes = (PdfRenderer,)

    @described("Download the PDF of a document", pdf=True, waits=True)
    def get(self, asked: Request, invoice_id: UUID) -> Any:
        invoice = get_invoice_for(self.member, invoice_id)
        document = get_pdf_for(self.member, invoice)
        if document is None:
            raise Problem("not_ready", headers={"Retry-After": "60"})
        record_read(document, at=now())
        request: Any = asked  # its headers are all that is read
        return stored_file(
            request,
            bytes(document.content),
            name=file_name(invoice.number),
            media_type="application/pdf",
            sha256=document.sha256,
        )


class InvoiceCancellation(ApiView):
    capability: ClassVar[Capability] = Capability.INVOICES

    @described("Cancel an invoice by a credit note", body=Nothing, made=InvoiceSheetOut)
    def post(self, asked: Request, invoice_id: UUID) -> HttpResponse:
        get_invoice_for(self.member, invoice_id, write=True)
        self.no_words(asked, Nothing)
        made = cancel_invoice(
            invoice_id=invoice_id, issued_on=_today(self), at=now(), actor_id=self.member.user_id
        )
        place = reverse("api_invoice", args=[made.pk])
        sheet = _sheet(get_invoice_for(self.member, made.pk))
        return reply(sheet, status=201, headers={"Location": place})


class Payments(ApiView):
    capability: ClassVar[Capability] = Capability.PAYMENTS

    @described("List the payments of an invoice", query=Page, rows=PaymentOut)
    def get(self, asked: Request, invoice_id: UUID) -> HttpResponse:
        invoice = self._invoice(invoice_id)
        record_read(invoice, at=now())
        return reply(page_of(searches.payments(invoice), wanted(asked, Page), shown_payment))

    @described("Record a payment", body=PaymentIn, made=PaymentOut)
    def post(self, asked: Request, invoice_id: UUID) -> HttpResponse:
        invoice = self._invoice(invoice_id)
        form = PaymentIn(data=self.body(asked))
        form.is_valid(raise_exception=True)
        values = {**form.validated_data, "method": PaymentMethod(form.validated_data["method"])}
        made = record_payment(
            invoice_id=invoice.pk,
            request_key=self.key_of_act,
            at=now(),
            actor_id=self.member.user_id,
            **values,
        )
        place = reverse("api_payment", args=[made.pk])
        return reply(shown_payment(made), status=201, headers={"Location": place})

    def _invoice(self, invoice_id: UUID) -> Invoice:
        return get_invoice_for(self.member, invoice_id)


class OnePayment(ApiView):
    capability: ClassVar[Capability] = Capability.PAYMENTS

    @described("Read a payment", shown=PaymentOut)
    def get(self, asked: Request, payment_id: UUID) -> HttpResponse:
        found = get_payment_for(self.member, payment_id)
        record_read(found.invoice, at=now())
        return reply(shown_payment(found))


class PaymentReversal(ApiView):
    capability: ClassVar[Capability] = Capability.PAYMENTS

    @described("Reverse a payment", body=Nothing, made=PaymentOut)
    def post(self, asked: Request, payment_id: UUID) -> HttpResponse:
        get_payment_for(self.member, payment_id, write=True)
        self.no_words(asked, Nothing)
        reversed_one = reverse_payment(
            payment_id=payment_id,
            reversed_on=_today(self),
            at=now(),
            actor_id=self.member.user_id,
        )
        place = reverse("api_payment", args=[payment_id])
        return reply(shown_payment(reversed_one), status=201, headers={"Location": place})


def _today(view: ApiView) -> date:
    return clock.today(view.member.provider.zone)


def _sheet(invoice: Invoice) -> dict[str, Any]:
    credit_notes = invoice.credit_notes.order_by("issue_date", "id").values_list("pk", flat=True)
    as_id = IdField("invoice").to_representation
    return {
        **InvoiceOut(invoice).data,
        "lines": InvoiceLineOut(invoice.lines.order_by("position"), many=True).data,
        "vat_breakdown": VatOut(invoice.vat_breakdown, many=True).data,
        "payments": PaymentOut(invoice.payments.order_by("received_on", "id"), many=True).data,
        "credit_notes": [as_id(pk) for pk in credit_notes],
        "reasons": reasons(invoice.reasons),
    }
