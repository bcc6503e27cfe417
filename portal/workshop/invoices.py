"""One issued document, every line explained."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.access import get_invoice_for
from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice, Payment, Settlement
from core.periods import Period
from portal.badges import invoice_badge
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Fact,
    Link,
    Pair,
    Row,
    Table,
    Tone,
)
from portal.formats import euros
from portal.invoice_tables import vat_table
from portal.listing.description import CHOSEN
from portal.readings import opened
from portal.workshop import queries
from portal.workshop.frame import may_write, page, today, url
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability


@workshop_page(Capability.INVOICES)
def invoice(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    member = request.member
    found = get_invoice_for(member, invoice_id)
    opened(request, found)
    pdf = queries.pdf_facts(found)
    context = {
        "crumbs": [Crumb(_("Invoices"), url(member, "invoices"))],
        "title": _title(found),
        "invoice": found,
        "status": invoice_badge(found, today=today(member)),
        "facts": _facts(found),
        "lines": found.lines.order_by("position"),
        "vat_table": vat_table(found),
        "settlement_facts": _settlement_facts(found.settlement),
        "payments": _payments_table(member, found),
        "credit_links": _linked(member, found),
        "pdf": pdf,
        **_acts(member, found, has_pdf=pdf is not None),
    }
    return page(request, "invoice.html", context, section="invoices")


def _title(invoice: Invoice) -> str:
    kind = _("Credit note") if invoice.kind == InvoiceKind.CREDIT_NOTE else _("Invoice")
    return f"{kind} {invoice.number}"


def _acts(member: Membership, invoice: Invoice, *, has_pdf: bool) -> dict[str, Any]:
    """What may still be done with it; the operations ask again."""
    is_invoice, settlement = invoice.kind == InvoiceKind.INVOICE, invoice.settlement
    is_settled = settlement.status in {SettlementStatus.PAID, SettlementStatus.CANCELLED}
    pdf = Action(
        _("Download the PDF"), url(member, "invoice_pdf", invoice.pk), "download", is_download=True
    )
    pay = Action(_("Record a payment"), url(member, "payment_new", invoice.pk), "banknote")
    cancel = Action(
        _("Cancel by credit note"), url(member, "invoice_cancel", invoice.pk), "ban", is_danger=True
    )
    again = f"{url(member, 'invoices_mail')}?{CHOSEN}={invoice.pk}"
    mail = Action(_("Send again by e-mail"), again, "mail")
    may_write_again = has_pdf and may_write(member, Capability.INVOICES)
    may_pay = is_invoice and not is_settled and may_write(member, Capability.PAYMENTS)
    may_cancel = (
        is_invoice
        and not settlement.paid_amount
        and not settlement.credited_amount
        and settlement.status != SettlementStatus.CANCELLED
        and may_write(member, Capability.INVOICES)
    )
    return {
        "action": pdf if has_pdf else None,
        "pay": pay if may_pay else None,
        "more": [*([mail] if may_write_again else []), *([cancel] if may_cancel else [])],
    }


def _facts(invoice: Invoice) -> list[Fact]:
    facts = [
        Fact(_("Issued"), invoice.issue_date),
        Fact(_("Net"), invoice.net_amount),
        Fact(_("VAT"), invoice.vat_amount),
        Fact(_("Gross"), invoice.gross_amount),
    ]
    if invoice.first_day and invoice.last_day:
        facts.insert(1, Fact(_("Period"), Period(invoice.first_day, invoice.last_day)))
    return facts


def _settlement_facts(settlement: Settlement) -> list[Fact]:
    remaining = settlement.remaining_amount
    return [
        Fact(_("Due"), settlement.due_date),
        Fact(_("Amount paid"), settlement.paid_amount),
        Fact(_("Amount credited"), settlement.credited_amount),
        Fact(_("Remaining"), remaining),
    ]


def _linked(member: Membership, invoice: Invoice) -> list[Link]:
    """The credit note of an invoice, the invoice of a credit note, the contract of both."""
    linked = [] if invoice.credits is None else [invoice.credits]
    linked += invoice.credit_notes.only("number", "kind").order_by("issue_date", "id")
    links = [Link(_title(other), url(member, "invoice", other.pk)) for other in linked]
    if invoice.contract:
        contract = url(member, "contract", invoice.contract.pk)
        links.append(Link(_("Contract %s") % invoice.contract.reference, contract))
    links.append(
        Link(invoice.customer.name, url(member, "customer", invoice.customer_id), _("customer"))
    )
    return links


def _payments_table(member: Membership, invoice: Invoice) -> Table:
    columns = (
        Column(_("Received on"), is_row_header=True),
        Column(_("Method")),
        Column(_("Reference")),
        Column(_("Amount"), is_numeric=True),
        Column(_("Status")),
    )
    is_writer = may_write(member, Capability.PAYMENTS)
    payments = invoice.payments.order_by("received_on", "id")
    rows = [_payment_row(member, payment, is_writer=is_writer) for payment in payments]
    empty = Empty(_("No payment recorded"), icon="banknote")
    return Table(_("Payments"), columns, rows, empty)


def _payment_row(member: Membership, payment: Payment, *, is_writer: bool) -> Row:
    amount = euros(payment.amount)
    if payment.reversed_on:
        state: Any = Pair(Badge(_("Reversed"), Tone.WARNING, "undo-2"), payment.reversed_on)
    elif is_writer:
        reverse = url(member, "payment_reverse", payment.pk)
        state = Link(_("Reverse"), reverse, _("the payment of %s") % amount)
    else:
        state = Badge(_("Recorded"), Tone.SUCCESS)
    method = payment.get_method_display().capitalize()
    return Row((payment.received_on, method, payment.reference or None, payment.amount, state))
