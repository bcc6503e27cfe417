"""A run that a person asks for: what it will issue is computed first, by the functions that issue.

What the person saw has a digest, and each contract its expected total: an invoice that would come
to another amount by the time it is issued is not issued, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy

from billing.operations.drafting import Desk
from billing.operations.invoice_run import (
    Ready,
    Run,
    ready,
    still_to_issue,
    write_ready,
)
from billing.operations.loading import DueContract, Seller, due_ids, load_contracts, seller_on
from billing.operations.mailing import follow_run
from billing.rules.drafts import Draft
from billing.rules.errors import IssueDateTooEarly
from billing.rules.plan import due_drafts
from contracts.models import Contract
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.money import ZERO
from providers.enums import JobItemState
from providers.faults import FAULTS
from providers.jobs import Chunk, Kind, Result, StopsTheJob, failure
from providers.models import Job
from providers.operations.jobs import Piece, start_job
from providers.permissions import Capability
from providers.queries import local_day
from providers.scoping import open_scope

RUN: Final = "invoice_run"
MOST_AT_ONCE: Final = 5000
GONE: Final = _("Nothing is left to issue: this contract was invoiced or set aside meanwhile.")


class AmountChanged(DomainError):
    """The invoices of a contract no longer come to what the person saw."""


class SeenChanged(DomainError):
    """What is to be issued has changed since the person saw it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Up to which day, and for which offers; no offer named means all of them."""

    day: date
    issued_on: date
    offers: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ComingInvoice:
    """An invoice that the run will issue."""

    contract: DueContract
    draft: Draft


@dataclass(frozen=True, slots=True)
class Faulty:
    """A contract that cannot be invoiced as it stands; it is no part of the run."""

    contract: DueContract
    error: Exception


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run will issue, to the cent; `is_whole` unless there are too many contracts."""

    invoices: tuple[ComingInvoice, ...] = ()
    faulty: tuple[Faulty, ...] = ()
    is_whole: bool = True

    @property
    def net_amount(self) -> Decimal:
        return sum((row.draft.totals.net for row in self.invoices), ZERO)

    @property
    def gross_amount(self) -> Decimal:
        return sum((row.draft.totals.gross for row in self.invoices), ZERO)

    @property
    def digest(self) -> str:
        """Tells one state of what is to be issued from another."""
        seen = sha256()
        for row in self.invoices:
            draft = row.draft
            seen.update(f"{draft.contract_id} {draft.first_day} {draft.totals.gross};".encode())
        return seen.hexdigest()

    def by_contract(self) -> list[tuple[DueContract, list[Draft]]]:
        groups = groupby(self.invoices, key=lambda row: row.contract.facts.id)
        found = [list(rows) for _id, rows in groups]
        return [(rows[0].contract, [row.draft for row in rows]) for rows in found]


def preview_run(choice: Choice) -> Preview:
    """What a run of this choice issues now; nothing is written. Errors: `NoLegalIdentity`."""
    only = None
    if choice.offers:
        only = Contract.objects.filter(offer_version__offer__in=choice.offers).values("id")
    ids = due_ids(choice.day, after=None, limit=MOST_AT_ONCE + 1, only=only)
    if not ids:
        return Preview()
    seller = seller_on(choice.issued_on)
    desk = Desk(seller, day=choice.day, issued_on=choice.issued_on)
    invoices: list[ComingInvoice] = []
    faulty: list[Faulty] = []
    for due in load_contracts([found for _day, found in ids[:MOST_AT_ONCE]], seller=seller):
        try:
            invoices += _coming(due, choice, desk)
        except FAULTS as error:
            faulty.append(Faulty(due, error))
    return Preview(tuple(invoices), tuple(faulty), len(ids) <= MOST_AT_ONCE)


def _coming(due: DueContract, choice: Choice, desk: Desk) -> list[ComingInvoice]:
    drafts = due_drafts(due.facts, choice.day, issued_on=choice.issued_on)
    for draft in drafts:
        desk.document(due, draft)  # what the law wants on it is there, or this refuses
    return [ComingInvoice(due, draft) for draft in drafts]


def start_run(
    *, choice: Choice, seen: str, key: str, about: str, at: datetime, by: UUID | None = None
) -> Job:
    """Ask for the run of what a person saw; sent twice, it is one run.

    Errors: `SeenChanged` when what is to be issued is no longer what was seen; `NothingToDo`.
    """
    known = Job.objects.filter(business_key=f"{RUN}:{key}"[:100], asked_by=by).first()
    if known is not None:
        return known
    preview = preview_run(choice)
    if preview.digest != seen:
        raise SeenChanged(_("The list has changed since you saw it: look at it again."))
    pieces = [_piece(due, drafts) for due, drafts in preview.by_contract()]
    return start_job(
        kind=RUN,
        key=key,
        pieces=pieces,
        parameters={
            "day": choice.day.isoformat(),
            "issued_on": choice.issued_on.isoformat(),
            "about": about,
            "invoices": len(preview.invoices),
            "gross_amount": str(preview.gross_amount),
        },
        asked_by=by,
        at=at,
    )


def _piece(due: DueContract, drafts: Sequence[Draft]) -> Piece:
    total = sum((draft.totals.gross for draft in drafts), ZERO)
    return Piece(
        str(due.facts.id),
        f"{due.reference} · {due.buyer['name']}",
        {"gross_amount": str(total), "invoices": len(drafts)},
    )


@dataclass(frozen=True, slots=True)
class Computed:
    """One chunk before its numbers: each item's documents, or why it has none."""

    seller: Seller
    found: dict[UUID, Ready]
    refused: dict[UUID, Exception]


class InvoiceRun(Kind):
    """One item a contract; its invoices are numbered in the transaction that says so."""

    title = gettext_lazy("Invoice run")
    capability = Capability.INVOICING
    chunk = 50

    def compute(self, chunk: Chunk) -> Computed:
        found: dict[UUID, Ready] = {}
        refused: dict[UUID, Exception] = {}
        with open_scope(chunk.job.provider_id):
            run = _run_of(chunk)
            seller = seller_on(run.issued_on)
            due = load_contracts([UUID(item.key) for item in chunk.items], seller=seller)
        desk = Desk(seller, day=run.day, issued_on=run.issued_on)
        expected = {UUID(item.key): item.parameters for item in chunk.items}
        for contract in due:
            contract_id = contract.facts.id
            try:
                found[contract_id] = _as_expected(run, desk, contract, expected[contract_id])
            except FAULTS as error:
                refused[contract_id] = error
        return Computed(seller, found, refused)

    def write(self, chunk: Chunk, computed: Any) -> Sequence[Result]:
        run = _run_of(chunk)
        waiting = list(computed.found.values())
        fresh = still_to_issue(run, waiting, is_waiting_for_others=True)
        try:
            made = write_ready(run, computed.seller, fresh)
        except IssueDateTooEarly as error:
            raise StopsTheJob(error.message, code=error.code, params=error.params) from error
        open_ids = _still_due(run, [one.contract_id for one in waiting])
        return [_result(UUID(item.key), made, computed, open_ids) for item in chunk.items]

    def finish(self, job: Job, at: datetime) -> Job | None:
        return follow_run(job, at)


def _run_of(chunk: Chunk) -> Run:
    """Dated the day it is issued (R2): a run that is resumed on Monday is not dated Friday."""
    job, asked = chunk.job, chunk.job.parameters
    issued_on = max(date.fromisoformat(asked["issued_on"]), local_day(chunk.at))
    day = date.fromisoformat(asked["day"])
    return Run(job.provider_id, day, issued_on, chunk.at, job.asked_by)


def _as_expected(run: Run, desk: Desk, due: DueContract, expected: dict[str, Any]) -> Ready:
    """The documents of a contract, unless they come to another amount than was seen."""
    one = ready(run, desk, due)
    total = sum((document.gross_amount for document in one.documents), ZERO)
    if one.documents and total != Decimal(expected["gross_amount"]):
        raise AmountChanged(
            _("The total is now %(total)s and was %(seen)s when you saw it: look at it again."),
            params={"total": total, "seen": Decimal(expected["gross_amount"])},
        )
    return one


def _still_due(run: Run, ids: Sequence[UUID]) -> set[UUID]:
    return {found for _day, found in due_ids(run.day, after=None, limit=len(ids) + 1, only=ids)}


def _result(
    contract_id: UUID, made: dict[UUID, list[tuple[UUID, str]]], computed: Computed, due: set[UUID]
) -> Result:
    if contract_id in computed.refused:
        return failure(computed.refused[contract_id])
    if made.get(contract_id):
        rows = made[contract_id]
        return Result(
            made=[{"what": "invoice", "id": str(pk), "label": label} for pk, label in rows]
        )
    if contract_id in due and contract_id not in made:
        changed = AmountChanged(_("This contract has changed while it was being invoiced."))
        return failure(changed)
    return Result(JobItemState.SKIPPED, code="gone", template=GONE)


__all__ = ["RUN", "Choice", "InvoiceRun", "Preview", "preview_run", "start_run"]
