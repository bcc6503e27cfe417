"""What production forgives and the tests do not: answers in an order nobody asked for.

PostgreSQL gives unordered rows back in the order of insertion, until one day it does not.
Here they come back shuffled, a slice of unordered rows is refused because it may be any rows,
and an instant never passes silently for a day.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.query import MAX_GET_RESULTS, QuerySet


class UnorderedSlice(AssertionError):
    """Rows were cut out of a query without an order: which ones is chance."""


class InstantForDay(AssertionError):
    """A datetime was given to a date field: which day it is depends on the time zone."""


shuffler = random.Random()


def install() -> None:
    _shuffle_unordered()
    _refuse_instants_in_date_fields()


def _shuffle_unordered() -> None:
    patched: Any = QuerySet
    fetch = patched._fetch_all

    def fetch_shuffled(self: QuerySet[Any]) -> None:
        is_fresh = self._result_cache is None
        if is_fresh and not self.ordered:
            _refuse_slice(self)
        fetch(self)
        if is_fresh and not self.ordered and self._result_cache:
            shuffler.shuffle(self._result_cache)

    patched._fetch_all = fetch_shuffled


def _refuse_slice(rows: QuerySet[Any]) -> None:
    """`get()` limits itself to see whether there are several; that is no cut."""
    query = rows.query
    is_get = (query.low_mark, query.high_mark) == (0, MAX_GET_RESULTS)
    if query.is_sliced and not is_get:
        raise UnorderedSlice(f"rows of {rows.model._meta.label} are sliced without an order")


def _refuse_instants_in_date_fields() -> None:
    patched: Any = models.DateField
    prepare = patched.get_prep_value

    def prepare_day(self: models.DateField[Any, Any], value: Any) -> Any:
        if isinstance(value, datetime) and not isinstance(self, models.DateTimeField):
            raise InstantForDay(f"{self} was given {value!r}")
        return prepare(self, value)

    patched.get_prep_value = prepare_day
