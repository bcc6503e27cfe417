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
# Files that are downloaded, not pages.
DOWNLOADS = ("_csv", "_xlsx", "_zip", "_pdf", "_file", "_document", "_archive", "_export")
# What is read by the views whose form the world shows to nobody.
BARE: dict[str, tuple[str, ...]] = {
    "account_recovery_codes_file": ("codes",),
    "account_signup": ("email", "password1", "password2"),
    "field:notifications_read": ("notification",),
    "practice:job_retry": ("items",),
    "practice:notifications_read": ("notification",),
    "usersessions_list": ("session",),
    "workshop:job_retry": ("items",),
    "workshop:mail_resend": ("recipient",),
    "workshop:notifications_read": ("notification",),
    "workshop:setup_offers": ("preset",),
}
# What the pages of the operators read, whether or not they show a button for it.
OF_DJANGO = (
    "action", "index", "select_across", "_selected_action", "post", "_save", "_popup",
    "_continue", "_addanother", "_saveasnew", "form-TOTAL_FORMS", "form-INITIAL_FORMS",
)  # fmt: skip
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
    """The portal's routes, the sign-in's, the operators'; programs have a description of theirs."""
    return [
        route
        for route in routes()
        if (route.rule and route.rule.side != "api")
        or route.name in OF_ALLAUTH
        or (route.is_admin and route.name != "admin:")
    ]


def is_written(route: Route) -> bool:
    """Takes a form: whatever rules say so, every page of the sign-in and of the operators."""
    return route.rule is None or "POST" in route.rule.methods


WRITTEN = [route for route in ours() if is_written(route)]
READ = [route for route in ours() if route.rule is None or "GET" in route.rule.methods]


def visits(route: Route, world: World) -> Iterator[Visit]:
    """By those who were given an address of it; otherwise by everybody of its side."""
    for name, values in world.given.get(route.name, ()):
        yield Visit(route, world.actors[name], reverse(route.name, kwargs=values))
    if route.name not in world.given:
        yield from _of_side(route, world)


def _of_side(route: Route, world: World) -> Iterator[Visit]:
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
    by_route = {route.name: [bare_form(route, world)] for route in WRITTEN} | by_route
    for name in [name for name in by_route if name.startswith("admin:")]:
        _add_buttons(by_route[name])
    return by_route | {
        "workshop:draft_preview": _previews(by_route["workshop:draft_section"]),
    }


def _add_buttons(forms: list[Form]) -> None:
    for form in forms:
        for name in OF_DJANGO:
            form.add(name, "submit", [], [])


def _previews(editors: list[Form]) -> list[Form]:
    """An editor sends what is typed to its preview as well: some of them stand for all."""
    return [replace(form, path=f"{form.path}apercu/") for form in editors[::3]]


__all__ = ["DOWNLOADS", "READ", "WRITTEN", "Visit", "find_forms", "visits"]
