"""Until when a party may refuse the next term (D5)."""

from datetime import date
from typing import ClassVar, Literal

from contracts.rules.part import Months, Part
from core.french import long_date
from core.periods import Period, add_months
from core.reasons import Answer, Reason


class Notice(Part):
    """D5 (001 II-5, 003 art. 5, 004 durée): a registered letter, months before the due date.

    The due date is the last day of the term, or the anniversary, the day after it. The months keep
    the day, clamped to the month's last one; a deadline on a Sunday does not move.

    >>> letter = Notice(clause="CGV art. 5", months=3, counts_from="sent", due="last_day")
    >>> letter.deadline(Period(date(2026, 2, 10), date(2027, 12, 31))).value
    datetime.date(2027, 9, 30)
    """

    rules: ClassVar[tuple[str, ...]] = ("D5",)

    months: Months
    counts_from: Literal["sent", "received"] = "sent"
    due: Literal["last_day", "anniversary"]
    form: Literal["registered_letter", "letter", "any"] = "registered_letter"

    def deadline(self, term: Period) -> Answer[date]:
        """The last day on which a letter is in time for the end of this term."""
        due_date = term.last_day if self.due == "last_day" else term.day_after
        last_day = add_months(due_date, -self.months)
        formula = f"{long_date(due_date)} − {self.months} mois = {long_date(last_day)}"
        return Answer(last_day, (Reason("D5", self.clause, formula),))

    def counted_day(self, *, posted_on: date, received_on: date | None = None) -> date | None:
        """The day the letter counts for; none while a received one is awaited."""
        return posted_on if self.counts_from == "sent" else received_on

    def is_in_time(self, term: Period, counted_on: date) -> Answer[bool]:
        """Whether a letter counted on that day refuses the term that follows this one.

        >>> letter = Notice(clause="Contrat, art. II-5", months=3, due="anniversary")
        >>> year = Period(date(2026, 3, 15), date(2027, 3, 14))
        >>> letter.is_in_time(year, date(2026, 12, 15)).value
        True
        >>> letter.is_in_time(year, date(2026, 12, 16)).value
        False
        """
        deadline = self.deadline(term)
        in_time = counted_on <= deadline.value
        sign = "≤" if in_time else ">"
        formula = f"{long_date(counted_on)} {sign} {long_date(deadline.value)}"
        return Answer(in_time, (*deadline.reasons, Reason("D5", self.clause, formula)))
