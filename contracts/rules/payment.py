"""By when an invoice is to be paid, by which means (B2, B6)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import DayOfMonth, Days, Part, Value
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import long_date
from core.periods import add_months, month_length
from core.reasons import Answer, Reason

Method = Literal["direct_debit", "bank_transfer", "cheque"]


class PaymentMethodNotOffered(DomainError):
    """A means of payment that the terms do not know."""


def _day_in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, month_length(year, month)))


class OnIssue(Value):
    """Paid on order: due the day the invoice is issued."""

    kind: Literal["on_issue"]

    def due(self, issued_on: date) -> tuple[date, str]:
        return issued_on, f"à la commande : {long_date(issued_on)}"


class DaysAfter(Value):
    """So many days after issue; an invoice sent by e-mail is received that day."""

    kind: Literal["days_after"]
    days: Annotated[int, Field(ge=1, le=60)]

    def due(self, issued_on: date) -> tuple[date, str]:
        due_date = issued_on + timedelta(days=self.days)
        return due_date, f"{long_date(issued_on)} + {self.days} jours = {long_date(due_date)}"


class DebitDay(Value):
    """The first debit day of a month that leaves the debtor the days of the pre-notification.

    >>> fifteenth = DebitDay(kind="debit_day", day=15, notice_days=14)
    >>> fifteenth.due(date(2026, 1, 1))[0], fifteenth.due(date(2026, 2, 20))[0]
    (datetime.date(2026, 1, 15), datetime.date(2026, 3, 15))
    """

    kind: Literal["debit_day"]
    day: DayOfMonth
    notice_days: Days = 14

    def due(self, issued_on: date) -> tuple[date, str]:
        earliest = issued_on + timedelta(days=self.notice_days)
        due_date = _day_in_month(earliest.year, earliest.month, self.day)
        if due_date < earliest:
            following = add_months(date(earliest.year, earliest.month, 1), 1)
            due_date = _day_in_month(following.year, following.month, self.day)
        formula = (
            f"{long_date(issued_on)} + {self.notice_days} jours = {long_date(earliest)}, "
            f"premier {'1er' if self.day == 1 else self.day} du mois : {long_date(due_date)}"
        )
        return due_date, formula


class MonthDayAfter(Value):
    """A day of a later month, or that month's last day when it is shorter.

    >>> MonthDayAfter(kind="month_day_after", months=1, day=30).due(date(2027, 1, 31))[0]
    datetime.date(2027, 2, 28)
    """

    kind: Literal["month_day_after"]
    months: Annotated[int, Field(ge=1, le=3)] = 1
    day: DayOfMonth

    def due(self, issued_on: date) -> tuple[date, str]:
        month = add_months(date(issued_on.year, issued_on.month, 1), self.months)
        due_date = _day_in_month(month.year, month.month, self.day)
        return (
            due_date,
            f"{long_date(issued_on)}, le {self.day} du mois suivant : {long_date(due_date)}",
        )


DueRule = Annotated[OnIssue | DaysAfter | DebitDay | MonthDayAfter, Field(discriminator="kind")]


class Payment(Part):
    """B2, B6: one due rule for each means offered, and one for work beside the subscription.

    A due date is never moved; a debit that would fall on a closed day is collected on the next
    banking day, which is no business of the due date.
    """

    rules: ClassVar[tuple[str, ...]] = ("B2", "B6")

    methods: Annotated[Mapping[Method, DueRule], Field(min_length=1)]
    default_method: Method
    extras: DueRule | None = None
    mandate_required: bool = True

    def wants_mandate(self, method: str) -> bool:
        """B6: a direct debit stands on a signed mandate, where the terms say so."""
        return method == "direct_debit" and self.mandate_required

    def due_date(self, method: str, issued_on: date, *, is_extra: bool = False) -> Answer[date]:
        """When an invoice issued that day is due; extras without a rule of their own follow it."""
        rule = self.methods.get(method)  # type: ignore[call-overload]
        if rule is None:
            raise PaymentMethodNotOffered(
                _("The means of payment %(method)s is not offered by these terms."),
                field="payment",
                params={"method": method},
            )
        due_date, formula = (self.extras if is_extra and self.extras else rule).due(issued_on)
        return Answer(due_date, (Reason("B2", self.clause, formula),))
