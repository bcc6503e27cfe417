"""T24, the interface's door: tokens that nobody gave, ten a minute from one address."""

import os
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from providers.models import ApiToken
from providers.operations.api_tokens import revoke_token
from providers.rules.api_tokens import SplitToken
from providers.scoping import open_scope
from tests.api.conftest import NOW, House, Program

GUESSES: Final = 10_000 if os.environ.get("CLAUSIER_LONG") == "1" else 200


def guess(house: House, **visitor: str) -> Program:
    """A token of the right shape and of the right house, with a secret that nobody has."""
    return Program(str(SplitToken(house.provider.id, token_urlsafe(32))), visitor_of(**visitor))


def visitor_of(**visitor: str) -> Client:
    return Client(raise_request_exception=False, **visitor)  # type: ignore[arg-type]


def test_after_ten_wrong_tokens_none_is_looked_up(house: House) -> None:
    answers, looked_up = [], 0
    for number in range(GUESSES):
        forged = f"10.0.{number // 250}.{number % 250}"
        with CaptureQueriesContext(connection) as asked:
            answer = guess(house, HTTP_X_FORWARDED_FOR=forged).get("customers")
        answers.append(answer.status_code)
        looked_up += any("providers_apitoken" in query["sql"] for query in asked.captured_queries)
        if answer.status_code == 429:
            assert len(asked.captured_queries) == 0
    assert answers == [401] * 10 + [429] * (GUESSES - 10)
    assert looked_up == 10
    assert answer["Retry-After"] == "60"
    assert answer.json()["code"] == "too_many_requests"


def test_the_window_slides_and_other_addresses_have_their_own(house: House, clock: Any) -> None:
    assert [guess(house).get("offers").status_code for _ in range(12)] == [401] * 10 + [429] * 2
    assert guess(house, REMOTE_ADDR="198.51.100.4").get("offers").status_code == 401
    clock.move_to(NOW + timedelta(seconds=61))
    assert guess(house).get("offers").status_code == 401


def test_a_program_that_works_from_there_works_on(house: House, program: Program) -> None:
    assert program.get("offers").status_code == 200
    assert [guess(house).get("offers").status_code for _ in range(11)][-1] == 429
    assert program.get("offers").status_code == 200


def test_a_token_that_is_right_is_given_back(house: House) -> None:
    programs = [house.program(name=f"Programme {number}") for number in range(12)]
    assert {each.get("offers").status_code for each in programs} == {200}


def test_a_token_that_was_good_is_counted_once_it_is_revoked(
    house: House, program: Program
) -> None:
    assert program.get("offers").status_code == 200
    with open_scope(house.provider.id):
        revoke_token(token_id=ApiToken.objects.get().pk, at=NOW)
    answers = [program.get("offers").status_code for _ in range(12)]
    assert answers == [401] * 11 + [429]  # the first one still counts as known


def test_what_is_no_token_is_refused_without_a_look(house: House) -> None:
    """And does not stop anybody."""
    assert {Program("nonsense").get("offers").status_code for _ in range(15)} == {401}
    assert guess(house).get("offers").status_code == 401


def test_without_the_cache_programs_work(house: House, program: Program, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    assert program.get("offers").status_code == 200


def test_a_guess_that_is_never_counted_would_be_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted."""
    monkeypatch.setattr("providers.throttle.TAKE", "return 0")
    assert {guess(house).get("offers").status_code for _ in range(12)} == {401}
