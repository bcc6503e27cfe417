"""Wires to the database that are cut at one statement, and what a provider holds around it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from django.db import OperationalError, connection, transaction

from providers.scoping import open_scope
from tests.portal.workshop.conftest import Workshop
from tests.tenancy.rows import tenant_models

IS_LONG = os.environ.get("CLAUSIER_LONG") == "1"
EVERY = 1 if IS_LONG else 3
SELDOM = 1 if IS_LONG else 9  # what goes through the same operations by another door
# In the words of the database, which quote rows: never to be read on a page.
INSIDE = "terminating connection: Key (email)=(canari@cabinet.example)"
Act = Callable[[], Any]
Counts = dict[str, tuple[int, str]]


class Wire:
    """The statements of a connection; one of them never arrives."""

    def __init__(self, cut_at: int = 0) -> None:
        self.cut_at, self.count = cut_at, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.cut_at:
            raise OperationalError(INSIDE)
        return execute(sql, params, many, context)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state(workshop: Workshop) -> Counts:
    """How many rows each table of the provider holds, and their digest."""
    each = " UNION ALL ".join(
        f"SELECT '{model._meta.db_table}', count(*),"
        f" coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {model._meta.db_table} t"
        for model in tenant_models()
    )
    with open_scope(workshop.provider.id), connection.cursor() as cursor:
        cursor.execute(each)
        return {name: (count, digest) for name, count, digest in cursor.fetchall()}


def sizes(found: Counts) -> dict[str, int]:
    return {name: count for name, (count, _digest) in found.items()}


def length_of(act: Act) -> int:
    wire = Wire()
    with undone(), connection.execute_wrapper(wire):
        act()
    return wire.count


def cuts(act: Act, name: str, every: int = 0) -> range:
    step = every or EVERY
    return range(1 + crc32(name.encode()) % step, length_of(act) + 1, step)
