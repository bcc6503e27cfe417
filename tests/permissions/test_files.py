"""R21: whatever leaves as a file runs nothing on this site's behalf, though it shares its origin.

Asked of every file that the resolver knows, the programming interface's included: kept apart by
its head alone (docs/decisions/0028).
"""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from portal.workshop import files
from tests.permissions.asking import Desk, arguments, cases_of
from tests.permissions.expected import OK, expected
from tests.permissions.routes import Route, routes
from tests.permissions.test_proofs import FILE
from tests.permissions.world import World

# What an address needs beside its place.
ASKED = {"workshop:invoices_zip": {"first_day": "2026-01-01", "last_day": "2026-12-31"}}
SIDES = {"workshop", "practice", "api"}
READ = [
    route
    for route in routes()
    if route.rule and "GET" in route.rule.methods and route.rule.side in SIDES
]
FILES = [route for route in READ if FILE.search(route.name)]
PAGES = ("text/html", "application/json")


def answer_of(route: Route, world: World, desk: Desk) -> Any:
    """To the first who may have it; None where there is nothing to give."""
    for case in cases_of(route, world):
        if case.method == "GET" and expected(case, world) == OK:
            path = reverse(route.name, kwargs=arguments(route, case.place, case.house, world))
            response, _text = desk.ask(case.actor, "GET", path, ASKED.get(route.name))
            if response.status_code == 200:
                return response
    return None


def faults_of(response: HttpResponse) -> list[str]:
    """What its head does not forbid."""
    said = response.headers
    wanted = {
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private",
    }
    found = [name for name, start in wanted.items() if not said.get(name, "").startswith(start)]
    policy = said.get("Content-Security-Policy", "")
    return found + [word for word in ("allow-", "unsafe", ",") if word in policy]


@pytest.mark.parametrize("route", FILES, ids=lambda route: route.name)
def test_a_file_opens_nothing_here(world: World, desk: Desk, route: Route) -> None:
    assert faults_of(answer_of(route, world, desk)) == []


def test_every_file_is_known_as_one(world: World, desk: Desk) -> None:
    """Whatever its route is called: by what it answers."""
    answers = {route.name: answer_of(route, world, desk) for route in READ if route not in FILES}
    given = {name: answer["Content-Type"] for name, answer in answers.items() if answer}
    assert len(given) > 60
    assert [name for name, kind in given.items() if not kind.startswith(PAGES)] == []


@pytest.mark.parametrize("policy", ["", "sandbox allow-scripts", "default-src 'none'"])
def test_a_laxer_policy_would_be_found(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    """Planted."""
    monkeypatch.setattr(files, "SANDBOX", policy)
    [route] = [route for route in FILES if route.name == "workshop:contract_document"]
    assert "Content-Security-Policy" in faults_of(answer_of(route, world, desk))
