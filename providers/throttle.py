"""How often somebody may be wrong: counted before anything is hashed, in the shared cache.

A try is taken before the password is looked at, and given back when it was right: what was wrong
stays counted, and one good sign-in clears nothing of anybody else's. Windows slide: at no moment do
more tries than allowed lie within one. When the cache does not answer, nobody is let in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import redis
from django.conf import settings
from django.core.cache import cache as shared
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from core import clock
from providers.visitors import account_key, address_of, device_of, network_of

PATIENCE = 2.0  # seconds for the cache to answer
# All windows have room, or the seconds until they have; looked at and taken in one go.
TAKE: Final = """
local now = tonumber(ARGV[1])
local wait = 0
for i, key in ipairs(KEYS) do
  local most, seconds = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - seconds)
  if redis.call('ZCARD', key) >= most then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
    wait = math.max(wait, math.ceil(tonumber(oldest) + seconds - now), 1)
  end
end
if wait == 0 then
  for i, key in ipairs(KEYS) do
    redis.call('ZADD', key, now, ARGV[2])
    redis.call('EXPIRE', key, tonumber(ARGV[2 * i + 2]) + 60)
  end
end
return wait
"""


class Throttled(Exception):
    """Too many tries; says after how many seconds there is room again."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class CounterDown(Exception):
    """The shared cache does not answer: tries cannot be counted, so none is allowed."""


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many tries in so many seconds."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was allowed and is counted as wrong until it is given back."""

    keys: tuple[str, ...]
    mark: str = field(default_factory=lambda: get_random_string(16))

    def give_back(self) -> None:
        """It was right after all."""
        try:
            with _server().pipeline() as pipeline:
                for key in self.keys:
                    pipeline.zrem(key, self.mark)
                pipeline.execute()
        except redis.RedisError as error:
            raise CounterDown from error


def windows(request: HttpRequest, kind: str, email: str) -> tuple[Window, ...]:
    """Where a try of a kind (password, factor, code, mail) for an account is counted."""
    account = account_key(email)
    hour = Window(f"{kind}:hour:{account}", 100, 3600)
    if device := device_of(request, account):
        return Window(f"{kind}:device:{account}:{device}", 5, 300), hour
    network = network_of(address_of(request))
    return (
        Window(f"{kind}:account:{account}", 5, 300),
        hour,
        Window(f"address:{network}", 10, 60),
    )


def take(request: HttpRequest, kind: str, email: str) -> Attempt:
    """Count one try; `Throttled` when there have been too many, `CounterDown` without a cache."""
    return take_of(windows(request, kind, email))


def take_of(asked: Sequence[Window]) -> Attempt:
    """Count one try in these windows, all of which have room for it."""
    now = clock.now().timestamp()
    attempt = Attempt(tuple(shared.make_key(f"throttle:{window.name}") for window in asked))
    limits: list[int] = [number for window in asked for number in (window.most, window.seconds)]
    try:
        wait = _server().eval(TAKE, len(attempt.keys), *attempt.keys, now, attempt.mark, *limits)
    except redis.RedisError as error:
        raise CounterDown from error
    if wait:
        raise Throttled(int(wait))
    return attempt


def _server() -> "redis.Redis":
    return _connected(settings.REDIS_URL)


@cache
def _connected(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
