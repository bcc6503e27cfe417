"""The daily step that renews contracts tacitly, or ends those whose last day is past (D1–D4)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from contracts.enums import ContractStatus, EndReason
from contracts.models import Contract, ContractTerm
from contracts.operations.alerts import raise_missed_alerts
from contracts.operations.chunks import work_through
from contracts.operations.kept import kept
from contracts.operations.term_rows import term_row
from contracts.operations.trail import record_all
from contracts.queries import terms_by_hash
from contracts.rules.terms import Terms
from core.french import long_date
from core.reasons import Reason, reasons_as_json
from providers.scoping import open_scope

STEP = "renewals"


def renew_and_end(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """Open the next term of each contract whose term is over, or end it; return how many.

    Several missed terms are opened one by one. Doing it twice finds nothing more to do.
    """
    with open_scope(provider_id):
        due = Contract.objects.to_renew(day).order_by("ends_on", "id")
        ids = list(due.values_list("id", flat=True))
    return work_through(
        provider_id=provider_id,
        ids=ids,
        do=partial(_renew_chunk, day=day, at=at),
        step=STEP,
        day=issued_on,
        at=at,
    )


@dataclass(slots=True)
class _Outcome:
    contract: Contract
    opened: list[ContractTerm] = field(default_factory=list)
    is_ended: bool = False


def _renew_chunk(ids: Sequence[UUID], *, day: date, at: datetime) -> int:
    due = Contract.objects.to_renew(day).filter(id__in=ids).defer("terms").order_by("id")
    contracts = list(due.select_for_update())
    terms = terms_by_hash({contract.terms_hash for contract in contracts})
    outcomes = [_outcome(contract, terms[contract.terms_hash], day) for contract in contracts]
    _write_renewed([outcome for outcome in outcomes if outcome.opened], day=day, at=at)
    _write_ended([outcome for outcome in outcomes if outcome.is_ended], terms, day=day, at=at)
    return sum(bool(outcome.opened) or outcome.is_ended for outcome in outcomes)


def _outcome(contract: Contract, terms: Terms, day: date) -> _Outcome:
    """The terms that began up to that day; a contract whose end is known opens none (D5)."""
    outcome = _Outcome(contract)
    signed_on = kept(contract.signed_on, "signed_on")
    while kept(contract.ends_on, "ends_on") < day:
        number = contract.term_number + 1
        row = None
        if not contract.end_reason:
            row = term_row(contract, terms, number=number, signed_on=signed_on)
        if row is None:
            outcome.is_ended = not _has_work_left(contract)
            break
        outcome.opened.append(row)
        contract.term_number, contract.ends_on = number, row.last_day
        contract.notice_deadline = row.notice_deadline
    return outcome


def _has_work_left(contract: Contract) -> bool:
    """An invoice or a revision due by the last day comes first, were it weeks late.

    It was parked, or an invoice waits to be released: the end is recorded once they are done.
    """
    last_day = kept(contract.ended_on or contract.ends_on, "ends_on")
    due = (contract.next_invoice_on, contract.next_revision_on)
    return any(day is not None and day <= last_day for day in due)


def _write_renewed(outcomes: Sequence[_Outcome], *, day: date, at: datetime) -> None:
    ContractTerm.objects.bulk_create(row for outcome in outcomes for row in outcome.opened)
    renewed = [outcome.contract for outcome in outcomes]
    _save(renewed, ("term_number", "ends_on", "notice_deadline"))
    raise_missed_alerts(renewed, day=day)
    record_all(
        "contract.renewed",
        (
            (outcome.contract, {"term": row.number, "last_day": str(row.last_day)})
            for outcome in outcomes
            for row in outcome.opened
        ),
        at=at,
    )


def _write_ended(
    outcomes: Sequence[_Outcome], terms: dict[str, Terms], *, day: date, at: datetime
) -> None:
    ended = [outcome.contract for outcome in outcomes]
    for contract in ended:
        contract.status = ContractStatus.ENDED
        contract.end_recorded_on = contract.end_recorded_on or day
        if not contract.end_reason:
            _end_with_the_term(contract, terms[contract.terms_hash])
    _save(ended, ("status", "ended_on", "end_recorded_on", "end_reason"), with_reasons=True)
    record_all(
        "contract.ended",
        ((row, {"last_day": str(row.ended_on), "reason": row.end_reason}) for row in ended),
        at=at,
    )


def _end_with_the_term(contract: Contract, terms: Terms) -> None:
    """D1: the contract ends with its term, because its terms do not renew it."""
    rule, clause = terms.duration.rules[0], terms.duration.clause
    contract.ended_on = kept(contract.ends_on, "ends_on")
    formula = f"fin le {long_date(contract.ended_on)}, sans reconduction"
    is_civil_year = terms.duration.kind == "civil_year"
    contract.end_reason = EndReason.CIVIL_YEAR if is_civil_year else EndReason.TERM_OVER
    contract.end_reasons = reasons_as_json([Reason(rule, clause, formula)])


def _save(
    contracts: Iterable[Contract], columns: tuple[str, ...], *, with_reasons: bool = False
) -> None:
    """One UPDATE for all the contracts that receive the same values: most of a day's do."""
    same: dict[tuple[Any, ...], list[Contract]] = defaultdict(list)
    for contract in contracts:
        same[tuple(getattr(contract, column) for column in columns)].append(contract)
    for values, rows in same.items():
        changes = dict(zip(columns, values, strict=True))
        if with_reasons:
            changes["end_reasons"] = rows[0].end_reasons
        Contract.objects.filter(id__in=[row.id for row in rows]).update(**changes)
