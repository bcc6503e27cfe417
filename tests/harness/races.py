"""Two sessions of the database at the same row."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def in_a_thread(act: Callable[[], T]) -> T:
    """With a connection of its own, closed at the end."""
    try:
        return act()
    finally:
        connection.close()


def wait_until_somebody_waits() -> None:
    deadline = monotonic() + 10
    while monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    raise AssertionError("the second one waited for nobody")
