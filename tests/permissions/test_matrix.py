"""Every route × method × actor × place × owner of the object (T1), read for foreign words (T2)."""

import pytest

from tests.permissions.asking import Desk, cases_of, is_sampled
from tests.permissions.routes import Route, routes
from tests.permissions.world import World

RULED = [route for route in routes() if route.rule is not None]


def _name(route: Route) -> str:
    return route.label


@pytest.mark.parametrize("route", RULED, ids=_name)
def test_a_route_answers_as_its_rule_says(desk: Desk, world: World, route: Route) -> None:
    faults = [
        fault for case in cases_of(route, world) if is_sampled(case) for fault in desk.answer(case)
    ]
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("route", RULED, ids=_name)
def test_a_route_answers_everybody_as_its_rule_says(desk: Desk, world: World, route: Route) -> None:
    faults = [fault for case in cases_of(route, world) for fault in desk.answer(case)]
    assert faults == []
