"""What no run may exceed: beyond it, the contract is parked and somebody looks (R5)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from billing.rules.drafts import Draft
from billing.rules.errors import (
    DuplicateItem,
    OverlappingItems,
    TooFarAhead,
    TooManyInvoices,
    UnusualTotal,
)
from contracts.rules.facts import ContractFacts
from core.errors import gettext_noop as _
from core.periods import add_months

MOST_MONTHS_AHEAD: Final = 36
MOST_INVOICES_A_DAY: Final = 24
MOST_TIMES_THE_LAST: Final = 5


def check_lines(facts: ContractFacts) -> None:
    """Refuse a contract that lists a line twice: it would be claimed twice."""
    if len({line.id for line in facts.lines}) != len(facts.lines):
        raise DuplicateItem(_("A line of the contract is there twice."), field="lines")


def check_drafts(
    facts: ContractFacts, drafts: Sequence[Draft], day: date, *, most: int = MOST_INVOICES_A_DAY
) -> None:
    """Refuse drafts too many for a day, too far ahead, or over days already invoiced."""
    if len(drafts) > most:
        raise TooManyInvoices(
            _("%(count)s invoices are due for this contract on %(day)s."),
            params={"count": len(drafts), "day": day.isoformat()},
        )
    for draft in drafts:
        if draft.first_day > add_months(day, MOST_MONTHS_AHEAD):
            raise TooFarAhead(
                _("The period from %(first)s starts more than 36 months ahead."),
                params={"first": draft.first_day.isoformat()},
            )
        _check_overlap(facts, draft)


def _check_overlap(facts: ContractFacts, draft: Draft) -> None:
    billed = {line.line_id for line in draft.lines}
    for line in facts.lines:
        inside = (draft.first_day < day <= draft.last_day for day in line.claimed)
        if line.claimed and line.id in billed and any(inside):
            raise OverlappingItems(
                _("The period from %(first)s to %(last)s is invoiced in part already."),
                params={
                    "first": draft.first_day.isoformat(),
                    "last": draft.last_day.isoformat(),
                },
            )


def check_total(total: Decimal, *, last_total: Decimal | None, is_approved: bool = False) -> None:
    """Refuse a total far from the last one of the contract until a person approves it.

    >>> check_total(Decimal("300.00"), last_total=Decimal("166.67"))
    >>> check_total(Decimal("3000.00"), last_total=Decimal("300.00"))
    Traceback (most recent call last):
    billing.rules.errors.UnusualTotal: 3000.00 is far from the last total, 300.00.
    """
    if is_approved or not last_total:
        return
    if not last_total / MOST_TIMES_THE_LAST <= total <= last_total * MOST_TIMES_THE_LAST:
        raise UnusualTotal(
            _("%(total)s is far from the last total, %(last)s."),
            params={"total": total, "last": last_total},
        )
