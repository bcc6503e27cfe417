"""How long a contract runs and whether it goes on by itself (D1–D4)."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Months, Part
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import long_date
from core.periods import Period
from core.reasons import Answer, Reason


class StartAfterTerm(DomainError):
    """A start so late that the first term is already over."""


def _first_term(starts_on: date, last_day: date) -> Period:
    if starts_on > last_day:
        raise StartAfterTerm(
            _("The contract would start on %(start)s, after the end of its first term, %(end)s."),
            field="starts_on",
            params={"start": starts_on.isoformat(), "end": last_day.isoformat()},
        )
    return Period(starts_on, last_day)


def _run_of_months(rule: str, clause: str, start: date, number: int, months: int) -> Answer[Period]:
    term = Period.of_months(start, number=number, months=months)
    formula = (
        f"{long_date(start)} + {months * number} mois = {long_date(term.day_after)}, "
        f"dernier jour inclus : {long_date(term.last_day)}"
    )
    return Answer(term, (Reason(rule, clause, formula),))


class CivilYear(Part):
    """D1 (000, engagement): from the start to 31 December of that year, never renewed by itself.

    >>> year = CivilYear(kind="civil_year", clause="CGS 2023, « Engagement client »")
    >>> first = year.term(1, signed_on=date(2026, 3, 10), starts_on=date(2026, 3, 17))
    >>> first.value.last_day, first.value.days
    (datetime.date(2026, 12, 31), 290)
    >>> year.term(2, signed_on=date(2026, 3, 10), starts_on=date(2026, 3, 17)) is None
    True
    """

    rules: ClassVar[tuple[str, ...]] = ("D1",)

    kind: Literal["civil_year"]

    @property
    def is_renewed(self) -> bool:
        return False

    def term(
        self,
        number: int,
        *,
        signed_on: date,
        starts_on: date,
        stated_months: int | None = None,
    ) -> Answer[Period] | None:
        if number > 1:
            return None
        term = Period(starts_on, date(starts_on.year, 12, 31))
        formula = f"du {long_date(starts_on)} au 31 décembre {starts_on.year}"
        return Answer(term, (Reason("D1", self.clause, formula),))


class FixedMonths(Part):
    """D2 (001 II-5): months from the start, renewed for as long, always counted from that start.

    >>> twelve = FixedMonths(kind="months", clause="Contrat, art. II-5", months=12)
    >>> leap_day = date(2028, 2, 29)
    >>> twelve.term(1, signed_on=leap_day, starts_on=leap_day).value.last_day
    datetime.date(2029, 2, 27)
    >>> twelve.term(5, signed_on=leap_day, starts_on=leap_day).value.first_day
    datetime.date(2032, 2, 29)
    """

    rules: ClassVar[tuple[str, ...]] = ("D2",)

    kind: Literal["months"]
    months: Months
    tacit_renewal: bool = True

    @property
    def is_renewed(self) -> bool:
        return self.tacit_renewal

    def term(
        self,
        number: int,
        *,
        signed_on: date,
        starts_on: date,
        stated_months: int | None = None,
    ) -> Answer[Period] | None:
        if number > 1 and not self.tacit_renewal:
            return None
        return _run_of_months("D2", self.clause, starts_on, number, self.months)


class FirstFullCivilYear(Part):
    """D3 (003 art. 5): to 31 December of the year after the signature, then whole periods.

    The end depends on the signature alone, whatever the start; 1 January is no exception.

    >>> full_year = FirstFullCivilYear(kind="first_full_civil_year", clause="CGV art. 5")
    >>> signed = date(2026, 2, 10)
    >>> full_year.term(1, signed_on=signed, starts_on=signed).value.last_day
    datetime.date(2027, 12, 31)
    >>> full_year.term(2, signed_on=signed, starts_on=signed).value.last_day
    datetime.date(2028, 12, 31)
    """

    rules: ClassVar[tuple[str, ...]] = ("D3",)

    kind: Literal["first_full_civil_year"]
    renewal_months: Months = 12
    tacit_renewal: bool = True

    @property
    def is_renewed(self) -> bool:
        return self.tacit_renewal

    def term(
        self,
        number: int,
        *,
        signed_on: date,
        starts_on: date,
        stated_months: int | None = None,
    ) -> Answer[Period] | None:
        first_end = date(signed_on.year + 1, 12, 31)
        if number == 1:
            formula = f"signature le {long_date(signed_on)} : 31 décembre {signed_on.year} + 1 an"
            reason = Reason("D3", self.clause, f"{formula} = {long_date(first_end)}")
            return Answer(_first_term(starts_on, first_end), (reason,))
        if not self.tacit_renewal:
            return None
        renewed_from = date(signed_on.year + 2, 1, 1)
        return _run_of_months("D3", self.clause, renewed_from, number - 1, self.renewal_months)


class AsStated(Part):
    """D4 (004, durée): what the financial document states, else a default; renewed for as long.

    >>> stated = AsStated(kind="as_stated", clause="CGV, « Durée »", default_months=12)
    >>> signed = date(2026, 4, 10)
    >>> stated.term(1, signed_on=signed, starts_on=signed).value.last_day
    datetime.date(2027, 4, 9)
    >>> stated.term(2, signed_on=signed, starts_on=signed, stated_months=36).value.first_day
    datetime.date(2029, 4, 10)
    """

    rules: ClassVar[tuple[str, ...]] = ("D4",)

    kind: Literal["as_stated"]
    default_months: Months = 12
    tacit_renewal: bool = True

    @property
    def is_renewed(self) -> bool:
        return self.tacit_renewal

    def term(
        self,
        number: int,
        *,
        signed_on: date,
        starts_on: date,
        stated_months: int | None = None,
    ) -> Answer[Period] | None:
        if number > 1 and not self.tacit_renewal:
            return None
        months = stated_months or self.default_months
        return _run_of_months("D4", self.clause, starts_on, number, months)


AnyDuration = Annotated[
    CivilYear | FixedMonths | FirstFullCivilYear | AsStated, Field(discriminator="kind")
]
