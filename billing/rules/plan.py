"""What a contract is invoiced, and when: the run, the pages and the forecast all ask here."""

from collections.abc import Iterator
from datetime import date

from billing.rules.bounds import check_drafts, check_lines
from billing.rules.drafts import Draft, draft_for, is_worth_invoicing, schedule_of
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


def open_slots(facts: ContractFacts) -> Iterator[Slot]:
    """The slots of a contract from the first that may be open on, to its end when it has one.

    The slot that holds the last day of the contract is cut there (D6, D7).
    """
    since = _since(facts)
    if since is None:
        return
    for slot in schedule_of(facts).slots(since):
        if facts.last_day is not None and slot.last_day > facts.last_day:
            if slot.first_day <= facts.last_day:
                yield slot.cut_at(facts.last_day)
            return
        yield slot


def due_drafts(facts: ContractFacts, day: date, *, issued_on: date | None = None) -> list[Draft]:
    """Every invoice of the subscription due by a day and not yet claimed (P1, P2, P5, P6, B2, B7).

    In the order of their periods; the lines of the contract share the invoice of a period. `day`
    is the business day, `issued_on` the one printed, the same unless the run catches up.
    Errors: `BillingFault`, which parks the contract; nothing else of it is invoiced that day.
    """
    check_lines(facts)
    drafts = []
    for slot in open_slots(facts):
        if slot.issue_day > day:
            break
        draft = draft_for(facts, slot, issued_on=issued_on or day)
        if draft is not None:
            drafts.append(draft)
    check_drafts(facts, drafts, day)
    return drafts


def next_invoice_on(facts: ContractFacts) -> date | None:
    """The day the next unclaimed invoice is to be issued; none when there will be no more.

    Prices stand still after their last change: two years on, nothing new can come up.
    """
    changes = [price.applies_from for line in facts.lines for price in line.prices]
    claims = [day for line in facts.lines for day in line.claimed]
    horizon = add_months(
        max((*changes, *claims, facts.starts_on, _since(facts) or facts.starts_on)),
        MONTHS_WITHOUT_PRICE,
    )
    for slot in open_slots(facts):
        if is_worth_invoicing(facts, slot):
            return slot.issue_day
        if slot.first_day > horizon:
            break
    return None
