"""Asking the portal: the address of a case, its answer, and the words found in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID
from zlib import crc32

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from providers.mailing.unsubscribing import unsubscribe_url
from providers.models import User
from providers.permissions import Capability, may
from tests.factories import PASSWORD
from tests.harness.sign_in import grow_stale
from tests.permissions.expected import METHODS, OK, Case, expected, got
from tests.permissions.reading import text_of
from tests.permissions.routes import Route
from tests.permissions.world import ALL_WORDS, NEIGHBOURS, Actor, World

# What the parameters of a route without a place stand for.
LINK = unsubscribe_url(UUID(int=1), "price_revised").rstrip("/").rpartition("/")[2]
ANYBODYS: dict[str, Any] = {
    "color": "0b5a8f",
    "space": "workshop",
    "token": "x",
    "link": LINK,
    "secret": "x",
}
# An address that nobody was invited to: whatever a token tells is tested with its page.
ANYBODYS |= {"house": "maison-a"}
# Acts on a contract that is not signed yet.
BEFORE_SIGNATURE = {"workshop:contract_sign", "workshop:contract_abandon"}
# The yearly price and the same with its tax, in any notation.
AMOUNTS = re.compile(r"7\D{0,6}654[.,]32|9\D{0,6}185[.,]18")
MONEY = (Capability.CONTRACTS, Capability.INVOICES, Capability.PAYMENTS)


def arguments(route: Route, place: str, house: str, world: World) -> dict[str, Any]:
    """Every parameter of a route; a `KeyError` says which one nobody has an object for."""
    values = dict(ANYBODYS) | world.everywhere
    if place:
        is_practice = place in world.practices
        values["key"] = (
            world.practices[place].customer_id if is_practice else world.providers[place].slug
        )
    if house:
        values |= world.practices[house].objects
    if house and route.name in BEFORE_SIGNATURE:
        values["contract_id"] = world.practices[house].prepared
    return {name: values[name] for name in route.parameters}


def cases_of(route: Route, world: World) -> Iterator[Case]:
    """Every method by every actor at every place about every house's objects."""
    assert route.rule is not None
    places = list(NEIGHBOURS) if route.rule.side in {"workshop", "field"} else list(world.practices)
    houses = list(world.practices) if route.names_an_object else [""]
    spots = [(place, house) for place in places for house in houses]
    if route.rule.side == "api":
        spots = [("", house) for house in houses]
    elif not route.names_a_place:
        spots = [("", "")]
    for place, house in spots:
        for method in METHODS:
            for actor in world.actors.values():
                yield Case(route, method, actor, place, house)
    if route.rule.side in {"workshop", "field"}:
        owner = world.actors["suspended"]
        yield from (Case(route, method, owner, "c", houses[0]) for method in METHODS)


def is_sampled(case: Case) -> bool:
    """For every submission: all that people read and send at home, and one in some of the rest."""
    rule = case.route.rule
    assert rule is not None
    is_known = case.method in rule.methods
    one_in = {(True, True): 1, (True, False): 12, (False, True): 6, (False, False): 32}
    return crc32(str(case).encode()) % one_in[_is_at_home(case), is_known] == 0


def _is_at_home(case: Case) -> bool:
    """Whoever may be let in, asking for what is not another house's."""
    actor, rule = case.actor, case.route.rule
    assert rule is not None
    places = [case.place] if case.place else [house for house, _ in actor.memberships]
    if case.house and not any(_holds(place, case.house) for place in places):
        return False
    if case.place:
        return case.place in dict(actor.memberships) or case.place == actor.sees
    if rule.side == "api":
        return bool(actor.token)
    return rule.side != "operator" or actor.is_operator


def _holds(place: str, house: str) -> bool:
    return house == place or house in NEIGHBOURS.get(place, ())


@dataclass(slots=True)
class Desk:
    """Everybody's browser; every request is undone."""

    world: World
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    sessions: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def session(self, actor: Actor) -> str:
        if actor.name not in self.sessions and actor.user is not None:
            browser = _browser_of(actor, actor.user)
            if actor.sees:
                self._visit(browser, actor)
            self.sessions[actor.name] = browser.cookies[settings.SESSION_COOKIE_NAME].value
        return self.sessions.get(actor.name, "")

    def _visit(self, browser: Client, actor: Actor) -> None:
        """Begin to look at a practice's space, as the page does."""
        practice = self.world.practices[actor.sees]
        slug = self.world.providers[practice.provider].slug
        begun = browser.post(reverse("workshop:see_as", args=[slug, practice.customer_id]))
        assert begun.status_code == 303

    def settle(self, actor: Actor) -> None:
        """Where they are signed in from is written by their first page, and not undone."""
        if actor.name not in self.settled and (session := self.session(actor)):
            self.browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
            self.browser.get(reverse("notification_preferences"))
        self.settled.add(actor.name)

    def ask(
        self,
        actor: Actor,
        method: str,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        look: Callable[[], None] = lambda: None,
    ) -> tuple[Any, str]:
        """The answer and everything that can be read in it; nobody stays signed out.

        `look` is called before what the request did is undone.
        """
        session = self.session(actor)
        sent: dict[str, Any] = {"data": data or {}}
        if path.startswith("/api/v1/"):
            sent = _for_a_program(actor, method, data)
        self.browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
        with transaction.atomic():
            response = getattr(self.browser, method.lower())(path, **sent)
            text = text_of(response)
            look()
            transaction.set_rollback(True)
        return response, text

    def answer(self, case: Case) -> list[str]:
        """What is wrong with the answer to a case: its kind, or the words in it."""
        path = reverse(
            case.route.name,
            kwargs=arguments(case.route, case.place, case.house, self.world),
        )
        response, text = self.ask(case.actor, case.method, path)
        kind, wanted = (
            got(
                response.status_code,
                response.get("Location", ""),
                side=case.route.rule.side if case.route.rule else "",
            ),
            expected(case, self.world),
        )
        faults = [] if kind == wanted else [f"{case}: {kind}, not {wanted}"]
        leaks = leaks_in(text, case.actor, self.world)
        return faults + [f"{case}: shows {word}" for word in leaks]


def _browser_of(actor: Actor, user: User) -> Client:
    """Signed in as far as the actor went."""
    browser = Client()
    if actor.is_halfway:
        answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert answer.headers["Location"] == reverse("mfa_authenticate")
        return browser
    browser.force_login(user)
    if actor.is_stale:
        grow_stale(browser)
    return browser


def _for_a_program(actor: Actor, method: str, data: dict[str, Any] | None) -> dict[str, Any]:
    """JSON with every header that is ever needed; an empty body is refused after the object."""
    headers = {"Idempotency-Key": "matrix", "If-Match": '"none"'}
    if actor.token:
        headers["Authorization"] = f"Bearer {actor.token}"
    if method in ("GET", "HEAD"):
        return {"data": data or {}, "headers": headers}
    return {"data": data or {}, "content_type": "application/json", "headers": headers}


def leaks_in(text: str, actor: Actor, world: World) -> list[str]:
    """Words of houses that the actor has nothing to do with, and amounts that are not for them."""
    allowed = world.words_for(actor)
    found = sorted(word for word in ALL_WORDS - allowed if word in text)
    sees_money = any(may(role, code) for _, role in actor.memberships for code in MONEY)
    if not sees_money and (amount := AMOUNTS.search(text)):
        found.append(amount.group())
    return found


__all__ = ["OK", "Desk", "arguments", "cases_of", "is_sampled", "leaks_in"]
