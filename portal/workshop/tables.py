"""Tabs, chips and tables that several pages of the workshop draw."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from billing.enums import InvoiceKind
from billing.models import Invoice
from contracts.models import Contract
from portal.badges import contract_badge, invoice_badge
from portal.components import Chip, Column, Empty, Link, Pair, Row, Tab, Table, Text, Value
from portal.lists import filtered_address
from portal.workshop.frame import url
from portal.workshop.queries import Totals
from providers.models import Membership

STATUS = "status"


def tabs(
    request: HttpRequest, labels: Mapping[str, Promise], counts: Mapping[str, int], *, current: str
) -> list[Tab]:
    """Status tabs; the first one stands for no choice at all."""
    default = next(iter(labels))
    chosen = current if current in labels else default
    return [
        Tab(
            label,
            filtered_address(request, **{STATUS: "" if code == default else code}),
            is_current=code == chosen,
            count=counts[code],
        )
        for code, label in labels.items()
    ]


def search_chips(request: HttpRequest, words: str) -> list[Chip]:
    return [Chip(words, filtered_address(request, search=""))] if words else []


def contract_table(
    member: Membership, contracts: Iterable[Contract], *, empty: Empty, with_customer: bool = True
) -> Table:
    columns = [
        Column(_("Contract"), is_row_header=True),
        Column(_("Customer")),
        Column(_("Starts")),
        Column(_("End of the term")),
        Column(_("Next invoice")),
        Column(_("Status")),
    ]
    rows = [_contract_cells(member, contract) for contract in contracts]
    return _table(_("Contracts"), columns, rows, empty, with_customer=with_customer)


def _contract_cells(member: Membership, contract: Contract) -> list[Value]:
    reference = Link(contract.reference, url(member, "contract", contract.pk))
    return [
        Pair(reference, contract.offer_name),
        Link(contract.customer.name, url(member, "customer", contract.customer_id)),
        contract.starts_on,
        contract.ended_on or contract.ends_on,
        contract.next_invoice_on,
        contract_badge(contract),
    ]


def invoice_table(
    member: Membership,
    invoices: Iterable[Invoice],
    *,
    today: date,
    empty: Empty,
    totals: Totals | None = None,
    with_customer: bool = True,
) -> Table:
    columns = [
        Column(_("Number"), is_row_header=True),
        Column(_("Customer")),
        Column(_("Issued"), sorted="descending"),
        Column(_("Due")),
        Column(_("Status")),
        Column(_("Net"), is_numeric=True),
        Column(_("VAT"), is_numeric=True),
        Column(_("Gross"), is_numeric=True),
    ]
    rows = [_invoice_cells(member, invoice, today) for invoice in invoices]
    total = _total_row(totals)
    return _table(_("Invoices"), columns, rows, empty, with_customer=with_customer, total=total)


def _invoice_cells(member: Membership, invoice: Invoice, today: date) -> list[Value]:
    sign = -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1
    return [
        Link(invoice.number, url(member, "invoice", invoice.pk)),
        invoice.customer.name,
        invoice.issue_date,
        invoice.due_date if sign == 1 else None,
        invoice_badge(invoice, today=today),
        sign * invoice.net_amount,
        sign * invoice.vat_amount,
        sign * invoice.gross_amount,
    ]


def _total_row(totals: Totals | None) -> Row | None:
    if totals is None or not totals.documents:
        return None
    amounts = (totals.net_amount, totals.vat_amount, totals.gross_amount)
    return Row((_("Total"), None, None, None, None, *amounts))


def _table(
    caption: Text,
    columns: list[Column],
    rows: list[list[Value]],
    empty: Empty,
    *,
    with_customer: bool,
    total: Row | None = None,
) -> Table:
    """On the page of a customer or of a contract, the second column would repeat its title."""
    if not with_customer:
        columns = [columns[0], *columns[2:]]
        rows = [[cells[0], *cells[2:]] for cells in rows]
    return Table(caption, columns, [Row(cells) for cells in rows], empty, total=total)
