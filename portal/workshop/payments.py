"""Money received for an invoice, taken back, and the credit note that cancels an invoice."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.access import get_invoice_for, get_payment_for
from billing.models import Invoice
from billing.operations.credit_notes import cancel_invoice
from billing.operations.payments import record_payment, reverse_payment
from contracts.enums import PaymentMethod
from core import clock
from portal.components import Crumb
from portal.formats import euros, long_day
from portal.readings import opened
from portal.workshop.forms import PaymentForm
from portal.workshop.frame import attempt, form_page, go, posted, today, url
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability, Level


def _crumbs(member: Membership, invoice: Invoice) -> list[Crumb]:
    return [
        Crumb(_("Invoices"), url(member, "invoices")),
        Crumb(invoice.number, url(member, "invoice", invoice.pk)),
    ]


@workshop_page(Capability.PAYMENTS, Level.WRITE, methods=("GET", "POST"))
def payment_new(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    invoice, member = get_invoice_for(request.member, invoice_id), request.member
    opened(request, invoice)
    settled = invoice.settlement
    proposed = {
        "received_on": today(member),
        "amount": settled.remaining_amount,
        "method": invoice.payment_method,
    }
    form = PaymentForm(posted(request), initial=proposed)
    payment = attempt(
        request,
        form,
        lambda: record_payment(
            invoice_id=invoice.pk,
            amount=form.cleaned_data["amount"],
            received_on=form.cleaned_data["received_on"],
            method=PaymentMethod(form.cleaned_data["method"]),
            reference=form.cleaned_data["reference"],
            request_key=form.cleaned_data["request_key"],
            at=clock.now(),
            actor_id=request.user.pk,
        ),
    )
    if payment:
        words = _("%(amount)s received for %(number)s is recorded.")
        messages.success(
            request, words % {"amount": euros(payment.amount), "number": invoice.number}
        )
        return go(url(member, "invoice", invoice.pk))
    return form_page(
        request,
        form,
        title=_("Record a payment"),
        lead=f"{invoice.number} · {invoice.buyer.get('name', '')}",
        submit=_("Record the payment"),
        crumbs=_crumbs(member, invoice),
        section="invoices",
    )


@workshop_page(Capability.PAYMENTS, Level.WRITE, methods=("GET", "POST"))
def payment_reverse(request: MemberRequest, payment_id: UUID) -> HttpResponse:
    """A mistake or a returned payment: it stays visible, and no longer counts."""
    payment, member = get_payment_for(request.member, payment_id, write=True), request.member
    opened(request, payment.invoice)
    form = forms.Form(posted(request))
    day, now, by = today(member), clock.now(), request.user.pk
    if attempt(
        request,
        form,
        lambda: reverse_payment(payment_id=payment.pk, reversed_on=day, at=now, actor_id=by),
    ):
        messages.success(request, _("The payment is reversed."))
        return go(url(member, "invoice", payment.invoice_id))
    lead = _("%(amount)s received on %(day)s will no longer count; both days stay visible.")
    return form_page(
        request,
        form,
        title=_("Reverse the payment of %s?") % euros(payment.amount),
        lead=lead % {"amount": euros(payment.amount), "day": long_day(payment.received_on)},
        submit=_("Reverse the payment"),
        is_danger=True,
        crumbs=_crumbs(member, payment.invoice),
        section="invoices",
    )


@workshop_page(Capability.INVOICES, Level.WRITE, methods=("GET", "POST"))
def invoice_cancel(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """An issued invoice never changes: a credit note of the whole of it is issued today."""
    invoice, member = get_invoice_for(request.member, invoice_id, write=True), request.member
    opened(request, invoice)
    form = forms.Form(posted(request))
    day, now, by = today(member), clock.now(), request.user.pk
    credit_note = attempt(
        request,
        form,
        lambda: cancel_invoice(invoice_id=invoice.pk, issued_on=day, at=now, actor_id=by),
    )
    if credit_note:
        words = _("%(number)s is cancelled by the credit note %(credit_note)s.")
        messages.success(
            request, words % {"number": invoice.number, "credit_note": credit_note.number}
        )
        return go(url(member, "invoice", credit_note.pk))
    return form_page(
        request,
        form,
        title=_("Cancel %(number)s by credit note?") % {"number": invoice.number},
        template="invoice_cancel.html",
        invoice=invoice,
        day=day,
        submit=_("Issue the credit note"),
        is_danger=True,
        crumbs=_crumbs(member, invoice),
        section="invoices",
    )
