"""The invoice run: what is due is computed outside any lock, then issued chunk by chunk.

A chunk is at most 500 contracts, one transaction: contracts locked, numbers taken last,
everything of each invoice written together. Whatever happens in between, running again issues
exactly what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from billing.models import PreparedInvoice
from billing.operations.drafting import Desk, with_claims
from billing.operations.issuing import DocumentToIssue, Issue, issue_documents
from billing.operations.loading import (
    DueContract,
    Seller,
    due_ids,
    is_anything_due,
    load_contracts,
    not_set_aside,
    seller_on,
)
from billing.operations.preparing import prepare_due
from billing.rules.errors import IssueDateTooEarly
from billing.rules.plan import due_drafts, next_invoice_on
from contracts.models import Contract
from contracts.operations.parking import park
from core.steps import reached
from providers.enums import InvoicingMode
from providers.faults import FAULTS
from providers.scoping import open_scope

CHUNK = 500
STEP: Final = "invoicing"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the business day, the day printed, the instant written, and who asked for it."""

    provider_id: UUID
    day: date
    issued_on: date
    at: datetime
    actor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A contract whose invoices are complete but for their numbers."""

    contract_id: UUID
    seen: date | None  # its next invoice day when it was read; anything else by now is stale
    documents: tuple[DocumentToIssue, ...]
    next_invoice_on: date | None


def invoice_due(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """The daily step: issue what is due, or prepare it where a person releases the invoices."""
    with open_scope(provider_id):
        if not is_anything_due(day):
            return 0
        mode = seller_on(issued_on).profile.invoicing_mode
    run = Run(provider_id, day, issued_on, at)
    if mode == InvoicingMode.ON_APPROVAL:
        return prepare_due(provider_id=provider_id, day=day, issued_on=issued_on, at=at)
    return issue_due(run)


def issue_due(run: Run, *, only: Sequence[UUID] | None = None) -> int:
    """Issue every invoice due by the day, or those of the given contracts; return how many.

    A contract that cannot be invoiced is parked with its reason, and the run goes on. Errors:
    `IssueDateTooEarly` stops the run: the clock went back.
    """
    reached("run_started")
    issued, after = 0, None
    while True:
        with open_scope(run.provider_id):
            ids = due_ids(run.day, after=after, limit=CHUNK, only=only)
            seller = seller_on(run.issued_on) if ids else None
        if not ids or seller is None:
            reached("run_finished")
            return issued
        reached("chunk_selected")
        after = ids[-1]
        issued += _issue_chunk(run, seller, [contract_id for _day, contract_id in ids])


def _issue_chunk(run: Run, seller: Seller, ids: list[UUID]) -> int:
    with open_scope(run.provider_id):
        due = load_contracts(ids, seller=seller)
    reached("chunk_loaded")
    desk = Desk(seller, day=run.day, issued_on=run.issued_on)
    found = [one for contract in due if (one := _compute(run, desk, contract))]
    reached("documents_computed")
    try:
        return _write(run, seller, found)
    except IssueDateTooEarly:
        raise
    except FAULTS:
        return sum(_write_alone(run, seller, one) for one in found)


def ready(run: Run, desk: Desk, due: DueContract) -> Ready:
    """The documents of one contract. Errors: whatever is wrong with it; it takes no number."""
    drafts = due_drafts(due.facts, run.day, issued_on=run.issued_on)
    documents = tuple(desk.document(due, draft) for draft in drafts)
    following = next_invoice_on(with_claims(due.facts, drafts))
    return Ready(due.facts.id, due.next_invoice_on, documents, following)


def _compute(run: Run, desk: Desk, due: DueContract) -> Ready | None:
    """A fault parks the contract, and the run goes on."""
    try:
        return ready(run, desk, due)
    except FAULTS as error:
        _park(run, due.facts.id, error)
        return None


def _park(run: Run, contract_id: UUID, error: Exception) -> None:
    with open_scope(run.provider_id):
        park(
            contract=Contract(id=contract_id), step=STEP, error=error, day=run.issued_on, at=run.at
        )


def _write(run: Run, seller: Seller, found: list[Ready]) -> int:
    """Everything of a chunk in one transaction; the counter's row is the last lock."""
    with open_scope(run.provider_id):
        reached("transaction_open")
        fresh = still_to_issue(run, found)
        reached("contracts_locked")
        made = write_ready(run, seller, fresh)
        reached("before_commit")
    reached("after_commit")
    return sum(map(len, made.values()))


def write_ready(run: Run, seller: Seller, fresh: list[Ready]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Issue contracts locked and still due, in the open transaction: ids and numbers of each.

    Errors: `IssueDateTooEarly`.
    """
    documents = [document for one in fresh for document in one.documents]
    _move(fresh)
    reached("contracts_moved")
    issue = Issue(seller.profile.invoice_prefix, run.issued_on, run.at, run.actor_id)
    numbers = iter(issue_documents(documents, issue))
    _forget_prepared(fresh)
    return {
        one.contract_id: [(document.id, next(numbers)) for document in one.documents]
        for one in fresh
    }


def _write_alone(run: Run, seller: Seller, one: Ready) -> int:
    try:
        return _write(run, seller, [one])
    except IssueDateTooEarly:
        raise
    except FAULTS as error:
        _park(run, one.contract_id, error)
        return 0


def still_to_issue(
    run: Run, found: list[Ready], *, is_waiting_for_others: bool = False
) -> list[Ready]:
    """Those still as they were read, locked; a contract another run holds is left to it.

    Who must say of each contract what became of it waits for the other run instead.
    """
    rows = (
        not_set_aside(Contract.objects.to_invoice(run.day))
        .filter(id__in=[one.contract_id for one in found])
        .order_by("id")
        .select_for_update(skip_locked=not is_waiting_for_others, of=("self",))
        .values_list("id", "next_invoice_on")
    )
    due = dict(rows)
    return [one for one in found if one.contract_id in due and due[one.contract_id] == one.seen]


def _move(fresh: list[Ready]) -> None:
    """Give every contract its next invoice day, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contracts_contract AS c SET next_invoice_on = moved.day "
            "FROM unnest(%s::uuid[], %s::date[]) AS moved(id, day) WHERE c.id = moved.id",
            [[one.contract_id for one in fresh], [one.next_invoice_on for one in fresh]],
        )


def _forget_prepared(fresh: list[Ready]) -> None:
    """What was issued no longer waits for a person."""
    issued = [one.contract_id for one in fresh if one.documents]
    PreparedInvoice.objects.filter(contract__in=issued).delete()
