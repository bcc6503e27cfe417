"""The Tab key through five journeys: the order that is read, always seen, never hidden.

RGAA 12.8; WCAG 2.4.3, 2.4.7 and 2.4.11. What takes the focus gives it back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from providers.enums import Role
from providers.models import User
from tests.browser.audit import Visit
from tests.permissions.world import NOW, World, build_world
from tests.portal.workshop.conftest import a_workshop, address_of

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
MOST_STOPS = 120

# Where the focus is: its place in the document, whether it is drawn, and what lies over it.
STOP = """() => {
  const node = document.activeElement
  if (!node || node === document.body) return null
  const all = [...document.querySelectorAll('*')]
  const box = node.getBoundingClientRect()
  const style = getComputedStyle(node)
  const at = document.elementFromPoint(
    Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1))
  const label = node.labels && node.labels[0]
  return {
    place: all.indexOf(node),
    name: [node.tagName, node.getAttribute('aria-label') || node.innerText || node.name]
      .join(' ').trim().slice(0, 60),
    // The calendar of a date field is a part of it that the browser outlines by itself.
    isDrawn: !node.matches(':focus') || style.boxShadow !== 'none'
      || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
    isInside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    isCovered: !(at && (node.contains(at) || at.contains(node) || (label && label.contains(at)))),
  }
}"""


# Between its last place and its first, the focus is with the browser's own bar.
IN_THE_DIALOG = """() => {
  const node = document.activeElement
  return node === document.body || !!node.closest('dialog')
}"""


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that the Tab key comes to."""

    place: int
    name: str
    is_drawn: bool
    is_inside: bool
    is_covered: bool


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(NOW):
        yield build_world()


def stops_of(page: Page) -> list[Stop]:
    """Everything that the Tab key comes to, from the top of the page to its end."""
    found: list[Stop] = []
    for _step in range(MOST_STOPS):
        page.keyboard.press("Tab")
        said: dict[str, Any] | None = page.evaluate(STOP)
        if said is None or (found and said["place"] == found[0].place):
            break
        found.append(
            Stop(said["place"], said["name"], said["isDrawn"], said["isInside"], said["isCovered"])
        )
    return found


def faults_in(stops: list[Stop]) -> list[str]:
    """What a person who has the keyboard alone would lose their way by."""
    found = [
        f"{after.name} comes after {before.name} and stands before it"
        for before, after in pairwise(stops)
        if after.place < before.place
    ]
    found += [f"{stop.name} is not drawn as focused" for stop in stops if not stop.is_drawn]
    found += [f"{stop.name} is out of the window" for stop in stops if not stop.is_inside]
    found += [f"{stop.name} lies under something" for stop in stops if stop.is_covered]
    return found


JOURNEYS = {
    "signing in": ("anonymous", "/compte/connexion/", "phone"),
    "a technician and a caller": ("a-technician", "/terrain/maison-a/", "phone"),
    "invoices by their filters": ("a-owner", "/atelier/maison-a/factures/", "desktop"),
    "preparing a customer": ("a-owner", "/atelier/maison-a/clients/nouveau/", "desktop"),
    "a practice and its cover": ("a1-practice_manager", "/c/{a1}/", "phone"),
}


def test_the_tab_key_follows_the_page(world: World, visiting: Visiting) -> None:
    faults = {}
    for journey, (actor, path, size) in JOURNEYS.items():
        visit = visiting(world.actors[actor].user, size=size)
        stops = stops_of(visit.open(path.format(a1=world.practices["a1"].customer_id)))
        assert stops[0].name == "A Aller au contenu"
        assert 5 < len(stops) < MOST_STOPS
        faults[journey] = faults_in(stops)
    assert faults == {journey: [] for journey in JOURNEYS}


@pytest.fixture
def desk(transactional_db: None, visiting: Visiting) -> Page:
    """An owner at the list of invoices, where there is none yet."""
    house = a_workshop("essai-info")
    user = User.objects.get(email=address_of(Role.OWNER, "essai-info"))
    return visiting(user).open(house.at("factures/"))


def test_the_skip_link_leads_past_the_navigation(desk: Page) -> None:
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_search_takes_the_focus_and_gives_it_back(desk: Page) -> None:
    opener = desk.locator("[data-palette]").first
    opener.focus()
    desk.keyboard.press("Enter")
    box = desk.get_by_role("dialog").get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(desk.locator("#palette-hits [data-hit]").first).to_be_visible()
    for _step in range(12):
        desk.keyboard.press("Tab")
        assert desk.evaluate(IN_THE_DIALOG), "the focus got out"
    desk.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_page_with_a_fault_is_found(desk: Page) -> None:
    desk.evaluate("document.querySelector('#id_search').tabIndex = 1")
    assert any("stands before it" in fault for fault in faults_in(stops_of(desk)))
    desk.reload()
    desk.evaluate("document.querySelector('.site-header').style.cssText = 'position:fixed;inset:0'")
    assert any("lies under" in fault for fault in faults_in(stops_of(desk)))
