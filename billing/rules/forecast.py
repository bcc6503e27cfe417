"""What will happen to a contract over the months to come, by the very rules that will do it.

Terms, revisions and invoices are asked of the same functions as the daily run asks, in the order
of its steps: nothing here computes an amount. After the last index known, prices stand still.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from billing.rules.drafts import Draft, claim
from billing.rules.plan import plan
from contracts.rules.facts import ContractFacts
from contracts.rules.index_table import IndexTable
from contracts.rules.indexation import Revision, revise
from core.periods import Period, add_months
from core.reasons import Reason


@dataclass(frozen=True, slots=True)
class TermOpened:
    """A term begins, by signature or tacit renewal (D1–D4)."""

    day: date
    number: int
    period: Period
    notice_deadline: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PriceRevised:
    """A revision day, whatever comes of it; `at_unchanged_index` past the last value known."""

    day: date
    revision: Revision
    at_unchanged_index: bool


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    """An invoice of the subscription; `at_unchanged_index` when such a revision prices it."""

    day: date
    draft: Draft
    at_unchanged_index: bool


Event = TermOpened | PriceRevised | InvoiceIssued


class _Terms:
    """The terms of a contract, opened one after the other until its end."""

    def __init__(self, facts: ContractFacts) -> None:
        self._facts = facts
        self._number = 0
        self.next: TermOpened | None = None
        self.is_over = False
        self.advance()

    def advance(self) -> None:
        facts, self._number = self._facts, self._number + 1
        term = facts.terms.duration.term(
            self._number,
            signed_on=facts.signed_on,
            starts_on=facts.starts_on,
            stated_months=facts.stated_months,
        )
        ended = (
            facts.last_day is not None
            and term is not None
            and (term.value.first_day > facts.last_day)
        )
        if term is None or ended:
            self.next, self.is_over = None, True
            return
        notice = facts.terms.notice.deadline(term.value) if facts.terms.notice else None
        self.next = TermOpened(
            day=facts.signed_on if self._number == 1 else term.value.first_day,
            number=self._number,
            period=term.value,
            notice_deadline=notice.value if notice else None,
            reasons=(*term.reasons, *(notice.reasons if notice else ())),
        )


def last_day_of(facts: ContractFacts) -> date | None:
    """The last day of the contract: the one recorded, or that of terms that are not renewed."""
    if facts.last_day is not None or facts.terms.duration.is_renewed:
        return facts.last_day
    term = facts.terms.duration.term(
        1,
        signed_on=facts.signed_on,
        starts_on=facts.starts_on,
        stated_months=facts.stated_months,
    )
    return term.value.last_day if term else None


def _next_revision(facts: ContractFacts) -> date | None:
    due, last_day = facts.next_revision_day(), last_day_of(facts)
    return None if due is None or (last_day is not None and due > last_day) else due


def revise_until(
    facts: ContractFacts, table: IndexTable, day: date
) -> tuple[ContractFacts, list[Revision]]:
    """The contract after every revision up to a day, each with what was published on its own day.

    A contract that is over is no longer revised.
    """
    indexation, revisions = facts.terms.indexation, list[Revision]()
    while indexation.kind == "syntec" and (due := _next_revision(facts)) is not None:
        if due > day:
            break
        revision = revise(
            indexation,
            day=due,
            agreed_on=facts.signed_on,
            prices=facts.prices_to_revise(due),
            table=table,
            last_applied=facts.last_applied,
            accepts_estimates=facts.is_demonstration,
        )
        revisions.append(revision)
        facts = facts.revised(revision)
    return facts, revisions


class _Future:
    """The contract as it moves from one day on which something happens to the next."""

    def __init__(self, facts: ContractFacts, table: IndexTable, today: date) -> None:
        self._facts = facts
        self._table = table
        self._terms = _Terms(facts)
        self._unchanged_from: date | None = None
        self._next_invoice: date | None = None
        while self._terms.next and self._terms.next.day < today:
            self._terms.advance()

    def happens_on(self, day: date) -> Iterator[Event]:
        """Everything of a day, in the order of the daily run's steps."""
        while (term := self._terms.next) and term.day <= day:
            yield term
            self._terms.advance()
        yield from self._revisions(day)
        yield from self._invoices(day)

    def _revisions(self, day: date) -> Iterator[PriceRevised]:
        self._facts, revisions = revise_until(self._facts, self._table, day)
        last = self._table.last_publication
        for revision in revisions:
            is_past = last is None or revision.day > last
            if is_past and self._unchanged_from is None:
                self._unchanged_from = revision.day
            yield PriceRevised(day, revision, is_past)

    def _invoices(self, day: date) -> Iterator[InvoiceIssued]:
        due = plan(self._facts, day)
        self._facts = claim(self._facts, due.drafts)
        self._next_invoice = due.next_invoice_on
        since = self._unchanged_from
        for draft in due.drafts:
            yield InvoiceIssued(day, draft, since is not None and draft.first_day >= since)

    def next_day(self) -> date | None:
        """The first day after this one on which anything happens."""
        term = self._terms.next.day if self._terms.next else None
        days = (term, _next_revision(self._facts), self._next_invoice)
        return min((day for day in days if day is not None), default=None)


def forecast(
    facts: ContractFacts, table: IndexTable, today: date, *, months: int = 24
) -> list[Event]:
    """Terms, revisions and invoices from today on, in order, on the index values known.

    What was due before and is not done comes out on the first day, as in the run that catches up.
    Errors: those of `plan`, which would park the contract.
    """
    future, until, day = _Future(facts, table, today), add_months(today, months), today
    events: list[Event] = []
    while day <= until:
        events += future.happens_on(day)
        following = future.next_day()
        if following is None:
            break
        day = following
    return events
