"""How many requests a token may send a minute, and how many an address may guess at tokens.

Both are counted in the cache that all workers share. Should it be away, requests pass: it must not
take the interface down with it, and nobody guesses 256 bits.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from providers.meters import count_one
from providers.rules.api_tokens import split_token
from providers.throttle import Attempt, CounterDown, Window, take_of
from providers.visitors import address_of, network_of

WRONG: Final = 10  # tokens a minute from one address, as many as wrong passwords
WINDOW: Final = 60  # seconds
KNOWN_LASTS: Final = 30 * 24 * 3600  # seconds


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
    minute = count_one(f"api:{token_id}")
    return Allowance(settings.API_REQUESTS_A_MINUTE, minute.used, minute.reset)


@dataclass(frozen=True, slots=True)
class Guess:
    """A token that is not looked up yet, counted as wrong unless it was right lately from here.

    As with a known device: a stranger, or a program that was forgotten, who guesses from the same
    address does not stop a program whose token is good. What is no token at all is looked up
    nowhere, and not counted.
    """

    known: str
    attempt: Attempt | None = None

    @classmethod
    def of(cls, request: HttpRequest, text: str) -> "Guess":
        """Count it. Errors: `Throttled`."""
        split, network = split_token(text), network_of(address_of(request))
        known = f"api:known:{network}:{split.digest}" if split else ""
        with suppress(RedisError, CounterDown):
            if split and not cache.touch(known, KNOWN_LASTS):
                return cls(known, take_of([Window(f"token:{network}", WRONG, WINDOW)]))
        return cls(known)

    def was_right(self) -> None:
        with suppress(RedisError, CounterDown):
            if self.attempt:
                self.attempt.give_back()
                cache.set(self.known, 1, KNOWN_LASTS)

    def was_wrong(self) -> None:
        """Also of one that was right until it was revoked: from now on it is counted."""
        with suppress(RedisError):
            cache.delete(self.known)
