"""A house of the demonstration and the lives of its practices, as their files say them.

A house file is one provider: who it is, who works there, and its practices, a few lines each. A
life is the archetype that many practices share: how invoices are paid and what happens, counted
from the signature. Both together give scenarios, the same that `simulate` replays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from core.periods import ONE_DAY, add_months
from scenarios.rules.file import Amount, Habit, Part, Scenario

YEAR_END: Final = (12, 31)
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Ago(Part):
    """A day counted back from the demonstration's own.

    >>> Ago(months=9, day=31).before(date(2026, 11, 26)), Ago(days=12).before(date(2026, 1, 5))
    (datetime.date(2026, 2, 28), datetime.date(2025, 12, 24))
    >>> Ago(last="06-15").before(date(2026, 3, 1))
    datetime.date(2025, 6, 15)
    """

    months: Annotated[int, Field(ge=0)] = 0
    day: Annotated[int, Field(ge=1, le=31)] = 1
    days: Annotated[int, Field(ge=0)] | None = None
    last: MonthDay | None = None

    def before(self, today: date) -> date:
        if self.days is not None:
            return today - timedelta(days=self.days)
        if self.last is not None:
            return _last(self.last, today)
        first = add_months(today.replace(day=1), -self.months)
        return min(first + timedelta(days=self.day - 1), add_months(first, 1) - ONE_DAY)


def _last(month_day: str, today: date) -> date:
    """The latest such day that is not to come; 29 February stands for the 28th."""
    month, day = map(int, month_day.split("-"))
    this_year = add_months(date(2024, month, day), 12 * (today.year - 2024))
    return this_year if this_year <= today else add_months(this_year, -12)


class After(Part):
    """So long after the signature."""

    months: Annotated[int, Field(ge=0)] = 0
    days: Annotated[int, Field(ge=0)] = 0

    def day(self, signed: date) -> date:
        return add_months(signed, self.months) + timedelta(days=self.days)


class Turn(Part):
    """An event of the scenario format whose day is counted from the signature."""

    after: After
    do: Literal["payment", "cancellation", "set_aside"]
    invoice: Annotated[int, Field(ge=1)] | None = None
    amount: Amount | None = None
    released: bool | None = None
    reason: str | None = None

    def on(self, signed: date) -> dict[str, Any]:
        said = self.model_dump(exclude={"after"}, exclude_none=True)
        return {"on": self.after.day(signed), **said}


class Life(Part):
    """An archetype. `signs_again`: the day of each year on which the next civil year is signed."""

    title: str
    habit: Habit | None = None
    events: tuple[Turn, ...] = ()
    signs_again: MonthDay | None = None
    rise_percent: Decimal = Decimal(0)


class Person(Part):
    name: str
    position: str = ""
    phone: str = ""
    role: Literal["PRACTICE_MANAGER", "PRACTICE_STAFF"] | None = None


class Practice(Part):
    """A customer and the contract it signed; equipment gives the price where none is said."""

    name: str
    street: str
    postal_code: Annotated[str, Field(pattern=r"^\d{5}$")]
    city: str
    life: str
    offer: str
    signed: Ago
    kind: Literal["PRACTICE", "GROUP", "INDIVIDUAL"] = "PRACTICE"
    price: Amount | None = None
    billing: Literal["yearly", "half-yearly", "quarterly", "monthly"] | None = None
    payment: Literal["direct_debit", "bank_transfer", "cheque"] | None = None
    options: tuple[str, ...] = ()
    equipment: dict[str, Annotated[int, Field(ge=1)]] = {}
    sites: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    events: tuple[Turn, ...] = ()
    waits: bool = False


class Staff(Part):
    owner: str
    manager: str
    technician: str
    accountant: str


class House(Part):
    """A provider of the demonstration."""

    slug: str
    preset: str
    name: str
    legal_form: str
    capital: Amount
    street: str
    postal_code: str
    city: str
    rcs_city: str
    color: str
    phone: str
    staff: Staff
    confirms: tuple[str, ...] = ()
    decides_revisions: bool = True
    next_version: str | None = None
    practices: tuple[Practice, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """The window that the demonstration lives: so many months up to a day."""

    today: date
    months: int

    @property
    def first_day(self) -> date:
        return add_months(self.today, -self.months)

    def day_of(self, ago: Ago) -> date:
        """What is longer ago than the window begins with it; nothing is still to come."""
        return min(max(ago.before(self.today), self.first_day), self.today)


def scenarios_of(house: House, practice: Practice, life: Life, stage: Stage) -> Iterator[Scenario]:
    """The contracts of a practice, oldest first: each is a scenario of the usual format."""
    signed = stage.day_of(practice.signed)
    starts = _next_month(stage.today) if practice.waits else signed
    yield _scenario(
        house, practice, life, stage, signed=signed, starts=starts, price=practice.price
    )
    if life.signs_again is None or practice.waits:
        return
    price = practice.price
    for again in _yearly(life.signs_again, after=signed, until=stage.today):
        price = None if price is None else raised(price, life.rise_percent)
        starts = date(again.year + 1, 1, 1)
        yield _scenario(house, practice, life, stage, signed=again, starts=starts, price=price)


def raised(price: Decimal, percent: Decimal) -> Decimal:
    """A new year's price, to the ten euros.

    >>> raised(Decimal("1940.00"), Decimal("2.5"))
    Decimal('1990.00')
    """
    return (price * (100 + percent) / 1000).quantize(Decimal(1)).scaleb(1).quantize(Decimal("0.01"))


def _next_month(day: date) -> date:
    return add_months(day.replace(day=1), 1)


def _yearly(month_day: str, *, after: date, until: date) -> Iterator[date]:
    month, day = map(int, month_day.split("-"))
    for year in range(after.year, until.year + 1):
        if after < date(year, month, day) <= until:
            yield date(year, month, day)


def _scenario(
    house: House,
    practice: Practice,
    life: Life,
    stage: Stage,
    *,
    signed: date,
    starts: date,
    price: Decimal | None,
) -> Scenario:
    turns = (turn.on(signed) for turn in (*life.events, *practice.events))
    contract = {
        "offer": practice.offer,
        "signed": signed,
        "signed_at": "distance",
        "starts": starts,
        "annual_price": price,
        "billing": practice.billing,
        "payment": practice.payment,
        "options": practice.options,
        "equipment": _pieces(practice),
    }
    return Scenario.model_validate(
        {
            "title": f"{practice.name}: {life.title}",
            "preset": house.preset,
            "client": {
                "name": practice.name,
                "postal_code": practice.postal_code,
                "group": practice.kind == "GROUP",
            },
            "contract": contract,
            "habit": life.habit,
            "events": [turn for turn in turns if turn["on"] <= stage.today],
            "until": stage.today,
        }
    )


def _pieces(practice: Practice) -> list[dict[str, str]]:
    return [
        {"key": f"{kind}-{number}", "kind": kind}
        for kind, count in practice.equipment.items()
        for number in range(1, count + 1)
    ]
