"""Issuing documents: numbers, seals and rows, all in the caller's one transaction (B1).

Invoices and credit notes, one or five hundred, go through `issue_documents`. Everything of a
document is computed before; here it only gets its number and its seal, and is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from uuid_utils import uuid7

from billing.enums import ClaimKind, DocumentType, InvoiceKind, SettlementStatus
from billing.models import Claim, Invoice, InvoiceLine, Settlement
from billing.operations.numbers import Counter, lock_counter, move_counter
from billing.operations.staging import insert_rows
from billing.queries import SEALED_COLUMNS, SEALED_LINE_COLUMNS
from billing.rules.chain import canonical
from billing.rules.numbering import number_block
from core.money import ZERO
from core.sealing import Scalar, canonical_json, seal
from core.steps import reached
from providers.audit import actor_name
from providers.models import AuditEntry, OutboxItem
from providers.presence import present
from providers.scoping import current_scope
from providers.tenancy import new_id

PDF = "invoice_pdf"

INVOICE_COLUMNS = (*SEALED_COLUMNS, "previous_hash", "hash")
LINE_COLUMNS = ("id", "provider_id", "customer_id", "invoice_id", *SEALED_LINE_COLUMNS)
CLAIM_COLUMNS = (
    "id", "provider_id", "customer_id", "contract_id", "line_id", "kind", "first_day",
    "last_day", "invoice_id", "released_by_id",
)  # fmt: skip
SETTLEMENT_COLUMNS = (
    "id", "provider_id", "customer_id", "invoice_id", "status", "issue_date", "due_date",
    "gross_amount", "paid_amount", "credited_amount",
)  # fmt: skip
AUDIT_COLUMNS = (
    "id", "provider_id", "at", "actor_id", "actor_name", "address", "customer_id", "act",
    "subject", "subject_id", "subject_name", "read_in", "detail",
)  # fmt: skip
OUTBOX_COLUMNS = (
    "id", "provider_id", "kind", "subject_id", "attempts", "next_try_at", "error", "done_at",
    "parked_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineToIssue:
    """One line of a document; `reasons` is the JSON text to be stored."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    net_amount: Decimal
    vat_rate: Decimal
    vat_code: str
    first_day: date | None
    last_day: date | None
    reasons: str
    claims: UUID | None = None  # the contract's line whose days this line invoices

    def sealed(self, position: int) -> list[Scalar]:
        return [
            position, self.label, self.quantity, self.unit_price, self.net_amount, self.vat_rate,
            self.vat_code, self.first_day, self.last_day, self.reasons,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentToIssue:
    """A whole document but its number; `vat_breakdown` to `reasons` are JSON texts to be stored."""

    kind: InvoiceKind
    document: DocumentType
    customer_id: UUID
    contract_id: UUID | None
    credits_id: UUID | None
    business_day: date
    due_date: date
    first_day: date | None
    last_day: date | None
    payment_method: str
    net_amount: Decimal
    vat_amount: Decimal
    gross_amount: Decimal
    vat_breakdown: str
    seller: str
    buyer: str
    mentions: str
    reasons: str
    lines: tuple[LineToIssue, ...]
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Issue:
    """When and in which series documents are issued, and by whom (None: the daily run)."""

    series: str
    issue_date: date
    at: datetime
    actor_id: UUID | None = None


# A document with the ids of its provider, its customer and itself, as they are written.
Owned = tuple[str, str, str, DocumentToIssue]


def issue_documents(documents: Sequence[DocumentToIssue], issue: Issue) -> list[str]:
    """Number, seal and write documents in the open transaction; return their numbers in order.

    The counter of the series is locked last and held to the end of the transaction.
    Errors: `IssueDateTooEarly` when the series already holds a later date.
    """
    if not documents:
        return []
    counter = lock_counter(issue.series, issue.issue_date)
    numbers = number_block(
        counter.series, counter.year, after=counter.last_number, count=len(documents)
    )
    reached("numbers_taken")
    head_hash = _write_invoices(documents, numbers, counter, issue)
    _write_parts(documents, numbers, issue)
    move_counter(counter, by=len(documents), issue_date=issue.issue_date, head_hash=head_hash)
    return numbers


def _write_invoices(
    documents: Sequence[DocumentToIssue], numbers: Sequence[str], counter: Counter, issue: Issue
) -> str:
    """Write the sealed headers; return the new head of the chain."""
    provider_id, head, rows = current_scope().provider_id, counter.head_hash, []
    for place, (document, number) in enumerate(zip(documents, numbers, strict=True), start=1):
        header = _header(document, number, counter.last_number + place, provider_id, issue)
        lines = [line.sealed(n) for n, line in enumerate(document.lines, start=1)]
        previous, head = head, seal(head, canonical(header, lines))
        rows.append([*header, previous, head])
    reached("invoices_sealed")
    insert_rows(Invoice, INVOICE_COLUMNS, rows)
    reached("invoices_written")
    return head


def _header(
    document: DocumentToIssue, number: str, sequence: int, provider_id: UUID, issue: Issue
) -> list[Scalar]:
    """The values of `SEALED_COLUMNS`."""
    return [
        document.id, provider_id, document.customer_id, document.kind.value,
        document.document.value, document.contract_id, document.credits_id, number, issue.series,
        issue.issue_date.year, sequence, document.business_day, issue.issue_date,
        document.due_date, document.first_day, document.last_day, document.payment_method,
        document.net_amount, document.vat_amount, document.gross_amount, document.vat_breakdown,
        document.seller, document.buyer, document.mentions, document.reasons, issue.at,
    ]  # fmt: skip


def _write_parts(
    documents: Sequence[DocumentToIssue], numbers: Sequence[str], issue: Issue
) -> None:
    """Everything that hangs on the headers, one staged write a table."""
    provider = str(current_scope().provider_id)
    owned = [(provider, str(one.customer_id), str(one.id), one) for one in documents]
    insert_rows(InvoiceLine, LINE_COLUMNS, _line_rows(owned))
    reached("lines_written")
    insert_rows(Claim, CLAIM_COLUMNS, _claim_rows(owned))
    reached("claims_written")
    insert_rows(Settlement, SETTLEMENT_COLUMNS, _settlement_rows(owned, issue))
    reached("settlements_written")
    insert_rows(OutboxItem, OUTBOX_COLUMNS, _outbox_rows(owned, issue))
    reached("outbox_written")
    insert_rows(AuditEntry, AUDIT_COLUMNS, _audit_rows(owned, numbers, issue))
    reached("audit_written")


def _line_rows(owned: Iterable[Owned]) -> Iterator[Sequence[Scalar]]:
    for provider, customer, invoice, document in owned:
        for position, line in enumerate(document.lines, start=1):
            yield (str(uuid7()), provider, customer, invoice, *line.sealed(position))


def _claim_rows(owned: Iterable[Owned]) -> Iterator[Sequence[Scalar]]:
    kind = ClaimKind.SUBSCRIPTION.value
    for provider, customer, invoice, document in owned:
        contract = _text(document.contract_id)
        for line in document.lines:
            if line.claims is not None:
                yield (
                    str(uuid7()), provider, customer, contract, line.claims, kind,
                    line.first_day, line.last_day, invoice, None,
                )  # fmt: skip


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _settlement_rows(owned: Iterable[Owned], issue: Issue) -> Iterator[Sequence[Scalar]]:
    """A credit note settles itself: what it takes off stands on the invoice it names."""
    for provider, customer, invoice, document in owned:
        is_owed = document.kind is InvoiceKind.INVOICE and document.gross_amount > 0
        status = SettlementStatus.OPEN if is_owed else SettlementStatus.PAID
        paid = ZERO if document.kind is InvoiceKind.INVOICE else document.gross_amount
        yield (
            str(uuid7()), provider, customer, invoice, status.value, issue.issue_date,
            document.due_date, document.gross_amount, paid, ZERO,
        )  # fmt: skip


def _outbox_rows(owned: Iterable[Owned], issue: Issue) -> Iterator[Sequence[Scalar]]:
    for provider, _customer, invoice, _document in owned:
        yield (str(uuid7()), provider, PDF, invoice, 0, issue.at, "", None, None)


def _audit_rows(
    owned: Iterable[Owned], numbers: Sequence[str], issue: Issue
) -> Iterator[Sequence[Scalar]]:
    subject, address = Invoice._meta.label_lower, present().address
    actor, name = _text(issue.actor_id), actor_name(issue.actor_id)
    for (provider, customer, invoice, document), number in zip(owned, numbers, strict=True):
        act = f"{document.kind.value.lower()}.issued"
        detail = canonical_json({"number": number, "gross": str(document.gross_amount)})
        yield (
            str(uuid7()), provider, issue.at, actor, name, address, customer, act, subject,
            invoice, number, None, detail,
        )  # fmt: skip
