"""The fourteen days of a small practice that signed at home (D16)."""

from datetime import date, timedelta
from typing import ClassVar, Literal

from contracts.rules.part import Days, Part
from core.french import long_date
from core.reasons import Answer, Reason
from core.workdays import next_working_day

SignedAt = Literal["provider", "client", "distance"]


class Withdrawal(Part):
    """D16 (Code de la consommation L221-3): off the provider's premises, few employees.

    The object must also lie outside the client's main activity. The day of signature is not
    counted; nothing is paid in the first days.

    >>> law = Withdrawal(clause="Code de la consommation, art. L221-3")
    >>> signed = date(2026, 4, 17)
    >>> law.last_day(signed, calendar="FR").value, law.first_payment_day(signed).value
    (datetime.date(2026, 5, 4), datetime.date(2026, 4, 25))
    """

    rules: ClassVar[tuple[str, ...]] = ("D16",)

    most_employees: Days = 5
    days: Days = 14
    days_without_payment: Days = 7

    def applies(
        self, *, signed_at: SignedAt, employees: int | None, is_outside_main_activity: bool
    ) -> Answer[bool]:
        """Whether the client may withdraw; a headcount that was not given is more than five."""
        few = employees is not None and employees <= self.most_employees
        away = signed_at == "client"
        formula = (
            f"signé {'chez le client' if away else 'ailleurs que chez le client'}, "
            f"{'effectif non indiqué' if employees is None else f'{employees} salariés'} "
            f"(seuil {self.most_employees}), "
            f"{'hors' if is_outside_main_activity else 'dans'} l’activité principale"
        )
        return Answer(
            few and away and is_outside_main_activity, (Reason("D16", self.clause, formula),)
        )

    def last_day(self, signed_on: date, *, calendar: str) -> Answer[date]:
        """The last day to withdraw: day 14, or the working day that follows it."""
        fourteenth = signed_on + timedelta(days=self.days)
        last_day = next_working_day(fourteenth, calendar)
        formula = f"{long_date(signed_on)} + {self.days} jours = {long_date(fourteenth)}"
        if last_day != fourteenth:
            formula += f", reporté au {long_date(last_day)}"
        return Answer(last_day, (Reason("D16", self.clause, formula),))

    def first_payment_day(self, signed_on: date) -> Answer[date]:
        """The first day on which anything may be due or debited."""
        first_day = signed_on + timedelta(days=self.days_without_payment + 1)
        formula = (
            f"aucun paiement pendant {self.days_without_payment} jours après le "
            f"{long_date(signed_on)} : à partir du {long_date(first_day)}"
        )
        return Answer(first_day, (Reason("D16", self.clause, formula),))
