"""Issued documents: the list, and one of them with every line explained."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import DateField, QuerySet
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.access import get_invoice_for
from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice, Payment, Settlement
from core import clock
from core.periods import Period, add_months, month_end
from portal.badges import invoice_badge
from portal.components import (
    Action,
    Badge,
    Chip,
    Column,
    Crumb,
    Empty,
    Fact,
    Link,
    Pair,
    Rate,
    Row,
    Tab,
    Table,
    Tone,
)
from portal.formats import euros, short_day
from portal.lists import ListOrder, capped_counts, filtered_address, listed
from portal.workshop import queries, tables
from portal.workshop.forms import InvoiceFilter
from portal.workshop.frame import UNPROCESSABLE, may_write, page, today, url
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability

LATEST_FIRST: Final = ListOrder("issue_date", DateField(), is_descending=True)
TABS: Final[dict[str, Promise]] = {
    "all": gettext_lazy("All"),
    "unpaid": gettext_lazy("To be paid"),
    "overdue": gettext_lazy("Overdue"),
    "paid": gettext_lazy("Paid"),
    "cancelled": gettext_lazy("Cancelled"),
    "credit_notes": gettext_lazy("Credit notes"),
}
# What a line of the list shows; the frozen texts of a document are heavy.
LISTED_COLUMNS: Final = (
    "number",
    "kind",
    "issue_date",
    "due_date",
    "net_amount",
    "vat_amount",
    "gross_amount",
    "customer__name",
    "settlement__status",
)


def wanted(form: InvoiceFilter) -> queries.InvoiceSearch:
    """What the address asks for; a filter that is not understood is left out."""
    values = form.cleaned_data if form.is_bound and form.is_valid() else {}
    status = values.get("status", "all")
    return queries.InvoiceSearch(
        first_day=values.get("first_day"),
        last_day=values.get("last_day"),
        status=status if status in TABS else "all",
        search=values.get("search", ""),
    )


def of_status(rows: QuerySet[Invoice], status: str, day: date) -> QuerySet[Invoice]:
    return rows.filter(queries.status_condition(status, day))


@workshop_page(Capability.INVOICES)
def invoices(request: MemberRequest) -> HttpResponse:
    return invoices_page(request, InvoiceFilter(request.GET))


def invoices_page(request: MemberRequest, form: InvoiceFilter) -> HttpResponse:
    """The list; with 422 when the filter holds a day that is none."""
    member, search = request.member, wanted(form)
    day, found = today(member), queries.invoices(search)
    counts = capped_counts({code: of_status(found, code, day) for code in TABS})
    chosen = of_status(found, search.status, day)
    lines = chosen.select_related("customer", "settlement").only(*LISTED_COLUMNS)
    rows = listed(lines, LATEST_FIRST, request)
    totals = queries.totals(chosen) if search.period else None
    context = {
        "tabs": tables.tabs(request, TABS, counts, current=search.status),
        "form": form,
        "months": _months(request, search, day),
        "reset_url": request.path,
        "chips": _chips(request, search),
        "table": tables.invoice_table(
            member, rows.rows, today=day, empty=_nothing(search), totals=totals
        ),
        "pages": rows.page,
        "totals": _totals_facts(totals),
        "exports": _exports(request, search),
    }
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "invoices.html", context, section="invoices", status=status)


def _months(request: MemberRequest, search: queries.InvoiceSearch, day: date) -> list[Tab]:
    """Three months around the chosen one, then the whole year: one click each."""
    middle = (search.first_day or add_months(day, -1)).replace(day=1)
    months = [add_months(middle, step) for step in (-1, 0, 1)]
    periods = [(date_format(month, "F Y"), Period(month, month_end(month))) for month in months]
    periods.append((str(middle.year), Period.civil_year(middle.year)))
    return [
        Tab(label, _period_url(request, period), is_current=search.period == period)
        for label, period in periods
    ]


def _period_url(request: MemberRequest, period: Period) -> str:
    days = {"first_day": period.first_day.isoformat(), "last_day": period.last_day.isoformat()}
    return filtered_address(request, **days)


def _chips(request: MemberRequest, search: queries.InvoiceSearch) -> list[Chip]:
    chips = tables.search_chips(request, search.search)
    if search.first_day or search.last_day:
        first, last = search.first_day, search.last_day
        label = " – ".join((short_day(first) if first else "…", short_day(last) if last else "…"))
        chips.append(Chip(label, filtered_address(request, first_day="", last_day="")))
    return chips


def _exports(request: MemberRequest, search: queries.InvoiceSearch) -> list[Action]:
    """The files of what is listed; they need a first and a last day."""
    if not search.period:
        return []
    query, member = request.GET.urlencode(), request.member
    archive = f"{url(member, 'invoices_zip')}?{query}"
    sheet = f"{url(member, 'invoices_csv')}?{query}"
    return [
        Action(_("Download all PDFs (ZIP)"), archive, icon="archive", is_download=True),
        Action(_("Download the list (CSV)"), sheet, icon="file-spreadsheet", is_download=True),
    ]


def _totals_facts(totals: queries.Totals | None) -> list[Fact]:
    if totals is None:
        return []
    return [
        Fact(_("Documents"), totals.documents),
        Fact(_("Net"), totals.net_amount),
        Fact(_("VAT"), totals.vat_amount),
        Fact(_("Gross"), totals.gross_amount),
        Fact(_("Remaining to be paid"), totals.remaining_amount),
    ]


def _nothing(search: queries.InvoiceSearch) -> Empty:
    if search.first_day or search.last_day or search.search or search.status != "all":
        return Empty(
            _("No invoice matches these filters"),
            _("Choose other days, another status, or the start of another number or name."),
            icon="search",
        )
    return Empty(
        _("No invoice yet"),
        _("Invoices appear here as soon as the daily run or a person issues them."),
        icon="receipt-euro",
    )


@workshop_page(Capability.INVOICES)
def invoice(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    member = request.member
    found = get_invoice_for(member, invoice_id)
    record_read(found, at=clock.now())
    pdf = queries.pdf_facts(found)
    context = {
        "crumbs": [Crumb(_("Invoices"), url(member, "invoices"))],
        "title": _title(found),
        "invoice": found,
        "status": invoice_badge(found, today=today(member)),
        "facts": _facts(found),
        "lines": found.lines.order_by("position"),
        "vat_table": _vat_table(found),
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
    may_pay = is_invoice and not is_settled and may_write(member, Capability.PAYMENTS)
    may_cancel = (
        is_invoice
        and not settlement.paid_amount
        and not settlement.credited_amount
        and may_write(member, Capability.INVOICES)
    )
    return {
        "action": pdf if has_pdf else None,
        "pay": pay if may_pay else None,
        "more": [cancel] if may_cancel else [],
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
    remaining = settlement.gross_amount - settlement.paid_amount - settlement.credited_amount
    return [
        Fact(_("Due"), settlement.due_date),
        Fact(_("Amount paid"), settlement.paid_amount),
        Fact(_("Amount credited"), settlement.credited_amount),
        Fact(_("Remaining"), remaining),
    ]


def _vat_table(invoice: Invoice) -> Table:
    columns = (
        Column(_("VAT rate"), is_row_header=True),
        Column(_("Net"), is_numeric=True),
        Column(_("VAT"), is_numeric=True),
    )
    rows = [
        Row(
            (
                Rate(Decimal(share["vat_rate"])),
                Decimal(share["net_amount"]),
                Decimal(share["vat_amount"]),
            )
        )
        for share in invoice.vat_breakdown
    ]
    return Table(_("VAT by rate"), columns, rows, Empty(_("No VAT")))


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
