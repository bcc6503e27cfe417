"""The owner of another provider in Chromium: whatever address they type, it is not there.

The permission matrix asks every address with every role by itself; here a person does, in a
browser that keeps its cookies and follows what it is told, and reads what is drawn. The short form
takes one page in five, by its address.
"""

import os
from collections.abc import Callable, Iterator
from zlib import crc32

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.audit import Visit
from tests.permissions.asking import arguments
from tests.permissions.routes import routes
from tests.permissions.world import NOW, WORDS, World, build_world, user_word

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
INTRUDER, THEIRS, VICTIM, PRACTICE = "b-owner", "b", "a", "a1"
REFUSED = {403, 404}
ONE_IN = 1 if os.environ.get("CLAUSIER_LONG") == "1" else 5
# What a browser saves instead of drawing.
FILES = (".csv", ".xlsx", ".zip", ".pdf", ".json", ".toml", "/pdf/", "/documents/", "/fichier/")
FOREIGN = {word for house in (VICTIM, "a1", "a2") for word in (WORDS[house], user_word(house))}


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(NOW):
        yield build_world()


def addresses(world: World) -> Iterator[str]:
    """Every page of the victim's house and practice, and its objects at the intruder's address."""
    for route in routes():
        rule = route.rule
        if rule is None or "GET" not in rule.methods or not route.names_a_place:
            continue
        is_practice = rule.side == "practice"
        yield reverse(
            route.name,
            kwargs=arguments(route, PRACTICE if is_practice else VICTIM, PRACTICE, world),
        )
        if route.names_an_object and not is_practice:
            yield reverse(route.name, kwargs=arguments(route, THEIRS, PRACTICE, world))


def pages(world: World) -> Iterator[str]:
    for place, path in enumerate(addresses(world)):
        if not is_file(path) and crc32(str(place).encode()) % ONE_IN == 0:
            yield path


def is_file(path: str) -> bool:
    return any(part in path for part in FILES)


def words_on(page: Page) -> set[str]:
    text = page.content().lower()
    return {word for word in FOREIGN if word in text}


def test_no_page_of_another_provider_is_there(world: World, visiting: Visiting) -> None:
    visit = visiting(world.actors[INTRUDER].user)
    visit.expected |= REFUSED
    asked, faults = 0, []
    for path in pages(world):
        answer = visit.page.goto(visit.address + path)
        assert answer is not None
        asked += 1
        if answer.status not in REFUSED or words_on(visit.page):
            faults.append(f"{answer.status} {path} {words_on(visit.page)}")
    assert faults == []
    assert asked > 100 // ONE_IN


def test_a_file_of_another_provider_is_not_sent(world: World, visiting: Visiting) -> None:
    """Asked by the browser's own program, with its cookies: nothing is saved to look at."""
    visit = visiting(world.actors[INTRUDER].user)
    asked = 0
    for path in addresses(world):
        if is_file(path):
            answer = visit.page.request.get(visit.address + path)
            assert answer.status in REFUSED, path
            text = answer.text().lower()
            assert not [word for word in FOREIGN if word in text], path
            asked += 1
    assert asked > 10


def test_the_refusal_is_a_page_of_their_own_with_ways_out(
    world: World, visiting: Visiting, accessible_everywhere: Callable[[Page], None]
) -> None:
    visit = visiting(world.actors[INTRUDER].user)
    visit.expected.add(404)
    victim = world.practices[PRACTICE].customer_id
    page = visit.open(f"/atelier/{world.providers[VICTIM].slug}/clients/{victim}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page introuvable")
    accessible_everywhere(page)
    page.get_by_role("link", name="Revenir à l’accueil").click()
    expect(page).to_have_url(f"{visit.address}/atelier/{world.providers[THEIRS].slug}/")
