"""The Syntec index as a provider knows it: values are added, never replaced (P10)."""

import csv
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from contracts.enums import IndexOrigin, Series
from contracts.models import IndexObservation
from contracts.rules.index_table import LAST_MONTH_OF_OLD_SERIES, estimated_publication
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import check_day
from providers.audit import record
from providers.operations.refusals import check_fields, refused_as

KNOWN_VALUES: Final = Path(__file__).resolve().parent.parent / "data" / "syntec.csv"


class IndexValueTwice(DomainError):
    """A month of the series already has a value published that day."""


class WrongIndexMonth(DomainError):
    """A month that is not one, not of this series, or not over when its value was published."""


class WrongIndexValue(DomainError):
    """An index value that is no number above zero."""


@transaction.atomic
def record_index_value(
    *,
    month: str,
    value: Decimal,
    published_on: date,
    at: datetime,
    series: str = Series.REVISED,
    source: str = "",
    is_estimated: bool = False,
    by: UUID | None = None,
) -> IndexObservation:
    """Record the value of a month ("2026-11"); it supersedes the one known for that month.

    `is_estimated`: the publication date is a guess. Errors: `WrongIndexMonth`, `WrongIndexValue`,
    `IndexValueTwice`, `DayOutOfRange`, `FieldRefused`.
    """
    row = IndexObservation(
        series=series,
        month=_first_day(month, series, published_on),
        value=value,
        published_on=check_day(published_on, field="published_on"),
        is_estimated=is_estimated,
        source=source,
    )
    _check_value(value)
    check_fields(row)
    of_month = IndexObservation.objects.filter(series=series, month=row.month)
    row.supersedes = of_month.order_by("-id").first()
    twice = IndexValueTwice(
        _("%(month)s already has a value published on %(day)s."),
        field="published_on",
        params={"month": month, "day": published_on.isoformat()},
    )
    with refused_as({"index_value_once": twice}):
        row.save(force_insert=True)
    record("index.recorded", row, at=at, actor_id=by, month=month, value=str(value))
    return row


def _first_day(month: str, series: str, published_on: date) -> date:
    try:
        first_day = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise WrongIndexMonth(
            _("%(month)s is no month: write it as 2026-11."), field="month", params={"month": month}
        ) from error
    check_day(first_day, field="month")
    if published_on < first_day:
        raise WrongIndexMonth(
            _("A value is not published before the month it measures."), field="published_on"
        )
    if series == Series.OLD and month > LAST_MONTH_OF_OLD_SERIES:
        raise WrongIndexMonth(_("The old series ends with July 2022."), field="month")
    return first_day


def _check_value(value: Decimal) -> None:
    if not value.is_finite() or value <= 0:
        raise WrongIndexValue(_("An index value is above zero."), field="value")


@transaction.atomic
def load_known_values(*, at: datetime, by: UUID | None = None, path: Path = KNOWN_VALUES) -> int:
    """Record the values that come with the product, those already known left alone.

    A row without a publication date is given the last day of the following month, marked as
    estimated: good for the demonstration; a real revision waits for a person's word.
    Errors: `WrongIndexValue` naming the line.
    """
    known = set(IndexObservation.objects.order_by().values_list("series", "month", "published_on"))
    new = [row for row in _read(path) if (row.series, row.month, row.published_on) not in known]
    IndexObservation.objects.bulk_create(new)
    if new:
        record("index.loaded", new[-1], at=at, actor_id=by, count=len(new), file=path.name)
    return len(new)


def _read(path: Path) -> list[IndexObservation]:
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(line, path, number) for number, line in enumerate(csv.DictReader(file), 2)]


def _row(line: dict[str, str], path: Path, number: int) -> IndexObservation:
    try:
        published = date.fromisoformat(line["published"]) if line["published"] else None
        is_verified = line["verified"] == "yes"
        row = IndexObservation(
            series=Series(line["series"]),
            month=date.fromisoformat(f"{line['month']}-01"),
            value=Decimal(line["value"]),
            published_on=published or estimated_publication(line["month"]),
            is_estimated=published is None,
            origin=IndexOrigin.LIST if is_verified else IndexOrigin.UNVERIFIED_LIST,
            source=path.name,
        )
        _check_value(row.value)
    except (DomainError, InvalidOperation, KeyError, TypeError, ValueError) as error:
        raise WrongIndexValue(
            _("%(filename)s, line %(line)s: not a value of the index."),
            field="value",
            params={"filename": path.name, "line": number},
        ) from error
    return row
