"""The same invoices by another road: day by day, in fractions, with no code of the product.

It knows terms of whole months or ends of year, both anchors, and proration by days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

DAY = timedelta(days=1)


def later(day: date, months: int) -> date:
    """The same day some months on, or the last one that exists."""
    month = day.year * 12 + day.month - 1 + months
    number = day.day
    while True:
        try:
            return date(month // 12, month % 12 + 1, number)
        except ValueError:
            number -= 1


def cents(amount: Fraction) -> Fraction:
    return Fraction(int(amount * 100 + Fraction(1, 2)), 100)


@dataclass(frozen=True)
class Deal:
    """What the model needs; `term_months` of None: terms end with civil years, as in D3."""

    starts_on: date
    months: int  # of a billing period
    by_calendar: bool
    annual: Fraction
    term_months: int | None

    def period_of(self, day: date) -> tuple[date, int]:
        """The first day of the billing period a day is in, and its place in the year from 0."""
        if self.by_calendar:
            place = (day.month - 1) // self.months
            return date(day.year, place * self.months + 1, 1), place
        number = 0
        while later(self.starts_on, (number + 1) * self.months) <= day:
            number += 1
        return later(self.starts_on, number * self.months), number % (12 // self.months)

    def after_period(self, first_day: date) -> date:
        if self.by_calendar:
            return later(first_day, self.months)
        number = 0
        while later(self.starts_on, number * self.months) != first_day:
            number += 1
        return later(self.starts_on, (number + 1) * self.months)

    def term_of(self, day: date) -> int:
        if self.term_months is None:
            return max(1, day.year - self.starts_on.year)
        number = 1
        while later(self.starts_on, number * self.term_months) <= day:
            number += 1
        return number

    def full_price(self, place: int) -> Fraction:
        count = 12 // self.months
        each = cents(self.annual * self.months / 12)
        given = min(each * place, self.annual)
        left = self.annual - given
        return left if place == count - 1 else min(each, left)

    def months_in(self, first_day: date, after: date) -> int | None:
        """Whole months between two days that are both months after the origin."""
        origin = self.starts_on
        if self.by_calendar:
            origin = date(origin.year, 1, 1)
        numbers = []
        for day in (first_day, after):
            hits = [n for n in range(80) if later(origin, n) == day]
            if not hits:
                return None
            numbers.append(hits[0])
        return numbers[1] - numbers[0]


@dataclass
class Piece:
    first_day: date
    last_day: date
    net: Fraction


def runs(deal: Deal, until: date) -> Iterator[list[date]]:
    """The days of each invoice, in order: one billing period, one term."""
    day, run, key = deal.starts_on, list[date](), None
    while True:
        now = (deal.period_of(day)[0], deal.term_of(day))
        if run and now != key:
            yield run
            run = []
            if day > until:
                return
        key = now
        run.append(day)
        day += DAY


def pieces(deal: Deal, until: date) -> list[Piece]:
    """Every invoice that starts by a day, with its net amount."""
    found: list[Piece] = []
    for days in runs(deal, until):
        first_day, last_day = days[0], days[-1]
        start, place = deal.period_of(first_day)
        after = deal.after_period(start)
        price = deal.full_price(place)
        whole = (after - start).days
        earlier = [piece for piece in found if start <= piece.first_day < first_day]
        covered_from = earlier[0].first_day if earlier else first_day
        total = cents(price * (after - covered_from).days / whole)
        left = total - sum((piece.net for piece in earlier), Fraction(0))
        if last_day + DAY == after:
            net = left
        else:
            months = deal.months_in(first_day, last_day + DAY)
            own = deal.annual * months / 12 if months else price * len(days) / whole
            net = min(cents(own), left)
        found.append(Piece(first_day, last_day, net))
    return found
