"""What a contract is invoiced, and when: the run, the pages and the forecast all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from billing.rules.bounds import MOST_INVOICES_A_DAY, check_drafts, check_lines
from billing.rules.drafts import (
    Book,
    Draft,
    book_of,
    draft_for,
    is_worth_invoicing,
    schedule_of,
)
from billing.rules.schedule import Slot
from contracts.rules.facts import ContractFacts
from core.periods import add_months

MONTHS_WITHOUT_PRICE = 24


def _since(facts: ContractFacts) -> date | None:
    """The day before which no line has anything left to invoice."""
    days = [
        max(line.billed_before or facts.starts_on, line.prices[0].applies_from)
        for line in facts.lines
        if line.prices
    ]
    return min(days, default=None)


def open_slots(facts: ContractFacts, book: Book) -> Iterator[Slot]:
    """The slots of a contract from the first that may be open on, to its end when it has one.

    The slot that holds the last day of the contract is cut there (D6, D7).
    """
    since = _since(facts)
    if since is None:
        return
    for slot in schedule_of(facts, book).slots(since):
        if facts.last_day is not None and slot.last_day > facts.last_day:
            if slot.first_day <= facts.last_day:
                yield slot.cut_at(facts.last_day, book.method)
            return
        yield slot


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due on a day, and the day the invoice after those is to be issued."""

    drafts: tuple[Draft, ...]
    next_invoice_on: date | None


def plan(
    facts: ContractFacts,
    day: date,
    *,
    issued_on: date | None = None,
    most: int = MOST_INVOICES_A_DAY,
) -> Plan:
    """Every invoice of the subscription due by a day and not yet claimed, and when the next is.

    P1, P2, P5, P6, B2, B7. In the order of their periods; the lines of the contract share the
    invoice of a period. `day` is the business day, `issued_on` the one printed on the document:
    the same, unless the run catches up. `next_invoice_on` holds once the drafts are issued.
    Errors: `DomainError`, which parks the contract; nothing of it is invoiced that day. More than
    `most` invoices are an error too: who looked at them and agrees asks for more.
    """
    check_lines(facts)
    book = book_of(facts)
    slots = open_slots(facts, book)
    drafts, later = [], None
    for slot in slots:
        if slot.issue_day > day:
            later = slot
            break
        draft = draft_for(facts, slot, book, issued_on=issued_on or day)
        if draft is not None:
            drafts.append(draft)
    check_drafts(facts, drafts, day, most=most)
    following = slots if later is None else chain([later], slots)
    return Plan(tuple(drafts), _next_issue(facts, book, following))


def due_drafts(
    facts: ContractFacts,
    day: date,
    *,
    issued_on: date | None = None,
    most: int = MOST_INVOICES_A_DAY,
) -> tuple[Draft, ...]:
    """The drafts of `plan`: what the run issues that day."""
    return plan(facts, day, issued_on=issued_on, most=most).drafts


def next_invoice_on(facts: ContractFacts) -> date | None:
    """The day the next unclaimed invoice is to be issued; none when there will be no more."""
    book = book_of(facts)
    return _next_issue(facts, book, open_slots(facts, book))


def _next_issue(facts: ContractFacts, book: Book, slots: Iterator[Slot]) -> date | None:
    horizon: date | None = None
    for slot in slots:
        if is_worth_invoicing(facts, slot, book):
            return slot.issue_day
        horizon = horizon or _horizon(facts)
        if slot.first_day > horizon:
            break
    return None


def _horizon(facts: ContractFacts) -> date:
    """Prices stand still after their last change: two years on, nothing new can come up."""
    changes = [price.applies_from for line in facts.lines for price in line.prices]
    claims = [day for line in facts.lines for day in line.claimed]
    since = _since(facts) or facts.starts_on
    return add_months(max((*changes, *claims, since)), MONTHS_WITHOUT_PRICE)
