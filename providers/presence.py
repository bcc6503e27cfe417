"""Who is at work: the person, the address and the request behind what is being done.

The middleware knows them for a request, `acting_as` for a job that a person started; the audit
trail and the history read them here, so that no operation hands them on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse

from providers.models import User
from providers.visitors import address_of


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of whoever is at work; a request knows its person once they are asked for."""

    person: Callable[[], User | None]
    address: str | None = None
    request_number: str = ""


NOBODY = Presence(lambda: None)
_present: ContextVar[Presence] = ContextVar("presence", default=NOBODY)


def present() -> Presence:
    return _present.get()


@contextmanager
def acting_as(user: User | None) -> Iterator[None]:
    """For the length of a job: what it does was asked for by this person."""
    token = _present.set(Presence(lambda: user))
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def answering_for(user: User) -> Iterator[None]:
    """For a request that came with a token: the address stays, the person is the token's maker."""
    token = _present.set(replace(present(), person=lambda: user))
    try:
        yield
    finally:
        _present.reset(token)


class PresenceMiddleware:
    """After authentication: keep who asks at hand while the request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = getattr(request, "request_number", "")
        address = address_of(request) or None
        token = _present.set(Presence(lambda: _person(request), address, number))
        try:
            return self.get_response(request)
        finally:
            _present.reset(token)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
