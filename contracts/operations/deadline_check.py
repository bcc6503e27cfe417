"""The whole of the stored deadlines computed again from the terms, to show none has drifted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

from contracts.models import Contract
from contracts.queries import terms_by_hash
from contracts.rules.terms import Terms
from providers.scoping import open_scope

BATCH: Final = 2000
_Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class DriftedDeadline:
    """A contract whose stored days are not those its terms give."""

    contract_id: UUID
    stored: _Days
    computed: _Days


def drifted_deadlines(*, provider_id: UUID) -> list[DriftedDeadline]:
    """The contracts in force whose `ends_on` or `notice_deadline` differ from what the rules say.

    Reads everything and writes nothing; the daily steps never need it. Empty is what it should be.
    """
    drifted = []
    with open_scope(provider_id):
        rows = Contract.objects.in_force().order_by("id")
        terms = terms_by_hash(set(rows.order_by().values_list("terms_hash", flat=True).distinct()))
        deadlines = _deadlines(terms)
        columns = ("id", "terms_hash", "term_number", "signed_on", "starts_on", "stated_months")
        stored = rows.values_list(*columns, "ends_on", "notice_deadline")
        for contract_id, *choices, ends_on, notice_deadline in stored.iterator(BATCH):
            computed = deadlines(*choices)
            if computed != (ends_on, notice_deadline):
                kept = (ends_on, notice_deadline)
                drifted.append(DriftedDeadline(contract_id, kept, computed))
    return drifted


def _deadlines(terms: dict[str, Terms]) -> Callable[..., _Days]:
    """The rule as a function of a contract's choices; contracts with the same ones share it."""

    @cache
    def computed(
        terms_hash: str, number: int, signed_on: date, starts_on: date, months: int | None
    ) -> _Days:
        agreed = terms[terms_hash]
        term = agreed.duration.term(
            number, signed_on=signed_on, starts_on=starts_on, stated_months=months
        )
        if term is None:
            return None, None
        notice = agreed.notice.deadline(term.value).value if agreed.notice else None
        return term.value.last_day, notice

    return computed
