"""The owner of another provider in Chromium: whatever address they type, it is not there.

The permission matrix asks every address with every role by itself; here a person does, in a
browser that keeps its cookies and follows what it is told, and reads what is drawn. The short form
takes one page in five, by its address.
"""

import os
from collections.abc import Callable, Iterator
from zlib import crc32

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from billing.models import SetAside
from fleet.models import Equipment
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.permissions.asking import arguments
from tests.permissions.routes import routes
from tests.permissions.world import WORDS, World, user_word

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
INTRUDER, THEIRS, VICTIM, PRACTICE = "b-owner", "b", "a", "a1"
REFUSED = {404}
NOT_THERE = "Page introuvable"
ONE_IN = 1 if os.environ.get("CLAUSIER_LONG") == "1" else 5
# What a browser saves instead of drawing.
FILES = (".csv", ".xlsx", ".zip", ".pdf", ".json", ".toml", "/pdf/", "/documents/")
FOREIGN = {word for house in (VICTIM, "a1", "a2") for word in (WORDS[house], user_word(house))}


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
        title = visit.page.get_by_role("heading", level=1).all_inner_texts()
        if answer.status not in REFUSED or title != [NOT_THERE] or words_on(visit.page):
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
    expect(page.get_by_role("heading", level=1)).to_have_text(NOT_THERE)
    accessible_everywhere(page)
    page.get_by_role("link", name="Revenir à l’accueil").click()
    expect(page).to_have_url(f"{visit.address}/atelier/{world.providers[THEIRS].slug}/")


@pytest.fixture
def desk(world: World, visiting: Visiting) -> Visit:
    """The intruder at work in their own house, whose answers may be a refusal."""
    visit = visiting(world.actors[INTRUDER].user)
    visit.expected |= {404, 422}
    return visit


def home_of(world: World) -> str:
    return f"/atelier/{world.providers[THEIRS].slug}"


def test_a_typed_customer_of_another_provider_is_not_there(world: World, desk: Visit) -> None:
    victim = world.practices[PRACTICE].customer_id
    for path in (f"contrats/nouveau/?customer={victim}", f"clients/{victim}/contrat/maintenance/"):
        page = desk.open(f"{home_of(world)}/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(NOT_THERE)
        assert words_on(page) == set(), path


def test_a_site_of_another_provider_is_refused_in_a_form(world: World, desk: Visit) -> None:
    """Whoever changes what a choice sends is told that there is no such choice."""
    own, theirs = world.practices["b1"].customer_id, world.practices[PRACTICE].objects["site_id"]
    page = desk.open(f"{home_of(world)}/clients/{own}/materiel/nouveau/")
    page.get_by_label("Nom", exact=True).fill("Poste d’accueil")
    choice = page.get_by_label("Site")
    choice.evaluate("(node, id) => { node.options[1].value = id }", str(theirs))
    choice.select_option(value=str(theirs))
    page.get_by_role("button", name="Ajouter le matériel").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert words_on(page) == set()
    with open_scope(world.providers[THEIRS].pk):
        assert not Equipment.objects.filter(label="Poste d’accueil").exists()


def test_a_contract_of_another_provider_is_not_set_aside(world: World, desk: Visit) -> None:
    theirs = world.practices[PRACTICE].objects["contract_id"]
    page = desk.open(f"{home_of(world)}/facturation/emission/controle/")
    box = page.get_by_role("checkbox", name="Mettre de côté").first
    box.evaluate("(node, id) => { node.value = id }", str(theirs))
    box.check()
    page.get_by_label("Motif").fill("Essai")
    page.get_by_role("button", name="Mettre de côté les contrats cochés").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert words_on(page) == set()
    with open_scope(world.providers[VICTIM].pk):
        assert not SetAside.objects.filter(contract_id=theirs, reason="Essai").exists()


def test_a_program_of_another_provider_finds_nothing(world: World, desk: Visit) -> None:
    """Their own token opens their own house; the browser's session opens none."""
    named = {"Authorization": f"Bearer {world.actors['token-b'].token}"}
    asked = 0
    for route in routes():
        if route.rule is None or route.rule.side != "api" or not route.names_an_object:
            continue
        if "GET" in route.rule.methods:
            path = reverse(route.name, kwargs=arguments(route, "", PRACTICE, world))
            for headers, status in ((named, 404), ({}, 401)):
                answer = desk.page.request.get(desk.address + path, headers=headers)
                assert answer.status == status, path
                assert not [word for word in FOREIGN if word in answer.text().lower()], path
            asked += 1
    assert asked > 5
