"""T24: ten thousand guesses, and how many of them the server worked for.

A hash costs three quarters of a second of one core on a real site, a refusal a few thousandths: so
hashes are counted, not timed. The clock moves by half a second a guess. Two hundred guesses in the
short form, ten thousand in the long one.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from core import clock as now
from providers.models import User
from tests.portal.account.conftest import NOW, give_password

IS_LONG: Final = os.environ.get("CLAUSIER_LONG") == "1"
GUESSES: Final = 10_000 if IS_LONG else 200
STEP: Final = timedelta(seconds=0.5)
ACCOUNTS: Final = 1000
HASH_COSTS: Final = 0.75  # seconds of a core, by the default hasher (docs of the targets)
CORES: Final = 2
# Each guess: from where, at which account.
ATTACKS: Final[dict[str, Callable[[int], tuple[str, str]]]] = {
    "one address at one account": lambda n: ("203.0.113.7", "camille@essai.example"),
    "a thousand addresses at one account": lambda n: (
        f"2001:db8:{n % ACCOUNTS:x}::1",
        "camille@essai.example",
    ),
    "one address at a thousand accounts": lambda n: (
        "203.0.113.7",
        f"person{n % ACCOUNTS}@cabinet.example",
    ),
}


@pytest.fixture
def hashed_at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The instants at which a password was hashed."""
    seen: list[float] = []
    encode = MD5PasswordHasher.encode

    def noted(self: Any, password: str, salt: str) -> str:
        seen.append(now.now().timestamp())
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return seen


def most_in(instants: list[float], seconds: float) -> int:
    """How many at most lie within so many seconds."""
    counts = (sum(at - seconds < other <= at for other in instants) for at in instants)
    return max(counts, default=0)


def attack(name: str, clock: Any) -> list[int]:
    """The statuses of all guesses, each by a browser that nobody knows."""
    answers = []
    for number in range(GUESSES):
        clock.move_to(NOW + number * STEP)
        address, email = ATTACKS[name](number)
        forged = f"198.51.100.{number % 250}"
        client = Client(REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forged)
        answers.append(give_password(client, email, f"Tilleul{number}").status_code)
    return answers


@pytest.mark.parametrize("name", ATTACKS)
def test_few_guesses_cost_a_hash(
    owner: User, clock: Any, hashed_at: list[float], name: str
) -> None:
    answers = attack(name, clock)
    assert set(answers) == {422, 429}
    assert len(hashed_at) == answers.count(422)
    if "one account" in name:
        assert most_in(hashed_at, 300) <= 5
        assert most_in(hashed_at, 3600) <= 100
    else:
        assert most_in(hashed_at, 60) <= 10
    lasted = GUESSES * STEP.total_seconds()
    assert len(hashed_at) * HASH_COSTS <= 0.2 * CORES * lasted


def test_a_hash_a_guess_would_be_found(
    owner: User, clock: Any, hashed_at: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: nothing is ever full."""
    monkeypatch.setattr("providers.throttle.TAKE", "return 0")
    monkeypatch.setattr("tests.portal.account.test_brute_force.GUESSES", 20)
    assert set(attack("one address at one account", clock)) == {422}
    assert most_in(hashed_at, 300) > 5
