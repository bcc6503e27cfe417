"""Payments recorded by hand: an amount received for one invoice, reversible, never erased."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from billing.enums import SettlementStatus
from billing.models import Payment, Settlement
from contracts.enums import PaymentMethod
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.money import ZERO, to_cents
from core.periods import check_day
from providers import audit


class PaymentRefused(DomainError):
    """An amount, a day or an invoice that cannot receive this payment."""


class PaymentAlreadyReversed(DomainError):
    """This payment was reversed before."""


def status_of(settlement: Settlement) -> SettlementStatus:
    """Where the money stands, from the amounts alone."""
    if settlement.credited_amount == settlement.gross_amount != ZERO:
        return SettlementStatus.CANCELLED
    if settlement.paid_amount + settlement.credited_amount >= settlement.gross_amount:
        return SettlementStatus.PAID
    return SettlementStatus.PARTLY_PAID if settlement.paid_amount else SettlementStatus.OPEN


def _locked(invoice_id: UUID) -> Settlement:
    rows = Settlement.objects.select_for_update(of=("self",)).select_related("invoice")
    return rows.get(invoice_id=invoice_id)


def _check(settlement: Settlement, amount: Decimal, received_on: date) -> None:
    remaining = settlement.remaining_amount
    if not amount.is_finite() or amount <= 0 or amount != to_cents(amount):
        raise PaymentRefused(_("Enter an amount above zero, in euros and cents."), field="amount")
    if amount > remaining:
        raise PaymentRefused(
            _("Only %(remaining)s € remain to be paid."),
            field="amount",
            params={"remaining": remaining},
        )
    check_day(received_on, field="received_on")


@transaction.atomic
def record_payment(
    *,
    invoice_id: UUID,
    amount: Decimal,
    received_on: date,
    method: PaymentMethod,
    request_key: str,
    at: datetime,
    reference: str = "",
    actor_id: UUID | None = None,
) -> Payment:
    """Record money received for an invoice; the same `request_key` again is the same payment.

    Errors: `PaymentRefused` at the field (more than what remains, a day out of range).
    """
    settlement = _locked(invoice_id)
    known = Payment.objects.filter(request_key=request_key).first()
    if known is not None:
        return _same(known, (invoice_id, amount, received_on, method, reference))
    _check(settlement, amount, received_on)
    payment = Payment.objects.create(
        customer_id=settlement.customer_id,
        invoice=settlement.invoice,
        amount=amount,
        received_on=received_on,
        method=method,
        reference=reference,
        recorded_at=at,
        recorded_by=actor_id,
        request_key=request_key,
    )
    _move(settlement, by=amount)
    audit.record("payment.recorded", payment, at=at, actor_id=actor_id, amount=str(amount))
    return payment


def _same(known: Payment, asked: tuple[UUID, Decimal, date, PaymentMethod, str]) -> Payment:
    """A double click is one payment; the same key with other values is refused."""
    recorded = (known.invoice_id, known.amount, known.received_on, known.method, known.reference)
    if recorded != asked:
        raise PaymentRefused(_("This form was already sent with other values."))
    return known


@transaction.atomic
def reverse_payment(
    *, payment_id: UUID, reversed_on: date, at: datetime, actor_id: UUID | None = None
) -> Payment:
    """Take back a payment that was recorded by mistake or returned by the bank."""
    invoice_id = Payment.objects.get(id=payment_id).invoice_id
    settlement = _locked(invoice_id)
    payment = (
        Payment.objects.select_for_update(of=("self",)).select_related("invoice").get(id=payment_id)
    )
    if payment.reversed_on is not None:
        raise PaymentAlreadyReversed(_("This payment has already been reversed."))
    payment.reversed_on, payment.reversed_by = reversed_on, actor_id
    payment.save(update_fields=["reversed_on", "reversed_by"])
    _move(settlement, by=-payment.amount)
    audit.record("payment.reversed", payment, at=at, actor_id=actor_id, amount=str(payment.amount))
    return payment


def _move(settlement: Settlement, *, by: Decimal) -> None:
    settlement.paid_amount += by
    settlement.status = status_of(settlement)
    settlement.save(update_fields=["paid_amount", "status"])
