"""Every page that the resolver knows asks at most fifteen questions, those of its door included.

The fifteen are whatever is read or written for one answer: the session, the person, the
membership, the page, its frame. That none grows with what is shown is tested where there is much.
"""

import pytest
from django.urls import reverse

from tests.harness.questions import MOST, questions
from tests.permissions.asking import Desk, arguments
from tests.permissions.expected import OK, got
from tests.permissions.routes import Route, routes
from tests.permissions.world import World

# By side: who asks, at which place, for whose things.
ASKED: dict[str, tuple[str, str, str]] = {
    "public": ("anonymous", "", ""),
    "user": ("a-owner", "", ""),
    "operator": ("operator", "", "a1"),
    "workshop": ("a-owner", "a", "a1"),
    "field": ("a-technician", "a", "a1"),
    "practice": ("a1-practice_manager", "a1", "a1"),
    "api": ("token-a", "", "a1"),
}
PAGES = [route for route in routes() if route.rule is not None and "GET" in route.rule.methods]


def _name(route: Route) -> str:
    return route.label


def statements(desk: Desk, world: World, route: Route) -> list[str]:
    """What one look asks of the database, once the terms of the contracts are known."""
    assert route.rule is not None
    who, place, house = ASKED[route.rule.side]
    actor = world.actors[who]
    desk.settle(actor)
    path = reverse(route.name, kwargs=arguments(route, place, house, world))
    desk.ask(actor, "GET", path)
    with questions() as asked:
        answer, _text = desk.ask(actor, "GET", path)
    kind = got(answer.status_code, answer.get("Location", ""), side=route.rule.side)
    assert kind == OK or not house, f"{route.label}: {kind}"
    return asked


@pytest.mark.parametrize("route", PAGES, ids=_name)
def test_a_page_asks_at_most_fifteen_questions(desk: Desk, world: World, route: Route) -> None:
    asked = statements(desk, world, route)
    assert len(asked) <= MOST, "\n".join(sql[:200] for sql in asked)


def test_the_door_asks_three_questions_and_the_frame_one(desk: Desk, world: World) -> None:
    """The session, the person with where they are signed in from, the membership; then the brand
    with what is unread and at work.
    """
    jobs = next(route for route in PAGES if route.name == "workshop:jobs")
    tables = [sql.split('"')[1] for sql in statements(desk, world, jobs)]
    door = ["django_session", "usersessions_usersession", "providers_membership"]
    assert (tables[:3], tables[-1]) == (door, "providers_providerprofile")
    assert len(tables) == 5, tables
