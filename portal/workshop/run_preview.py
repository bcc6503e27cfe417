"""What the next run will issue, by the function that will issue it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from billing.operations.loading import DueContract, due_ids, load_contracts, seller_on
from billing.rules.drafts import Draft
from billing.rules.plan import due_drafts
from core.errors import DomainError
from core.money import ZERO

# Computed while a person waits; a longer run is counted whole and summed so far.
COMPUTED_AT_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class DraftRow:
    """An invoice to come, with the contract and the customer it is for."""

    reference: str
    customer: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class NextRun:
    """The invoices of the next day that has any; `is_whole` when all of them were computed."""

    day: date | None
    rows: tuple[DraftRow, ...]
    contracts: int
    is_whole: bool
    faulty: tuple[str, ...]  # contracts that the run would set aside

    @property
    def net_amount(self) -> Decimal:
        return sum((row.draft.totals.net for row in self.rows), ZERO)

    @property
    def vat_amount(self) -> Decimal:
        return sum((row.draft.totals.vat for row in self.rows), ZERO)

    @property
    def gross_amount(self) -> Decimal:
        return sum((row.draft.totals.gross for row in self.rows), ZERO)


NOTHING: Final = NextRun(None, (), 0, is_whole=True, faulty=())


def next_run(today: date) -> NextRun:
    """The next day on which invoices are issued, today included, and what they come to."""
    to_come = due_ids(date.max, after=None, limit=COMPUTED_AT_MOST + 1)
    if not to_come:
        return NOTHING
    day = max(to_come[0][0], today)
    ids = [contract_id for due, contract_id in to_come if due <= day]
    known = load_contracts(ids[:COMPUTED_AT_MOST], seller=seller_on(day))
    rows: list[DraftRow] = []
    faulty: list[str] = []
    for due in known:
        try:
            rows += _rows(due, day)
        except DomainError:
            faulty.append(due.reference)
    return NextRun(day, tuple(rows), len(ids), len(ids) <= COMPUTED_AT_MOST, tuple(faulty))


def _rows(due: DueContract, day: date) -> list[DraftRow]:
    drafts = due_drafts(due.facts, day)
    return [DraftRow(due.reference, due.buyer["name"], draft) for draft in drafts]
