"""T18: each act on money asked for ten times at once happens once, by pages and by programs.

What a single one would do is found first, and undone; the burst must leave no more than that. The
short form gives each act one burst, the long form two thousand in all.
"""

import json
import os
from datetime import date
from random import Random
from time import sleep
from typing import Any, Final
from zlib import crc32

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.test import TestCase
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from billing.models import Invoice
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.harness.bursts import Answer, at_once, told
from tests.portal.workshop.conftest import OWNER, Workshop, a_workshop, issue
from tests.portal.workshop.money import ACTS, Post, Scene, a_program
from tests.portal.workshop.wires import IS_LONG, sizes, state, undone

ROUNDS: Final = 2_000 // len(ACTS) + 1 if IS_LONG else 1
# So that several workers share the work.
SHARES: Final = 8 if IS_LONG else 1
ONLY: Final = os.environ.get("CLAUSIER_ACT", "")
# A run takes what another released; those who decide on a revision find one in the house.
ALONE: Final = {"workshop:run_launch", "workshop:revision_drop"}
NOT_ONCE: Final = {
    "workshop:contract_new": "nobody owes anything yet: a second one is seen, and abandoned"
}
# Said again word for word, whoever was first; the others are refused politely: it is done already.
WITH_A_KEY: Final = {"workshop:payment_new", "workshop:run_launch"}


def scenes(place: int) -> list[tuple[str, Scene]]:
    """One for each act, all in one house as far as they go together."""
    house, other = a_workshop(f"essai-{place}"), a_workshop(f"autre-{place}")
    names = [name for name in ACTS if ONLY in name and name not in NOT_ONCE]
    return [(name, a_scene(other if name in ALONE else house)) for name in names]


def a_scene(workshop: Workshop) -> Scene:
    """With a practice, a contract and an invoice of its own."""
    with open_scope(workshop.provider.id):
        customer = a_customer("Cabinet des Pins")
        contract = a_signed_contract(customer, signed_on=date(2026, 2, 10), cadence="quarterly")
    issue(workshop, date(2026, 2, 10))
    with open_scope(workshop.provider.id):
        invoice = Invoice.objects.get(contract=contract)
    return Scene(workshop, workshop.client(OWNER), a_program(workshop), invoice, contract)


def request_of(scene: Scene, post: Post, key: str) -> tuple[str, bytes, dict[str, str]]:
    if post.is_by_program:
        headers = {"Authorization": f"Bearer {scene.program.token}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/json"
        return f"/api/v1/{post.path}", json.dumps(post.values()).encode(), headers
    token = "t" * 32  # the same in the form and in the cookie
    session = scene.browser.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: token}
    said = "; ".join(f"{name}={value}" for name, value in cookies.items())
    body = encode_multipart(BOUNDARY, {**post.values(), "csrfmiddlewaretoken": token})
    return post.path, body, {"Cookie": said, "Content-Type": MULTIPART_CONTENT}


def burst(server: str, scene: Scene, name: str, place: int) -> list[str]:
    """What is wrong after ten at once: done twice, by halves, or answered as no one should be."""
    post = ACTS[name](scene)
    before = state(scene.workshop)
    with undone():
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert scene.sending(post)().status_code in (201, 303), name
        done = sizes(state(scene.workshop))
    path, body, headers = request_of(scene, post, f"{name}-{place}")
    luck = Random(crc32(f"{name} {place}".encode()))
    heard = luck.randrange(1, 400)
    answers = at_once(lambda cut: told(server, path, body, headers, heard=cut), heard=heard)
    wait_until_nobody_works()
    after = sizes(state(scene.workshop))
    found = [
        f"{table}: {before[table][0]} rows, {after[table]} instead of {count}"
        for table, count in done.items()
        if after[table] != count
    ]
    return [f"{name}, burst {place}: {fault}" for fault in [*found, *wrong(post, name, answers)]]


def wait_until_nobody_works() -> None:
    """Those that were cut off are worked on all the same."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    for _turn in range(400):
        with connection.cursor() as cursor:
            cursor.execute(f"{others} AND pid <> pg_backend_pid()")
            if not cursor.fetchone()[0]:
                return
        sleep(0.02)
    raise AssertionError("somebody works without end")


def wrong(post: Post, name: str, answers: list[Answer]) -> list[str]:
    """One answer for all where a key says that it is one act; else done, or refused as done."""
    said = {answer.status for answer in answers}
    if post.is_by_program:
        is_one = said == {201} and len(set(answers)) == 1
    elif name in WITH_A_KEY:
        is_one = said == {303} and len({answer.place for answer in answers}) == 1
    else:
        is_one = said <= {303, 422}
    return [] if is_one else [f"answered {sorted(said)}"]


@pytest.mark.parametrize("share", range(SHARES))
def test_each_act_on_money_is_done_once(
    transactional_db: None, live_server: Any, share: int
) -> None:
    found: list[str] = []
    for place in range(share, ROUNDS, SHARES):
        for name, scene in scenes(place):
            found += burst(live_server.url, scene, name, place)
    assert not found, "\n".join(found)


def test_an_act_that_is_done_again_is_found(
    transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what is set aside already is not looked for, and nobody waits for anybody."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    scene, name = a_scene(a_workshop("essai-info")), "workshop:run_aside"
    assert [fault for fault in burst(live_server.url, scene, name, 0) if "auditentry" in fault]
