"""Payments by hand, cancellation by credit note, and the documents that follow."""

import io
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pikepdf
import pytest
from django.core.management import call_command

from billing.enums import DocumentType, InvoiceKind, SettlementStatus
from billing.models import Claim, Invoice, InvoiceDocument, Payment, Settlement
from billing.operations.credit_notes import InvoiceNotCancellable, cancel_invoice
from billing.operations.documents import MOST_ATTEMPTS, relay_documents
from billing.operations.payments import (
    PaymentAlreadyReversed,
    PaymentRefused,
    record_payment,
    reverse_payment,
)
from billing.queries import verify_series
from contracts.enums import PaymentMethod
from contracts.models import Contract, Parking
from contracts.operations.parking import release
from core.periods import DayOutOfRange
from providers.daily import run_day
from providers.models import OutboxItem, Provider
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider, a_signed_contract, noon

pytestmark = pytest.mark.django_db
SIGNED = date(2026, 2, 10)
LATER = date(2026, 2, 20)


@pytest.fixture
def provider() -> Provider:
    found = a_provider()
    with open_scope(found.id):
        a_signed_contract(a_customer(), signed_on=SIGNED, cadence="quarterly")
    run_day(provider_id=found.id, day=SIGNED, issued_on=SIGNED, at=noon(SIGNED))
    return found


def pay(
    invoice: Invoice,
    amount: str,
    *,
    key: str = "",
    on: date = LATER,
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER,
) -> Payment:
    return record_payment(
        invoice_id=invoice.id,
        amount=Decimal(amount),
        received_on=on,
        method=method,
        request_key=key or uuid4().hex,
        at=noon(LATER),
    )


def test_payments_settle_an_invoice_step_by_step(provider: Provider) -> None:
    with open_scope(provider.id):
        invoice = Invoice.objects.get()
        pay(invoice, "50.00")
        assert Settlement.objects.get().status == SettlementStatus.PARTLY_PAID
        last = pay(invoice, "150.00")
        assert Settlement.objects.get().status == SettlementStatus.PAID
        reverse_payment(payment_id=last.id, reversed_on=LATER, at=noon(LATER))
        settlement = Settlement.objects.get()
        assert (settlement.status, settlement.paid_amount) == ("PARTLY_PAID", Decimal("50.00"))
        with pytest.raises(PaymentAlreadyReversed):
            reverse_payment(payment_id=last.id, reversed_on=LATER, at=noon(LATER))


def test_the_same_form_sent_twice_is_one_payment(provider: Provider) -> None:
    with open_scope(provider.id):
        invoice = Invoice.objects.get()
        assert pay(invoice, "50.00", key="k") == pay(invoice, "50.00", key="k")
        assert Payment.objects.count() == 1
        with pytest.raises(PaymentRefused):
            pay(invoice, "60.00", key="k")
        with pytest.raises(PaymentRefused):
            pay(invoice, "50.00", key="k", method=PaymentMethod.CHEQUE)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "200.01", "10.001", "NaN"])
def test_an_amount_that_cannot_be_is_refused(provider: Provider, amount: str) -> None:
    with open_scope(provider.id):
        with pytest.raises(PaymentRefused) as refused:
            pay(Invoice.objects.get(), amount)
        assert refused.value.field == "amount"
        assert not Payment.objects.exists()


def test_a_day_out_of_range_is_refused(provider: Provider) -> None:
    with open_scope(provider.id), pytest.raises(DayOutOfRange):
        pay(Invoice.objects.get(), "10.00", on=date(1999, 12, 31))


def test_a_credit_note_cancels_the_whole_invoice_and_frees_its_days(provider: Provider) -> None:
    with open_scope(provider.id):
        invoice = Invoice.objects.get()
        note = cancel_invoice(invoice_id=invoice.id, issued_on=LATER, at=noon(LATER))
        assert (note.number, note.kind, note.document) == (
            "A2026-00001", InvoiceKind.CREDIT_NOTE, DocumentType.CANCELLATION,
        )  # fmt: skip
        assert note.credits_id == invoice.id
        assert note.gross_amount == invoice.gross_amount > 0
        assert Settlement.objects.get(invoice=invoice).status == SettlementStatus.CANCELLED
        assert Claim.objects.get().released_by_id == note.id
        assert invoice.number in note.reasons[0]["formula"]
        assert Parking.objects.get().code == "CancelledByHand"
        with pytest.raises(InvoiceNotCancellable):
            cancel_invoice(invoice_id=invoice.id, issued_on=LATER, at=noon(LATER))
        with pytest.raises(InvoiceNotCancellable):
            cancel_invoice(invoice_id=note.id, issued_on=LATER, at=noon(LATER))


def test_what_is_cancelled_stays_cancelled_though_nothing_was_credited(provider: Provider) -> None:
    """Of an invoice of nothing its status alone tells that it was cancelled."""
    with open_scope(provider.id):
        Settlement.objects.update(status=SettlementStatus.CANCELLED)
        with pytest.raises(InvoiceNotCancellable):
            cancel_invoice(invoice_id=Invoice.objects.get().id, issued_on=LATER, at=noon(LATER))


def test_cancelled_days_are_invoiced_again_once_the_contract_is_released(
    provider: Provider,
) -> None:
    day = LATER + timedelta(days=1)
    with open_scope(provider.id):
        invoice = Invoice.objects.get()
        cancel_invoice(invoice_id=invoice.id, issued_on=LATER, at=noon(LATER))
    run_day(provider_id=provider.id, day=day, issued_on=day, at=noon(day))
    with open_scope(provider.id):
        assert Invoice.objects.filter(kind="INVOICE").count() == 1
        release(parking_id=Parking.objects.get().id, day=day, at=noon(day))
    run_day(provider_id=provider.id, day=day, issued_on=day, at=noon(day))
    with open_scope(provider.id):
        again = Invoice.objects.get(number="F2026-00002")
        assert (again.first_day, again.net_amount) == (SIGNED, invoice.net_amount)
        assert Contract.objects.get().next_invoice_on == date(2026, 4, 1)


def test_a_paid_invoice_is_not_cancelled_before_its_payment_is_reversed(
    provider: Provider,
) -> None:
    with open_scope(provider.id):
        invoice = Invoice.objects.get()
        payment = pay(invoice, "200.00")
        with pytest.raises(InvoiceNotCancellable):
            cancel_invoice(invoice_id=invoice.id, issued_on=LATER, at=noon(LATER))
        reverse_payment(payment_id=payment.id, reversed_on=LATER, at=noon(LATER))
        cancel_invoice(invoice_id=invoice.id, issued_on=LATER, at=noon(LATER))


def test_documents_are_drawn_once_and_kept_with_their_hash(provider: Provider) -> None:
    with open_scope(provider.id):
        cancel_invoice(invoice_id=Invoice.objects.get().id, issued_on=LATER, at=noon(LATER))
    assert relay_documents(provider_id=provider.id, at=noon(LATER)) == 2
    assert relay_documents(provider_id=provider.id, at=noon(LATER)) == 0
    with open_scope(provider.id):
        for document in InvoiceDocument.objects.select_related("invoice"):
            content = bytes(document.content)
            assert content.startswith(b"%PDF-")
            assert len(content) == document.size
        assert not OutboxItem.objects.filter(done_at=None).exists()


def test_a_drawn_document_holds_what_was_issued(provider: Provider) -> None:
    relay_documents(provider_id=provider.id, at=noon(LATER))
    with open_scope(provider.id):
        document = InvoiceDocument.objects.get()
        content = io.BytesIO(bytes(document.content))
    with pikepdf.open(content) as pdf:
        assert "F2026-00001" in str(pdf.docinfo.Title)


def test_a_document_that_cannot_be_drawn_waits_then_is_parked(provider: Provider) -> None:
    """The item names a document that is not there; each try leaves its reason."""
    with open_scope(provider.id):
        OutboxItem.objects.update(subject_id=uuid4(), attempts=MOST_ATTEMPTS - 1)
        item = OutboxItem.objects.get()
    assert relay_documents(provider_id=provider.id, at=noon(LATER)) == 0
    with open_scope(provider.id):
        item = OutboxItem.objects.get(id=item.id)
        assert item.parked_at is not None
        assert item.error


def test_the_chain_holds_and_says_where_it_breaks(
    provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_scope(provider.id):
        assert verify_series("F") is None
    call_command("verify_chain", "--provider", provider.slug)
    assert "F: holds" in capsys.readouterr().out
