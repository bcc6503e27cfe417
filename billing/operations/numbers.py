"""Legal numbers: chronological, without gaps, one series a provider and a year (B1).

CGI annexe II art. 242 nonies A, I-7°. A block of numbers is taken inside the transaction that
writes exactly that many documents, so that a rollback leaves no gap; the counter's row is the
last lock taken, and the issue date is checked under it.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from billing.models import SeriesCounter
from billing.rules.chain import genesis
from billing.rules.numbering import check_issue_date
from core.steps import reached
from providers.scoping import current_scope


@dataclass(frozen=True, slots=True)
class Counter:
    """A series in a year, locked: the last number given, and the head of its hash chain."""

    series: str
    year: int
    last_number: int
    head_hash: str


def lock_counter(series: str, issue_date: date) -> Counter:
    """Lock the counter of a series for the year of an issue date, creating it if need be.

    The chain runs on from year to year: a new year starts with the head of the last one.
    Errors: `IssueDateTooEarly` when a later date was already numbered in this series.
    """
    row = _locked(series, issue_date.year) or _added(series, issue_date)
    reached("counter_locked")
    known = SeriesCounter.objects.filter(series=series, last_number__gt=0)
    check_issue_date(issue_date, known.aggregate(last=Max("last_date"))["last"])
    return Counter(series, row.year, row.last_number, row.head_hash)


def _locked(series: str, year: int) -> SeriesCounter | None:
    return SeriesCounter.objects.select_for_update().filter(series=series, year=year).first()


def _added(series: str, issue_date: date) -> SeriesCounter:
    """Open the year. The last year's row is locked too, so that the chain cannot fork."""
    earlier = SeriesCounter.objects.filter(series=series, year__lt=issue_date.year)
    last_year = earlier.select_for_update().order_by("-year").first()
    start = genesis(current_scope().provider_id, series)
    head_hash = last_year.head_hash if last_year else start
    new = SeriesCounter(
        series=series, year=issue_date.year, last_date=issue_date, head_hash=head_hash
    )
    SeriesCounter.objects.bulk_create([new], ignore_conflicts=True)
    return SeriesCounter.objects.select_for_update().get(series=series, year=issue_date.year)


def move_counter(counter: Counter, *, by: int, issue_date: date, head_hash: str) -> None:
    """Give back the lock's row with the numbers taken and the new head of the chain."""
    SeriesCounter.objects.filter(series=counter.series, year=counter.year).update(
        last_number=counter.last_number + by, last_date=issue_date, head_hash=head_hash
    )
    reached("counter_moved")
