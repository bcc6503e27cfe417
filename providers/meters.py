"""How often something happens in a minute, counted in the cache that all workers share.

Should the cache be away, everything counts as the first: a meter must take nothing down with it.
"""

from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

from core import clock

WINDOW: Final = 60  # seconds


@dataclass(frozen=True, slots=True)
class Minute:
    """What was counted in this minute, and the seconds until the next one."""

    used: int
    reset: int


def count_one(name: str) -> Minute:
    """Count one more of these; `name` is of whoever does it."""
    minute, second = divmod(int(clock.now().timestamp()), WINDOW)
    return Minute(_count(f"{name}:{minute}"), WINDOW - second)


def _count(key: str) -> int:
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        return cache.incr(key)
    except (RedisError, ValueError):  # away, or forgotten between the two
        return 1
