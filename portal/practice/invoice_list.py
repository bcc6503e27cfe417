"""The list of a practice's invoices: what is to be paid first, each PDF one touch away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Invoice, InvoiceDocument
from portal.components import Empty, Link, Value
from portal.listing import invoices
from portal.listing.description import Found, Line, ListColumn, ListDescription
from portal.listing.spaces import PRACTICE
from portal.practice.forms import PracticeInvoiceFilter
from portal.practice.frame import url
from providers.permissions import Capability


def _drawn(rows: Sequence[Invoice], today: date) -> set[UUID]:
    """Which rows of a page have their PDF already."""
    found = InvoiceDocument.objects.filter(invoice__in=rows)
    return set(found.values_list("invoice_id", flat=True))


def _pdf(line: Line[Invoice]) -> Value:
    if line.row.pk not in line.more:
        return _("being prepared")
    return Link(_("Download"), url(line.member, "invoice_pdf", line.row.pk), line.row.number)


def _nothing(found: Found[Invoice]) -> Empty:
    if found.tab == "unpaid" and not any(found.values.values()):
        return Empty(_("Nothing to pay"), _("Every invoice is paid."), icon="circle-check")
    if found.is_filtered:
        return Empty(
            _("No invoice matches these filters"),
            _("Choose other days, another status, or the start of another number."),
            icon="search",
        )
    soon = _("Invoices appear here on the day they are issued.")
    return Empty(_("No invoice yet"), soon, icon="receipt-euro")


PDF: Final = ListColumn[Invoice]("pdf", gettext_lazy("PDF"), _pdf)
SHOWN: Final = {"issued", "due", "status", "gross", "remaining"}

INVOICES: Final = ListDescription[Invoice](
    code="invoices",
    path="factures/",
    file_name=gettext_lazy("invoices"),
    capability=Capability.INVOICES,
    title=gettext_lazy("Invoices"),
    status_label=gettext_lazy("Invoices by status"),
    columns=(
        invoices.number_column(PRACTICE),
        *(replace(column, is_shown=column.key in SHOWN) for column in invoices.COLUMNS),
        PDF,
    ),
    tabs=invoices.tabs("all", "unpaid", "overdue", "paid", "cancelled", "credit_notes"),
    form=PracticeInvoiceFilter,
    filters=invoices.FILTERS,
    rows=Invoice.objects.all,
    lines=invoices.lines,
    sort="-issued",
    empty=_nothing,
    row_name=str,
    more=_drawn,
    counted=invoices.counted,
    around=invoices.around,
    total=invoices.total_row,
    acts=invoices.invoice_acts(PRACTICE, lambda values: True),
    sheet=invoices.sheet,
    template="listing/invoices.html",
    space=PRACTICE,
)
