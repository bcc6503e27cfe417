"""The Tab key through seven journeys: the order that is read and seen, always drawn, never hidden.

What holds is in `tests.browser.focus`. What takes the focus gives it back.
"""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from billing.models import Invoice
from providers.enums import Role
from providers.models import User
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.browser.focus import MOST_STOPS, faults_in, faults_of_sight, stops_of
from tests.permissions.world import World
from tests.portal.workshop.conftest import a_workshop, address_of

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]

# Between its last place and its first, the focus is with the browser's own bar.
IN_THE_DIALOG = """() => {
  const node = document.activeElement
  return node === document.body || !!node.closest('dialog')
}"""

JOURNEYS: Final = {
    "signing in": ("anonymous", "/compte/connexion/", "phone"),
    "a technician and a caller": ("a-technician", "/terrain/maison-a/", "phone"),
    "invoices by their filters": ("a-owner", "/atelier/maison-a/factures/", "desktop"),
    "preparing a customer": ("a-owner", "/atelier/maison-a/clients/nouveau/", "desktop"),
    "preparing a contract": (
        "a-owner",
        "/atelier/maison-a/clients/{customer}/contrat/{offer}/",
        "desktop",
    ),
    "recording a payment": (
        "a-accountant",
        "/atelier/maison-a/factures/{invoice}/paiements/",
        "phone",
    ),
    "a practice and its cover": ("a1-practice_manager", "/c/{customer}/", "phone"),
}


def test_the_tab_key_follows_the_page(world: World, visiting: Visiting) -> None:
    faults = {}
    parts = _parts_of_addresses(world)
    for journey, (actor, path, size) in JOURNEYS.items():
        page = visiting(world.actors[actor].user, size=size).open(path.format(**parts))
        stops = stops_of(page)
        assert stops[0].name == "A Aller au contenu"
        assert 5 < len(stops) < MOST_STOPS
        back = stops_of(page, key="Shift+Tab")
        assert len(back) == len(stops)
        faults[journey] = faults_in(stops) + faults_of_sight(back)
    assert faults == {journey: [] for journey in JOURNEYS}


def _parts_of_addresses(world: World) -> dict[str, object]:
    practice = world.practices["a1"]
    with open_scope(world.providers["a"].id):
        unpaid = Invoice.objects.filter(customer_id=practice.customer_id).latest("sequence")
    parts = {"customer": practice.customer_id, "offer": practice.objects["offer"]}
    return parts | {"invoice": unpaid.pk}


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


# A fault of each kind: the styles that plant it, on which part, and what is said of it.
SEEN_BEFORE: Final = "is seen before it"
FAULTS: Final = {
    "a row that runs backwards": (
        ".site-header-inner",
        "flex-direction: row-reverse",
        SEEN_BEFORE,
    ),
    "a column that runs backwards": (
        "#space-nav-list",
        "display: flex; flex-direction: column-reverse",
        SEEN_BEFORE,
    ),
    "a block moved by its order": (
        ".brand",
        "order: 9",
        SEEN_BEFORE,
    ),
    "a field moved out of its block": (
        "#id_search",
        "position: absolute; top: 0; right: 0",
        SEEN_BEFORE,
    ),
    "a field that nothing shows": ("#id_search", "opacity: 0", "has the focus and is hidden"),
    "a field without a size": (
        "#id_search",
        "width: 0; min-width: 0; padding: 0; border: 0",
        "has the focus and is hidden",
    ),
    "a field beside the window": (
        "#id_search",
        "position: fixed; left: -2000px",
        "is out of the window",
    ),
    "a bar that sticks over a field": (
        ".site-header",
        "position: sticky; top: 0; height: 95vh; z-index: 9",
        "lies under something",
    ),
    "a focus that is not drawn": (
        "#id_search",
        "outline: none; box-shadow: none",
        "is not drawn as focused",
    ),
}
PLANT: Final = "(node, style) => { node.style.cssText = style }"


def test_each_planted_fault_is_found(desk: Page) -> None:
    found = {}
    assert faults_in(stops_of(desk)) == []
    for fault, (part, style, said) in FAULTS.items():
        desk.locator(part).first.evaluate(PLANT, style)
        told = faults_in(stops_of(desk))
        found[fault] = any(one.endswith(said) for one in told) or told
        desk.reload()
    assert found == dict.fromkeys(FAULTS, True)


def test_a_stop_that_chooses_its_turn_is_found(desk: Page) -> None:
    desk.evaluate("document.querySelector('#id_search').tabIndex = 1")
    assert any(fault.endswith("before it in the document") for fault in faults_in(stops_of(desk)))
