"""When the support answers (I7, section 6)."""

from datetime import date, time
from itertools import pairwise
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from contracts.rules.part import Part, Value

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Opening(Value):
    """From one time of the day to a later one, in the provider's zone."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def closes_later(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("an opening closes after it opens")
        return self


class Week(Value):
    """The ordinary openings of each day; a day without any is closed."""

    monday: tuple[Opening, ...] = ()
    tuesday: tuple[Opening, ...] = ()
    wednesday: tuple[Opening, ...] = ()
    thursday: tuple[Opening, ...] = ()
    friday: tuple[Opening, ...] = ()
    saturday: tuple[Opening, ...] = ()
    sunday: tuple[Opening, ...] = ()

    @model_validator(mode="after")
    def openings_follow_each_other(self) -> Self:
        for name in WEEKDAYS:
            openings: tuple[Opening, ...] = getattr(self, name)
            for earlier, later in pairwise(openings):
                if later.opens < earlier.closes:
                    raise ValueError(f"the openings of {name} overlap or are out of order")
        return self


class OnDuty(Part):
    """I7 (002): days served at a distance alone, for a practice declared on duty that day."""

    rules: ClassVar[tuple[str, ...]] = ("I7",)

    days: tuple[Weekday | Literal["holiday"], ...]
    remote_only: bool = True
    declared_practices_only: bool = True
    others: Literal["refused", "billed"]


class Hours(Part):
    """I7: the week, what a public holiday changes, and what happens outside.

    `holidays`: closed, or with the openings of Sunday, or as any other day.

    >>> nine_to_six = (Opening(opens=time(9), closes=time(18)),)
    >>> week = Week(monday=nine_to_six)
    >>> hours = Hours(clause="CGV art. 12", week=week, holidays="closed", outside="billed")
    >>> hours.openings_on(date(2026, 4, 13), is_holiday=False) == nine_to_six
    True
    >>> hours.openings_on(date(2026, 4, 6), is_holiday=True)
    ()
    """

    rules: ClassVar[tuple[str, ...]] = ("I7",)

    week: Week
    holidays: Literal["closed", "like_sunday", "ordinary"]
    outside: Literal["refused", "billed"]
    on_duty: OnDuty | None = None
    appointment: Literal["not_needed", "first", "only"] = "not_needed"
    channels: tuple[Literal["phone", "remote_control", "on_site"], ...] = Field(
        default=("phone", "remote_control")
    )

    def openings_on(self, day: date, *, is_holiday: bool) -> tuple[Opening, ...]:
        """When the support answers that day, whoever may call (see `is_on_duty_day`)."""
        if is_holiday and self.holidays == "closed":
            return ()
        if is_holiday and self.holidays == "like_sunday":
            return self.week.sunday
        openings: tuple[Opening, ...] = getattr(self.week, WEEKDAYS[day.weekday()])
        return openings

    def is_on_duty_day(self, day: date, *, is_holiday: bool) -> bool:
        """Whether that day is served under the on-duty rule."""
        if self.on_duty is None:
            return False
        return WEEKDAYS[day.weekday()] in self.on_duty.days or (
            is_holiday and "holiday" in self.on_duty.days
        )
