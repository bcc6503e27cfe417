"""T24: how often one may be wrong, from where, and who still gets in meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, RequestFactory

from providers import throttle
from providers.models import User
from providers.throttle import Throttled, take
from providers.visitors import address_of
from tests.portal.account.conftest import (
    FACTOR,
    NOW,
    give_password,
    sign_in,
)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: Any, password: str, salt: str) -> str:
        seen.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return seen


def statuses(email: str, tries: int, **headers: Any) -> list[int]:
    client = Client()
    return [give_password(client, email, f"wrong {n}", **headers).status_code for n in range(tries)]


def test_after_five_wrong_passwords_nothing_is_hashed_any_more(
    owner: User, hashed: list[str]
) -> None:
    assert statuses(owner.email, 8) == [422] * 5 + [429] * 3
    assert hashed == [f"wrong {n}" for n in range(5)]
    answer = give_password(Client(), owner.email)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert len(hashed) == 5


def test_the_window_slides(owner: User, clock: Any) -> None:
    assert statuses(owner.email, 4) == [422] * 4
    clock.move_to(NOW + timedelta(minutes=4))
    assert statuses(owner.email, 2) == [422, 429]
    clock.move_to(NOW + timedelta(minutes=5, seconds=1))
    assert statuses(owner.email, 5) == [422] * 4 + [429]


def test_an_hour_holds_a_hundred_at_most(
    owner: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many devices are known to the account: each has its own five minutes."""
    request = RequestFactory().post("/")
    for number in range(100):
        monkeypatch.setattr(throttle, "device_of", lambda *_, device=number: f"device {device}")
        clock.move_to(NOW + timedelta(seconds=30 * number))
        take(request, "password", owner.email)
    with pytest.raises(Throttled) as refused:
        take(request, "password", owner.email)
    assert refused.value.wait == 3600 - 30 * 99


def test_ten_a_minute_from_one_address_whatever_the_account(owner: User) -> None:
    """The spray: one password over many accounts."""
    client = Client()
    answers = [give_password(client, f"person{n}@cabinet.example").status_code for n in range(14)]
    assert answers == [422] * 10 + [429] * 4
    assert give_password(Client(REMOTE_ADDR="198.51.100.4"), owner.email).status_code == 302


@pytest.mark.parametrize("count", [150, pytest.param(1000, marks=pytest.mark.long)])
def test_forged_forwarded_addresses_are_one_visitor(
    owner: User, hashed: list[str], count: int
) -> None:
    client = Client()
    for n in range(count):
        forged = f"10.{n // 250}.{n % 250}.1, 203.0.113.{n % 250}"
        email = f"person{n}@cabinet.example"
        answer = give_password(client, email, "Tilleul2026!!", HTTP_X_FORWARDED_FOR=forged)
        assert answer.status_code == (422 if n < 10 else 429)
    assert len(hashed) == 10


def test_of_forwarded_addresses_the_trusted_proxy_s_counts(settings: Any) -> None:
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="forged, 203.0.113.9, 192.0.2.1")
    assert address_of(request) == "127.0.0.1"
    settings.TRUSTED_PROXIES = 2
    assert address_of(request) == "203.0.113.9"
    settings.TRUSTED_PROXIES = 3
    assert address_of(request) == ""
    settings.TRUSTED_PROXIES = 4
    assert address_of(request) == "127.0.0.1"


def test_many_addresses_share_the_account_s_tries(owner: User, hashed: list[str]) -> None:
    for n in range(60):
        client = Client(REMOTE_ADDR=f"2001:db8:{n:x}::1")
        assert give_password(client, owner.email, "wrong").status_code == (422 if n < 5 else 429)
    assert len(hashed) == 5


def test_the_owner_gets_in_on_a_known_device_while_others_attack(owner: User) -> None:
    known = Client()
    sign_in(known, owner)
    known.post("/compte/deconnexion/")
    assert statuses(owner.email, 8)[-1] == 429
    assert give_password(known, owner.email).headers["Location"] == FACTOR
    assert give_password(Client(), owner.email).status_code == 429


def test_a_known_device_has_five_tries_too(owner: User, clock: Any) -> None:
    known = Client()
    sign_in(known, owner)
    known.post("/compte/deconnexion/")
    answers = [give_password(known, owner.email, "wrong").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_device_known_to_one_account_is_unknown_to_another(owner: User, manager: User) -> None:
    mine = Client()
    sign_in(mine, manager)
    mine.post("/compte/deconnexion/")
    assert statuses(owner.email, 5) == [422] * 5
    assert give_password(mine, owner.email).status_code == 429


def test_one_good_sign_in_clears_nobody_s_count(owner: User, manager: User) -> None:
    """Four failures on the victim, one success on one's own account, again and again."""
    attacker = Client()
    answers = []
    for number in range(3):
        answers += [give_password(attacker, owner.email, f"w{number}{n}") for n in range(4)]
        attacker.cookies.clear()
        if number == 0:
            sign_in(attacker, manager)
        attacker.cookies.clear()
    assert [each.status_code for each in answers] == [422] * 5 + [429] * 7


def test_the_form_of_a_refusal_is_the_same_for_accounts_that_do_not_exist(owner: User) -> None:
    assert statuses("nobody@cabinet.example", 7) == [422] * 5 + [429] * 2


def test_codes_mails_and_proofs_are_counted_too(owner: User, manager: User) -> None:
    client = Client()
    answers = [client.post("/compte/oubli/", {"email": owner.email}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    elsewhere = Client(REMOTE_ADDR="198.51.100.4")
    elsewhere.force_login(manager)
    wrong = {"password": "wrong"}
    answers = [elsewhere.post("/compte/confirmer/", wrong).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_nobody_gets_in_when_tries_cannot_be_counted(
    owner: User, settings: Any, hashed: list[str]
) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    answer = give_password(Client(), owner.email)
    assert answer.status_code == 503
    assert "impossible pour l’instant" in answer.content.decode()
    assert hashed == []


def test_a_try_that_was_right_is_given_back(owner: User) -> None:
    request = RequestFactory().post("/")
    for _ in range(12):
        take(request, "password", owner.email).give_back()
    for _ in range(5):
        take(request, "password", owner.email)
    with pytest.raises(Throttled):
        take(request, "password", owner.email)


def test_the_counters_would_be_missed(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: nothing is ever full."""
    monkeypatch.setattr(throttle, "TAKE", "return 0")
    assert 429 not in statuses(owner.email, 12)
