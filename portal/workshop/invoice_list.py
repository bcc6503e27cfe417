"""The list of every document that the provider issued."""

from typing import Final

from django.utils.translation import gettext_lazy

from billing.models import Invoice
from portal.listing import invoices
from portal.listing.description import BulkAct, ListColumn, ListDescription
from portal.listing.invoices import TAB_LABELS, period_of
from portal.listing.spaces import WORKSHOP
from portal.workshop.forms import InvoiceFilter
from portal.workshop.frame import url
from providers.permissions import Capability

INVOICES: Final = ListDescription[Invoice](
    code="invoices",
    path="factures/",
    file_name=gettext_lazy("invoices"),
    capability=Capability.INVOICES,
    title=gettext_lazy("Invoices"),
    status_label=gettext_lazy("Invoices by status"),
    columns=(
        invoices.number_column(WORKSHOP),
        ListColumn("customer", gettext_lazy("Customer"), lambda line: line.row.customer.name),
        *invoices.COLUMNS,
    ),
    tabs=invoices.tabs(*TAB_LABELS),
    form=InvoiceFilter,
    filters=invoices.FILTERS,
    rows=Invoice.objects.all,
    lines=invoices.lines,
    sort="-issued",
    empty=invoices.nothing,
    row_name=str,
    counted=invoices.counted,
    around=invoices.around,
    total=invoices.total_row,
    acts=(
        *invoices.invoice_acts(WORKSHOP, lambda values: period_of(values) is not None),
        BulkAct(
            gettext_lazy("Send again by e-mail"),
            "mail",
            lambda member: url(member, "invoices_mail"),
            lambda _values: False,
        ),
    ),
    sheet=invoices.sheet,
    template="listing/invoices.html",
)
