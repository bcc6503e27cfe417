"""What happens when an invoice stays unpaid (B4, D8)."""

from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Amount, Days, Part, Percent, Value
from core.french import long_date
from core.reasons import Answer, Reason


class MonthlyInterest(Value):
    """A rate per month of delay, counted by day: 1.5 % a month is 18 % a year ÷ 365."""

    kind: Literal["monthly"]
    percent: Percent
    year_days: Literal[360, 365] = 365


class LegalInterest(Value):
    """The legal default: the European Central Bank's rate plus points, never under a multiple."""

    kind: Literal["legal"]
    points_above_central_bank: Percent
    least_multiple_of_legal_rate: Annotated[int, Field(ge=3, le=10)] = 3


Interest = Annotated[MonthlyInterest | LegalInterest, Field(discriminator="kind")]


class Lateness(Part):
    """B4 (003 art. 4): reminders, interest on the amount including VAT, a fixed recovery fee.

    `accelerates`: after the formal notice every instalment of the term becomes due at once.
    `rejection_fees_on` says who bears the bank's fees of a returned debit.
    """

    rules: ClassVar[tuple[str, ...]] = ("B4",)

    reminder_days: tuple[Days, ...] = (8, 15, 25)
    interest: Interest
    recovery_fee: Amount
    accelerates: bool = False
    suspends: bool = False
    rejection_fees_on: Literal["client", "provider"] = "provider"
    collection_costs_on_client: bool = False


class FormalNotice(Part):
    """D8, B4 (003 art. 4, 5): days counted from the day after the letter's first presentation.

    When that day is unknown the posting date stands for it. The effects come on the day after the
    last of those days, if the breach is not fully remedied by then.

    >>> letter = FormalNotice(clause="CGV art. 5", days=30)
    >>> letter.effect_day(posted_on=date(2026, 3, 2), presented_on=date(2026, 3, 4)).value
    datetime.date(2026, 4, 4)
    """

    rules: ClassVar[tuple[str, ...]] = ("D8", "B4")

    days: Days
    counts_from: Literal["first_presentation", "posting", "receipt"] = "first_presentation"

    def effect_day(
        self,
        *,
        posted_on: date,
        presented_on: date | None = None,
        received_on: date | None = None,
        paused_days: int = 0,
    ) -> Answer[date]:
        """The first day of the effects; days of force majeure are added (D14)."""
        counted = {
            "first_presentation": presented_on,
            "posting": posted_on,
            "receipt": received_on,
        }[self.counts_from]
        counted_on = counted or posted_on
        effect_day = counted_on + timedelta(days=self.days + paused_days + 1)
        paused = f" + {paused_days} jours de suspension" if paused_days else ""
        formula = (
            f"{long_date(counted_on)} + {self.days} jours{paused}, "
            f"effet le lendemain : {long_date(effect_day)}"
        )
        return Answer(effect_day, (Reason("D8", self.clause, formula),))
