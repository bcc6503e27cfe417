"""How many requests a token may send a minute, counted in the cache that all workers share.

Should the cache be away, requests pass: it must not take the interface down with it.
"""

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

WINDOW: Final = 60  # seconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """What remains of the minute."""

    limit: int
    used: int
    reset: int  # seconds until the next minute

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.reset),
        }


def spend_one(token_id: UUID) -> Allowance:
    """Count a request."""
    minute, second = divmod(int(time.time()), WINDOW)  # a meter, not a day of the trade
    return Allowance(settings.API_REQUESTS_A_MINUTE, _count(token_id, minute), WINDOW - second)


def _count(token_id: UUID, minute: int) -> int:
    key = f"api:{token_id}:{minute}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        return cache.incr(key)
    except (RedisError, ValueError):  # away, or forgotten between the two
        return 1
