"""Sheets and archives for accountants, written piece by piece: memory does not grow with a year.

The pieces are read after the view has answered, so each opens the provider again for itself.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.enums import InvoiceKind
from billing.models import Invoice, InvoiceDocument, InvoiceLine
from core.money import ZERO
from portal.formats import percent
from portal.listing.exports import ROWS_AT_ONCE, batches, csv_text
from providers.scoping import open_scope

DOCUMENTS_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class InvoiceSheet:
    """The documents of a search, one a line, with a pair of columns for each VAT rate."""

    provider_id: UUID
    invoice_ids: Sequence[UUID]
    rates: Sequence[Decimal]
    language: str
    customer_id: UUID | None = None  # a practice's member reads inside the practice's own walls

    @classmethod
    def of(
        cls,
        provider_id: UUID,
        invoice_ids: Sequence[UUID],
        language: str,
        *,
        customer_id: UUID | None = None,
    ) -> "InvoiceSheet":
        """Read the rates that occur, while the provider is open."""
        found = InvoiceLine.objects.filter(invoice__in=invoice_ids)
        rates = found.order_by("vat_rate").values_list("vat_rate", flat=True).distinct()
        return cls(provider_id, invoice_ids, list(rates), language, customer_id)

    def batches(self) -> Iterator[list[list[Any]]]:
        for ids in batches(self.invoice_ids, ROWS_AT_ONCE):
            with override(self.language), open_scope(self.provider_id, self.customer_id):
                rows = list(self._rows(ids))
            yield rows

    def head(self) -> list[str]:
        by_rate = [
            title % {"rate": percent(rate)}
            for rate in self.rates
            for title in (_("Net at %(rate)s"), _("VAT at %(rate)s"))
        ]
        return [
            _("Number"), _("Kind"), _("Issued"), _("Due"), _("Customer"), "SIREN", _("Contract"),
            _("First day"), _("Last day"), _("Paid by"), *by_rate, _("Net"), _("VAT"), _("Gross"),
            _("Status"), _("Amount paid"), _("Amount credited"), _("Remaining"), _("Credits"),
            _("File"),
        ]  # fmt: skip

    def _rows(self, ids: Sequence[UUID]) -> Iterator[list[Any]]:
        rendered = set(
            InvoiceDocument.objects.filter(invoice__in=ids).values_list("invoice_id", flat=True)
        )
        rows = Invoice.objects.select_related("settlement", "contract", "credits")
        found = {row.pk: row for row in rows.filter(pk__in=ids).order_by("pk")}
        return (self._row(found[pk], has_pdf=pk in rendered) for pk in ids)

    def _row(self, invoice: Invoice, *, has_pdf: bool) -> list[Any]:
        sign = -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1
        is_invoice, settled = sign > 0, invoice.settlement
        gross = sign * invoice.gross_amount
        paid = settled.paid_amount if is_invoice else ZERO
        credited = settled.credited_amount if is_invoice else ZERO
        return [
            invoice.number,
            invoice.get_kind_display(),
            invoice.issue_date,
            invoice.due_date,
            invoice.buyer.get("name", ""),
            invoice.buyer.get("siren", ""),
            invoice.contract.reference if invoice.contract else None,
            invoice.first_day,
            invoice.last_day,
            invoice.get_payment_method_display(),
            *self._by_rate(invoice, sign),
            sign * invoice.net_amount,
            sign * invoice.vat_amount,
            gross,
            settled.get_status_display() if is_invoice else None,
            paid,
            credited,
            gross - paid - credited if is_invoice else ZERO,
            invoice.credits.number if invoice.credits else None,
            file_name(invoice.number) if has_pdf else None,
        ]

    def _by_rate(self, invoice: Invoice, sign: int) -> Iterator[Decimal]:
        shares = {Decimal(share["vat_rate"]): share for share in invoice.vat_breakdown}
        for rate in self.rates:
            share = shares.get(rate, {})
            yield sign * Decimal(share.get("net_amount", "0.00"))
            yield sign * Decimal(share.get("vat_amount", "0.00"))


def file_name(number: str) -> str:
    """Numbers are capital letters, digits and dashes: safe in any file system and archive."""
    return f"{number}.pdf"


class _Pipe(io.RawIOBase):
    """What an archive is written to: its bytes are taken out as soon as they are there."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


def archive(sheet: InvoiceSheet, *, folder: str, day: date) -> Iterator[bytes]:
    """A ZIP of the PDFs with their sheet, some documents at a time."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as packed:
        with packed.open(_entry(f"{folder}/{folder}.csv", day, zipfile.ZIP_DEFLATED), "w") as entry:
            for text in csv_text(sheet):
                entry.write(text.encode())
        yield pipe.take()
        for ids in batches(sheet.invoice_ids, DOCUMENTS_AT_ONCE):
            for number, issued_on, content in _documents(sheet, ids):
                # A PDF is packed already.
                entry_of_pdf = _entry(
                    f"{folder}/{file_name(number)}", issued_on, zipfile.ZIP_STORED
                )
                packed.writestr(entry_of_pdf, content)
            yield pipe.take()
    yield pipe.take()


def _documents(sheet: InvoiceSheet, ids: Sequence[UUID]) -> list[tuple[str, date, bytes]]:
    with open_scope(sheet.provider_id, sheet.customer_id):
        rows = InvoiceDocument.objects.filter(invoice__in=ids).order_by("invoice__number")
        columns = ("invoice__number", "invoice__issue_date", "content")
        return [(number, day, bytes(pdf)) for number, day, pdf in rows.values_list(*columns)]


def _entry(name: str, day: date, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    return entry
