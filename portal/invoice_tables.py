"""Tables of an invoice that both sides read."""

from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import Invoice
from portal.components import Column, Empty, Rate, Row, Table


def vat_table(invoice: Invoice) -> Table:
    """As it was issued: a row for each rate."""
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
