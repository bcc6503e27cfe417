"""T25: whether an address has an account cannot be told from any answer of the door."""

import re
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from providers.models import User
from tests.factories import PASSWORD
from tests.portal.account.conftest import LOGIN

# A number of its own, and the length of the address that was typed.
UNEQUAL = {"X-Request-Id", "Content-Length"}
# One visitor each, so that nobody is refused for trying often.
DOORS: dict[str, Callable[[Client, str], Any]] = {
    "sign-in": lambda client, email: client.post(LOGIN, {"login": email, "password": "wrong"}),
    "reset": lambda client, email: client.post("/compte/oubli/", {"email": email}),
    "reset, followed": lambda client, email: client.post(
        "/compte/oubli/", {"email": email}, follow=True
    ),
    "code": lambda client, email: client.post("/compte/connexion/code/", {"email": email}),
    "code, followed": lambda client, email: client.post(
        "/compte/connexion/code/", {"email": email}, follow=True
    ),
    "wrong code": lambda client, email: [
        client.post("/compte/connexion/code/", {"email": email}),
        client.post("/compte/connexion/code/saisie/", {"code": "WRONG1"}),
    ][-1],
    "sign-up": lambda client, email: client.post(
        "/compte/inscription/",
        {"email": email, "password1": PASSWORD, "password2": PASSWORD},
    ),
}


def answer_of(door: str, email: str, number: int = 1) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers without what differs from one request to the next."""
    client = Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}")
    response = DOORS[door](client, email)
    body = re.sub(r"[A-Za-z0-9_-]{24,}", "token", response.content.decode())
    headers = {name: value for name, value in response.items() if name not in UNEQUAL}
    return response.status_code, body.replace(email, "E-MAIL"), headers


@pytest.mark.parametrize("door", DOORS)
def test_a_known_and_an_unknown_address_get_the_same_answer(
    owner: User, manager: User, door: str
) -> None:
    unknown = answer_of(door, "nobody@cabinet.example")
    assert answer_of(door, owner.email) == unknown
    assert answer_of(door, manager.email) == unknown
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert answer_of(door, manager.email) == unknown


def test_a_difference_would_be_seen(owner: User) -> None:
    """Planted: the page names whom it knows."""
    known = answer_of("sign-in", owner.email)
    assert known != (known[0], known[1] + owner.name, known[2])


@pytest.mark.parametrize("door", DOORS)
def test_neither_writes_more(owner: User, door: str) -> None:
    """What a difference of time would come from; the time itself is measured in the long run."""
    answer_of(door, "warm@cabinet.example")
    assert writes_of(door, owner.email) == writes_of(door, "nobody@cabinet.example")


def writes_of(door: str, email: str) -> list[str]:
    """The verb and the table of each statement that changes something."""
    with CaptureQueriesContext(connection) as asked:
        answer_of(door, email, number=2)
    said = (" ".join(query["sql"].split()[:3]) for query in asked.captured_queries)
    return [words for words in said if words.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.long
@pytest.mark.parametrize("door", ["sign-in", "reset", "code"])
def test_neither_takes_longer(owner: User, settings: Any, door: str) -> None:
    """Medians of 200 within a tenth of each other, passwords hashed as on a real site."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(200):
        User.objects.create_user(f"known{number}@cabinet.example", PASSWORD)
    for number in range(400):
        is_known = number % 2 == 0
        email = f"{'known' if is_known else 'nobody'}{number // 2}@cabinet.example"
        start = perf_counter()
        answer_of(door, email, number)
        times[is_known].append(perf_counter() - start)
    known, unknown = median(times[True]), median(times[False])
    assert abs(known - unknown) <= 0.1 * max(known, unknown)
