"""Which forms there are: every page is opened by whoever may, its forms are kept once each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from portal.clauses.sections import SECTIONS
from tests.hostile.forms import Form, forms_in
from tests.permissions.asking import Desk, arguments
from tests.permissions.reading import body_of
from tests.permissions.routes import OF_ALLAUTH, Route, routes
from tests.permissions.world import Actor, World

# Who opens the pages of a side: actor, place in the address, owner of the objects.
CALLERS = {
    "workshop": (("a-owner", "a", "a1"),),
    "field": (("a-owner", "a", "a1"),),
    "practice": (("a1-practice_manager", "a1", "a1"),),
    "operator": (("operator", "", ""),),
    "user": (("a-owner", "", ""), ("a-bare", "", "")),
    "public": (("anonymous", "", ""), ("a-owner", "", "")),
}
OF_ACCOUNT = tuple((name, "", "") for name in ("anonymous", "a-owner", "a-bare", "a-halfway"))
# Their addresses name a letter that was sent or a key that was added; T3 asks those.
WITHOUT_OBJECT = {"pk", "uidb36"}
# Files that are downloaded, not pages.
DOWNLOADS = ("_csv", "_xlsx", "_zip", "_pdf", "_file", "_document", "_archive", "_export")
# What is read by the views whose form the world shows to nobody.
BARE: dict[str, tuple[str, ...]] = {
    "account_recovery_codes_file": ("codes",),
    "field:notifications_read": ("notification",),
    "practice:job_retry": ("items",),
    "practice:notifications_read": ("notification",),
    "usersessions_list": ("session",),
    "workshop:job_retry": ("items",),
    "workshop:mail_resend": ("recipient",),
    "workshop:notifications_read": ("notification",),
    "workshop:setup_offers": ("preset",),
}
# The same editor on other parts of the terms, and the same upload of other rows.
OTHERS: dict[str, list[dict[str, Any]]] = {
    "workshop:draft_section": [{"section": section.slug} for section in SECTIONS],
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One address, by somebody who may open it."""

    route: Route
    actor: Actor
    path: str


def ours() -> list[Route]:
    """The portal's own routes and the sign-in's; programs have a description of theirs."""
    return [
        route
        for route in routes()
        if (route.rule and route.rule.side != "api") or route.name in OF_ALLAUTH
    ]


def is_written(route: Route) -> bool:
    """Takes a form: whatever rules say so, and every page of the sign-in."""
    return route.rule is None or "POST" in route.rule.methods


WRITTEN = [
    route for route in ours() if is_written(route) and not WITHOUT_OBJECT & set(route.parameters)
]

READ = [
    route
    for route in ours()
    if (route.rule is None or "GET" in route.rule.methods)
    and not WITHOUT_OBJECT & set(route.parameters)
]


def visits(route: Route, world: World) -> Iterator[Visit]:
    callers = CALLERS[route.rule.side] if route.rule else OF_ACCOUNT
    for name, place, house in callers:
        values = arguments(route, place, house or "a1", world)
        for other in OTHERS.get(route.name, [{}]):
            path = reverse(route.name, kwargs=values | other)
            yield Visit(route, world.actors[name], path)


def bare_form(route: Route, world: World) -> Form:
    """Of a route whose form no page of the world shows: what its view is known to read."""
    visit = next(visits(route, world))
    form = Form(visit.path, sender=visit.actor.name)
    for name in BARE.get(route.name, ()):
        form.add(name, "text", [], [])
    return form


def find_forms(desk: Desk, world: World) -> dict[str, list[Form]]:
    """By the route that they are sent to; the same form of another object is left out."""
    found: dict[str, Form] = {}
    pages = [route for route in READ if not route.name.endswith(DOWNLOADS)]
    for visit in (each for route in pages for each in visits(route, world)):
        response, _text = desk.ask(visit.actor, "GET", visit.path)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            for form in forms_in(body_of(response).decode(), visit.path):
                form.sender = visit.actor.name
                found.setdefault(form.label, form)
    by_route: dict[str, list[Form]] = {}
    for form in found.values():
        by_route.setdefault(form.route, []).append(form)
    bare = {route.name: [bare_form(route, world)] for route in WRITTEN}
    return (
        bare | by_route | {"workshop:draft_preview": _previews(by_route["workshop:draft_section"])}
    )


def _previews(editors: list[Form]) -> list[Form]:
    """An editor sends what is typed to its preview as well: some of them stand for all."""
    return [replace(form, path=f"{form.path}apercu/") for form in editors[::3]]


__all__ = ["DOWNLOADS", "READ", "WRITTEN", "Visit", "find_forms", "visits"]
