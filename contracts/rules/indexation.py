"""The yearly revision of prices on the Syntec index (P7–P10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from contracts.rules.index_table import (
    OLD,
    REVISED,
    IndexTable,
    Observation,
    estimated_publication,
    months_between,
)
from contracts.rules.part import DayOfMonth, Exact, MonthNumber, Part
from core.french import euros, long_date, month_name, number
from core.money import ZERO, to_cents
from core.periods import month_length, months_elapsed
from core.reasons import Reason

__all__ = [
    "AnyIndexation",
    "IndexTable",
    "LastApplied",
    "NoIndexation",
    "Observation",
    "RevisedLine",
    "Revision",
    "SyntecIndexation",
    "UsedIndex",
    "estimated_publication",
    "revise",
]

PriceLineKind = Literal["base", "equipment", "option", "adjustment", "overage"]
SPAN_LAW: Final = "Code monétaire et financier, art. L112-1"
UNLINKED: Final = Decimal(1)


class NoIndexation(Part):
    """A price that holds for the whole contract, and changes by agreement alone."""

    rules: ClassVar[tuple[str, ...]] = ("P7",)

    kind: Literal["none"]

    def next_revision_day(self, after: date) -> date | None:
        return None


class SyntecIndexation(Part):
    """P7–P10 (003 art. 3.2; 004, conditions financières): on the same day of every year.

    >>> january = SyntecIndexation(kind="syntec", clause="CGV art. 3.2", month=1, day=1)
    >>> january.next_revision_day(date(2026, 2, 10))
    datetime.date(2027, 1, 1)
    """

    rules: ClassVar[tuple[str, ...]] = ("P7", "P8", "P9", "P10")

    kind: Literal["syntec"]
    month: MonthNumber
    day: DayOfMonth = 1
    may_fall: bool = True
    revised_lines: tuple[PriceLineKind, ...] = (
        "base",
        "equipment",
        "option",
        "adjustment",
        "overage",
    )
    revises_tariffs: bool = False
    link_coefficient: Exact = Decimal("0.97975")

    def revision_day(self, year: int) -> date:
        return date(year, self.month, min(self.day, month_length(year, self.month)))

    def next_revision_day(self, after: date) -> date | None:
        """The first revision day that comes after a day."""
        this_year = self.revision_day(after.year)
        return this_year if this_year > after else self.revision_day(after.year + 1)


AnyIndexation = Annotated[NoIndexation | SyntecIndexation, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class UsedIndex:
    """An index as a revision used it: `series` is the contract's, `coefficient` links to it."""

    series: str
    month: str
    value: Decimal
    published: date
    is_estimated: bool = False
    coefficient: Decimal = UNLINKED

    @property
    def linked_value(self) -> Decimal:
        """The exact value in the contract's series; it is never rounded."""
        return self.value * self.coefficient

    @property
    def in_french(self) -> str:
        link = "" if self.coefficient == UNLINKED else f" × {number(self.coefficient)}"
        return f"{number(self.value)}{link}"

    @property
    def origin(self) -> str:
        said = "date estimée :" if self.is_estimated else "publié le"
        published = f"{said} {long_date(self.published)}"
        return f"{month_name(self.month)} : {self.in_french} ({published})"


@dataclass(frozen=True, slots=True)
class LastApplied:
    """The last revision that changed the price: base and elapsed months run from it (P7)."""

    day: date
    index: UsedIndex


@dataclass(frozen=True, slots=True)
class RevisedLine:
    """One recurring price line before and after, each rounded half up on its own."""

    key: str
    old_price: Decimal
    new_price: Decimal
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """What came of a revision day. Only an applied one is a « last revision » for the next.

    `code` says why nothing was applied: no_index, no_newer_index or index_fell (unchanged),
    index_period_too_long or index_estimated (held for a person).
    """

    day: date
    outcome: Literal["applied", "unchanged", "held"]
    code: str
    base: UsedIndex | None
    latest: UsedIndex | None
    lines: tuple[RevisedLine, ...]
    reasons: tuple[Reason, ...]

    @property
    def old_price(self) -> Decimal:
        return sum((line.old_price for line in self.lines), ZERO)

    @property
    def new_price(self) -> Decimal:
        return sum((line.new_price for line in self.lines), ZERO)

    @property
    def last_applied(self) -> LastApplied | None:
        """What the next revision starts from, when this one was applied."""
        if self.outcome != "applied" or self.latest is None:
            return None
        return LastApplied(self.day, self.latest)


@dataclass(frozen=True, slots=True)
class _Standstill:
    outcome: Literal["unchanged", "held"]
    code: str
    reason: Reason


def _used(observation: Observation, series: str, coefficient: Decimal) -> UsedIndex:
    is_linked = series == OLD and observation.series == REVISED
    return UsedIndex(
        series=series,
        month=observation.month,
        value=observation.value,
        published=observation.published,
        is_estimated=observation.is_estimated,
        coefficient=coefficient if is_linked else UNLINKED,
    )


def _span_problem(base: UsedIndex, latest: UsedIndex, since: date, day: date) -> Reason | None:
    """L112-1: an index may not move over more months than the price it revises has stood."""
    span, elapsed = months_between(base.month, latest.month), months_elapsed(since, day)
    if span <= elapsed:
        return None
    formula = (
        f"de {month_name(base.month)} à {month_name(latest.month)} : {span} mois > "
        f"{elapsed} mois du {long_date(since)} au {long_date(day)}"
    )
    return Reason("P7", SPAN_LAW, formula)


def _standstill(
    indexation: SyntecIndexation,
    base: UsedIndex,
    latest: UsedIndex,
    *,
    since: date,
    day: date,
    accepts_estimates: bool,
) -> _Standstill | None:
    """Why the price does not change that day, if it does not."""
    clause = indexation.clause
    if latest.month <= base.month:
        formula = f"aucun indice publié depuis {base.origin}"
        return _Standstill("unchanged", "no_newer_index", Reason("P9", clause, formula))
    if problem := _span_problem(base, latest, since, day):
        return _Standstill("held", "index_period_too_long", problem)
    if not accepts_estimates and (base.is_estimated or latest.is_estimated):
        formula = f"date de publication à confirmer : {base.origin} ; {latest.origin}"
        return _Standstill("held", "index_estimated", Reason("P10", clause, formula))
    if not indexation.may_fall and latest.linked_value < base.linked_value:
        formula = f"{latest.in_french} < {base.in_french}"
        return _Standstill("unchanged", "index_fell", Reason("P7", clause, formula))
    return None


def _revised_line(
    clause: str, key: str, price: Decimal, ratio: Fraction, formula: str
) -> RevisedLine:
    new_price = to_cents(Fraction(price) * ratio)
    explained = f"{euros(price)} × {formula} = {euros(new_price)}"
    return RevisedLine(key, price, new_price, (Reason("P7", clause, explained),))


def revise(
    indexation: SyntecIndexation,
    *,
    day: date,
    agreed_on: date,
    prices: Mapping[str, Decimal],
    table: IndexTable,
    last_applied: LastApplied | None = None,
    accepts_estimates: bool = False,
) -> Revision:
    """P7 (003 art. 3.2, 004): P_N = P_(N-1) × (1 + (I_N − I_(N-1)) ÷ I_(N-1)), for each line.

    `prices` are the yearly prices of the recurring lines in force, by a key of the caller.
    `agreed_on` is the signature. Estimated publication dates hold the revision unless
    `accepts_estimates` (the demonstration, or a person's word).

    >>> known = IndexTable([
    ...     Observation("revised", "2025-12", Decimal("320.1"), date(2026, 1, 30)),
    ...     Observation("revised", "2026-11", Decimal("328.4"), date(2026, 12, 31)),
    ... ])
    >>> revision = revise(
    ...     SyntecIndexation(kind="syntec", clause="CGV art. 3.2", month=1),
    ...     day=date(2027, 1, 1), agreed_on=date(2026, 2, 10),
    ...     prices={"base": Decimal("1200.00")}, table=known,
    ... )
    >>> revision.outcome, revision.new_price
    ('applied', Decimal('1231.12'))
    >>> print(revision.lines[0].reasons[0].formula.replace("\\u00a0", " "))
    1 200,00 € × (1 + (328,4 − 320,1) ÷ 320,1) = 1 231,12 €
    """
    base, latest = _indices(indexation, day, agreed_on, table, last_applied)
    if base is None or latest is None:
        formula = f"aucun indice publié au {long_date(agreed_on if base is None else day)}"
        nothing = Reason("P9", indexation.clause, formula)
        return _standing(day, base, latest, prices, _Standstill("unchanged", "no_index", nothing))
    since = last_applied.day if last_applied else agreed_on
    standstill = _standstill(
        indexation, base, latest, since=since, day=day, accepts_estimates=accepts_estimates
    )
    if standstill:
        return _standing(day, base, latest, prices, standstill)
    return _applied(indexation.clause, day, base, latest, prices)


def _indices(
    indexation: SyntecIndexation,
    day: date,
    agreed_on: date,
    table: IndexTable,
    last_applied: LastApplied | None,
) -> tuple[UsedIndex | None, UsedIndex | None]:
    """I_(N-1) and I_N; both in the series the contract was signed in."""
    coefficient = indexation.link_coefficient
    base = last_applied.index if last_applied else None
    if base is None and (agreed := table.latest_on(agreed_on)):
        base = _used(agreed, agreed.series, coefficient)
    newest = table.latest_on(day)
    latest = _used(newest, base.series if base else newest.series, coefficient) if newest else None
    return base, latest


def _applied(
    clause: str, day: date, base: UsedIndex, latest: UsedIndex, prices: Mapping[str, Decimal]
) -> Revision:
    ratio = Fraction(latest.linked_value) / Fraction(base.linked_value)
    formula = f"(1 + ({latest.in_french} − {base.in_french}) ÷ {base.in_french})"
    lines = tuple(
        _revised_line(clause, key, price, ratio, formula) for key, price in prices.items()
    )
    reasons = (
        *(reason for line in lines for reason in line.reasons),
        Reason("P10", clause, f"{base.origin} ; {latest.origin}"),
    )
    return Revision(day, "applied", "", base, latest, lines, reasons)


def _standing(
    day: date,
    base: UsedIndex | None,
    latest: UsedIndex | None,
    prices: Mapping[str, Decimal],
    standstill: _Standstill,
) -> Revision:
    reasons = (standstill.reason,)
    lines = tuple(RevisedLine(key, price, price, reasons) for key, price in prices.items())
    return Revision(day, standstill.outcome, standstill.code, base, latest, lines, reasons)
