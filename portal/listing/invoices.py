"""What the lists of issued documents have in common: columns, filters, months, totals, files.

The provider's list is in `portal/workshop/invoice_list.py`, a practice's in
`portal/practice/invoice_list.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, DateField, DecimalField, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.enums import InvoiceKind
from billing.models import Invoice, Settlement
from core.periods import Period, add_months, month_end
from portal.badges import invoice_badge
from portal.components import Empty, Fact, Link, Row, Tab, Value
from portal.formats import short_day
from portal.listing.description import (
    BulkAct,
    Found,
    Line,
    ListColumn,
    ListFilter,
    ListTab,
)
from portal.listing.files import file_acts
from portal.listing.spaces import Space
from portal.lists import COUNTED_AT_MOST, ListOrder, address, filtered_address
from portal.wording import METHODS
from portal.workshop import queries
from portal.workshop.sheets import InvoiceSheet
from providers.models import Membership

# Sums read every row of their period, a page only its own: those of many wait for a click.
SUMMED_UNASKED: Final = COUNTED_AT_MOST
SUMS: Final = "sums"
# What a line of the list shows; the frozen texts of a document are heavy.
LISTED_COLUMNS: Final = (
    "number",
    "kind",
    "issue_date",
    "due_date",
    "first_day",
    "last_day",
    "payment_method",
    "net_amount",
    "vat_amount",
    "gross_amount",
    "customer__name",
    "settlement__status",
    "settlement__gross_amount",
    "settlement__paid_amount",
    "settlement__credited_amount",
)
TAB_LABELS: Final = {
    "all": gettext_lazy("All"),
    "unpaid": gettext_lazy("To be paid"),
    "overdue": gettext_lazy("Overdue"),
    "paid": gettext_lazy("Paid"),
    "cancelled": gettext_lazy("Cancelled"),
    "credit_notes": gettext_lazy("Credit notes"),
}


def tabs(*codes: str) -> dict[str, ListTab]:
    return {code: _tab(code) for code in codes}


def _tab(code: str) -> ListTab:
    return ListTab(TAB_LABELS[code], lambda today: queries.status_condition(code, today))


def lines(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    return rows.select_related("customer", "settlement").only(*LISTED_COLUMNS)


def _is_invoice(line: Line[Invoice]) -> bool:
    return line.row.kind == InvoiceKind.INVOICE


def _signed(line: Line[Invoice], amount: Decimal) -> Decimal:
    """Credit notes count against invoices."""
    return amount if _is_invoice(line) else -amount


def _remaining(line: Line[Invoice]) -> Decimal | None:
    return line.row.settlement.remaining_amount if _is_invoice(line) else None


def _period(line: Line[Invoice]) -> Period | None:
    first, last = line.row.first_day, line.row.last_day
    return Period(first, last) if first and last else None


def period_of(values: Mapping[str, Any]) -> Period | None:
    """The days of issue asked for, when both ends are given."""
    first, last = values.get("first_day"), values.get("last_day")
    return Period(first, last) if first and last else None


def _between(first: date | None, last: date | None) -> str:
    return " – ".join((short_day(first) if first else "…", short_day(last) if last else "…"))


def _issued_said(values: Mapping[str, Any]) -> str:
    return _between(values.get("first_day"), values.get("last_day"))


def _due_said(values: Mapping[str, Any]) -> str:
    days = _between(values.get("due_from"), values.get("due_to"))
    return _("Due %(days)s") % {"days": days}


def _unless(name: str, said: Any) -> Any:
    """One chip says both ends: the later one speaks only where the first is open."""
    return lambda values: "" if values.get(name) else said(values)


def nothing(found: Found[Invoice]) -> Empty:
    if found.is_filtered:
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


def around(found: Found[Invoice], count: int) -> dict[str, Any]:
    """The months, one click each, and what a period comes to: of many documents, when asked."""
    period = period_of(found.values)
    is_summed = period and (count <= SUMMED_UNASKED or SUMS in found.request.GET)
    condition = queries.status_condition(found.tab, found.today)
    totals = queries.totals(found.rows.filter(condition)) if is_summed else None
    return {
        "months": _months(found, period),
        "sums": totals,
        "totals": _totals_facts(totals) if totals else [],
        "sums_url": address(found.request, {SUMS: "1"}) if period and totals is None else "",
    }


def _months(found: Found[Invoice], chosen: Period | None) -> list[Tab]:
    """Three months around the chosen one, then the whole year."""
    middle = (found.values.get("first_day") or add_months(found.today, -1)).replace(day=1)
    months = [add_months(middle, step) for step in (-1, 0, 1)]
    periods = [(date_format(month, "F Y"), Period(month, month_end(month))) for month in months]
    periods.append((str(middle.year), Period.civil_year(middle.year)))
    return [
        Tab(label, _period_url(found, period), is_current=chosen == period)
        for label, period in periods
    ]


def _period_url(found: Found[Invoice], period: Period) -> str:
    days = {"first_day": period.first_day.isoformat(), "last_day": period.last_day.isoformat()}
    return filtered_address(found.request, status=found.tab, **days)


def _totals_facts(totals: queries.Totals) -> list[Fact]:
    return [
        Fact(_("Documents"), totals.documents),
        Fact(_("Net"), totals.net_amount),
        Fact(_("VAT"), totals.vat_amount),
        Fact(_("Gross"), totals.gross_amount),
        Fact(_("Remaining to be paid"), totals.remaining_amount),
    ]


def total_row(around: Mapping[str, Any], columns: Sequence[ListColumn[Invoice]]) -> Row | None:
    totals: queries.Totals | None = around["sums"]
    if totals is None or not totals.documents:
        return None
    amounts: dict[str, Value] = {
        "number": _("Total"),
        "net": totals.net_amount,
        "vat": totals.vat_amount,
        "gross": totals.gross_amount,
        "remaining": totals.remaining_amount,
    }
    return Row([amounts.get(column.key) for column in columns])


def sheet(
    description: Any, member: Membership, ids: Sequence[UUID], today: date, language: str
) -> InvoiceSheet:
    """An accountant's file says more than the page: the amounts of each VAT rate."""
    return InvoiceSheet.of(member.provider_id, ids, language, customer_id=member.customer_id)


def number_column(space: Space) -> ListColumn[Invoice]:
    """The number leads to the document, in the reader's own space."""
    return ListColumn[Invoice](
        "number",
        gettext_lazy("Number"),
        lambda line: Link(line.row.number, space.url(line.member, "invoice", line.row.pk)),
        order=ListOrder("number", CharField(), is_descending=True),
        is_row_header=True,
    )


def invoice_acts(space: Space, is_whole: Callable[[Mapping[str, Any]], bool]) -> Sequence[BulkAct]:
    """The files of a selection; `is_whole`: when its PDFs are offered without ticking any."""
    return (
        *file_acts("invoices", space),
        BulkAct(
            gettext_lazy("PDFs in a ZIP"),
            "archive",
            lambda member: space.url(member, "invoices_zip"),
            is_whole,
        ),
    )


COLUMNS: Final = (
    ListColumn[Invoice](
        "issued",
        gettext_lazy("Issued"),
        lambda line: line.row.issue_date,
        order=ListOrder("issue_date", DateField(), is_descending=True),
    ),
    ListColumn[Invoice](
        "due",
        gettext_lazy("Due"),
        lambda line: line.row.due_date if _is_invoice(line) else None,
        order=ListOrder("due_date", DateField()),
    ),
    ListColumn[Invoice]("period", gettext_lazy("Period"), _period, is_shown=False),
    ListColumn[Invoice](
        "method",
        gettext_lazy("Paid by"),
        lambda line: str(METHODS[line.row.payment_method]).capitalize(),
        is_shown=False,
    ),
    ListColumn[Invoice](
        "status",
        gettext_lazy("Status"),
        lambda line: invoice_badge(line.row, today=line.today),
    ),
    ListColumn[Invoice](
        "net",
        gettext_lazy("Net"),
        lambda line: _signed(line, line.row.net_amount),
        is_numeric=True,
    ),
    ListColumn[Invoice](
        "vat",
        gettext_lazy("VAT"),
        lambda line: _signed(line, line.row.vat_amount),
        is_numeric=True,
        is_shown=False,
    ),
    ListColumn[Invoice](
        "gross",
        gettext_lazy("Gross"),
        lambda line: _signed(line, line.row.gross_amount),
        order=ListOrder("gross_amount", DecimalField(), is_descending=True),
        is_numeric=True,
    ),
    ListColumn[Invoice](
        "remaining", gettext_lazy("Remaining"), _remaining, is_numeric=True, is_shown=False
    ),
)

FILTERS: Final = {
    "first_day": ListFilter(
        lambda day: Q(issue_date__gte=day),
        _issued_said,
        with_fields=("last_day",),
    ),
    "last_day": ListFilter(lambda day: Q(issue_date__lte=day), _unless("first_day", _issued_said)),
    "search": ListFilter(
        queries.invoices_begun, lambda values: str(values["search"]), parts=queries.beginnings
    ),
    "method": ListFilter(
        lambda method: Q(payment_method=method),
        lambda values: str(METHODS[values["method"]]).capitalize(),
    ),
    "due_from": ListFilter(lambda day: Q(due_date__gte=day), _due_said, with_fields=("due_to",)),
    "due_to": ListFilter(lambda day: Q(due_date__lte=day), _unless("due_from", _due_said)),
}
OF_SETTLEMENTS_TOO: Final = {"first_day", "last_day", "due_from", "due_to"}


def counted(tab: str, filters: Sequence[str], today: date) -> QuerySet[Settlement] | None:
    """Settlements stand for their invoices; they have the days, not the number nor the method."""
    return queries.settled(tab, today) if set(filters) <= OF_SETTLEMENTS_TOO else None
