"""Every page of the portal, found by its route: accessible on a phone and on a desktop, light and
dark, read at 400 % without scrolling sideways, with the help where one looks for it (WCAG 2.2 AA,
RGAA, 1.4.10, 3.2.6).

Nobody lists the pages here: whatever route answers a whole page to whoever may read it is looked
at, with the world of the permission matrix behind it. A new page is audited by being there.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from providers.models import User
from tests.browser.audit import (
    SIZES,
    Visit,
    help_missing,
    too_wide,
    unfold,
    violations_at,
    wait_until_calm,
)
from tests.permissions.asking import arguments
from tests.permissions.routes import OF_ALLAUTH, routes
from tests.permissions.world import Actor, World

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
IS_LONG = os.environ.get("CLAUSIER_LONG") == "1"
NARROWEST = {"width": 320, "height": 640}  # 1280 pixels at 400 %
# Who reads the pages of each side, and where: the place in the address and whose objects.
READERS = {
    "public": ("anonymous", "", ""),
    "user": ("a-owner", "", ""),
    "operator": ("operator", "", ""),
    "workshop": ("a-owner", "a", "a1"),
    "field": ("a-technician", "a", "a1"),
    "practice": ("a1-practice_manager", "a1", "a1"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A whole page and its address."""

    name: str
    path: str


def pages_of(side: str, world: World) -> Iterator[Found]:
    """What answers a whole page to its reader; files, parts of pages and redirections are not."""
    name, place, house = READERS[side]
    browser = browser_of(world.actors[name])
    for route in routes():
        if route.rule is not None and route.rule.side == side and "GET" in route.rule.methods:
            values = arguments(route, place, house, world)
            path = reverse(route.name, kwargs=values)
            answer: Any = browser.get(path)
            answer.close()
            if is_whole_page(answer):
                yield Found(route.name, path)


def account_pages(world: World) -> Iterator[Found]:
    """The pages of signing in, which allauth serves in our templates, signed in and signed out."""
    for name in sorted(OF_ALLAUTH):
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        yield Found(name, path)


def browser_of(actor: Actor) -> Client:
    browser = Client(raise_request_exception=False)
    if actor.user:
        browser.force_login(actor.user)
    return browser


def is_whole_page(answer: Any) -> bool:
    is_html = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return is_html and b"<html" in answer.content


def faults_of(visit: Visit, found: Found) -> list[str]:
    page = visit.open(found.path)
    wait_until_calm(page)
    unfold(page)
    faults = [
        fault for size, themes in settings_of(found) for fault in violations_at(page, size, themes)
    ]
    if missing := help_missing(page):
        faults.append(missing)
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    if wide := too_wide(page):
        faults.append(f"at 400 %: {wide}")
    return [f"{found.name} ({found.path}): {fault}" for fault in faults]


def settings_of(found: Found) -> list[tuple[str, tuple[str, ...]]]:
    """Both sizes in both themes; in the short form each page has two of the four, by its name."""
    if IS_LONG:
        return [(size, ("light", "dark")) for size in SIZES]
    light, dark = sorted(SIZES, key=lambda size: crc32((found.name + size).encode()))
    return [(light, ("light",)), (dark, ("dark",))]


def reader(side: str, world: World) -> User | None:
    return world.actors[READERS[side][0]].user


@pytest.mark.parametrize(
    ("side", "at_least"),
    [("public", 5), ("user", 5), ("operator", 2), ("workshop", 60), ("field", 2), ("practice", 8)],
)
def test_every_page_is_accessible_and_fits_a_phone(
    side: str, at_least: int, world: World, visiting: Visiting
) -> None:
    found = list(pages_of(side, world))
    assert len(found) >= at_least, [each.name for each in found]
    visit = visiting(reader(side, world))
    faults = [fault for each in found for fault in faults_of(visit, each)]
    assert not faults, "\n".join(faults)


def test_every_page_of_signing_in_is_accessible(world: World, visiting: Visiting) -> None:
    visits = visiting(None), visiting(world.actors["a-owner"].user)
    faults, seen = [], 0
    for visit, actor in zip(visits, ("anonymous", "a-owner"), strict=True):
        browser = browser_of(world.actors[actor])
        for each in account_pages(world):
            if is_whole_page(browser.get(each.path)):
                seen += 1
                faults += faults_of(visit, each)
    assert seen > 10
    assert not faults, "\n".join(faults)


def test_a_page_with_a_fault_is_found(world: World, visiting: Visiting) -> None:
    """The audit of a page reports what is planted in it: a picture of nothing, a wide table."""
    visit = visiting(None)
    page = visit.open("/accessibilite/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<img src=\"/static/images/icon.svg\">')"
    )
    assert any("image-alt" in fault for fault in violations_at(page, "phone", ("light",)))
    page.evaluate("document.querySelector('main p').style.minWidth = '1900px'")
    assert "<p" in too_wide(page)
    assert help_missing(page) == ""
    page.evaluate("document.querySelector('.site-header-acts').append(document.createElement('a'))")
    assert help_missing(page)
