"""Every route has a rule, every parameter an object, and the rest is on closed lists."""

from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from providers.doors import public, workshop_page
from providers.permissions import Capability, Level
from tests.permissions.asking import arguments, cases_of
from tests.permissions.expected import FOR_BUILDERS, METHODS, TRUTH
from tests.permissions.routes import OF_ALLAUTH, Route, faults_of, routes
from tests.permissions.world import World
from tests.tenancy.tables import GLOBAL_TABLES


def test_every_route_has_a_rule() -> None:
    assert faults_of(routes()) == []


def test_the_closed_lists_hold_nothing_but_routes() -> None:
    names = {route.name for route in routes()}
    assert names >= OF_ALLAUTH | FOR_BUILDERS | set(TRUTH)


def test_the_closed_lists_hold_no_route_with_a_rule() -> None:
    assert not [route.name for route in routes() if route.rule and route.name in OF_ALLAUTH]


def test_every_parameter_has_an_object(world: World) -> None:
    for route in routes():
        if route.rule is not None:
            for case in cases_of(route, world):
                assert set(arguments(route, case.place, case.house, world)) == set(route.parameters)


def test_every_route_is_asked_by_everybody_with_every_method(world: World) -> None:
    ruled = [route for route in routes() if route.rule is not None]
    total = 0
    for route in ruled:
        cases = list(cases_of(route, world))
        assert {case.actor.name for case in cases} == set(world.actors)
        assert {case.method for case in cases} == set(METHODS)
        total += len(cases)
    assert len(world.actors) > 20
    assert total > 15_000


# What a borrowed browser must not do: give rights, make keys, change the account that is paid or
# what every document says of the house.
CAREFUL = {
    Capability.API_TOKENS,
    Capability.BANK_DETAILS,
    Capability.MEMBERS,
    Capability.PRACTICE_MEMBERS,
}

FACES = ("identity_edit", "brand_edit", "prefixes_edit", "calendar_edit")


def test_whoever_gives_rights_or_changes_the_account_proves_who_they_are() -> None:
    rules = {route.label: route.rule for route in routes() if route.rule and route.names_a_place}
    careful = {
        label: rule.is_sensitive
        for label, rule in rules.items()
        if rule.capability in CAREFUL and rule.level is Level.WRITE
    }
    careful |= {name: rules[f"workshop:{name}"].is_sensitive for name in FACES}
    assert len(careful) > 15
    assert all(careful.values()), careful


def _plain(request: HttpRequest, **values: Any) -> HttpResponse:
    return HttpResponse()


@workshop_page(Capability.COVERAGE)
def _guarded(request: HttpRequest, **values: Any) -> HttpResponse:
    return HttpResponse()


PLANTED: dict[str, tuple[URLPattern | URLResolver, str]] = {
    "no door at all": (path("secret/", _plain, name="secret"), "has no rule"),
    "an included one": (
        path("c/<uuid:key>/", include([path("x/", _plain, name="x")])),
        "x has no rule",
    ),
    "no name": (path("open/", public()(_plain)), "has no name"),
    "the membership under another name": (
        path("atelier/<slug:slug>/x/", _guarded, name="x"),
        "its first parameter is not the key of a membership",
    ),
    "the membership after the object": (
        path("x/<uuid:contract_id>/<slug:key>/", _guarded, name="x"),
        "its first parameter is not the key of a membership",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_route_is_reported(name: str) -> None:
    pattern, sentence = PLANTED[name]
    found = faults_of(routes([pattern]))
    assert any(sentence in fault for fault in found)


def test_a_parameter_without_an_object_fails_the_build(world: World) -> None:
    planted = Route("workshop:new", "atelier/<slug:key>/<uuid:wine_id>/", ("key", "wine_id"), None)
    with pytest.raises(KeyError, match="wine_id"):
        arguments(planted, "a", "a1", world)


def test_the_admin_knows_the_global_tables_alone() -> None:
    registered = {model._meta.db_table for model in admin.site._registry}
    assert registered <= GLOBAL_TABLES
