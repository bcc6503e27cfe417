"""The frame and the parts of the pages, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from providers.models import User
from tests.browser.audit import Visit, overflow, unfold, violations_of_menus
from tests.factories import an_operator

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
Check = Callable[[Page], None]
SPACES = ("workshop", "field", "customer", "plain")


@pytest.fixture
def operator(transactional_db: None) -> User:
    """May see the style guide."""
    return an_operator("operator@example.org", name="Camille", password=None)


@pytest.mark.parametrize("space", SPACES)
def test_every_part_is_accessible_in_each_theme_and_on_each_screen(
    visiting: Visiting, accessible_everywhere: Check, operator: User, space: str
) -> None:
    page = visiting(operator).open(f"/styleguide/{space}/")
    unfold(page)
    accessible_everywhere(page)
    assert violations_of_menus(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == 0, "reading at 400 % scrolls sideways"


def test_a_part_that_is_being_replaced_stays_readable(
    visiting: Visiting, accessible_everywhere: Check, operator: User
) -> None:
    page = visiting(operator).open("/styleguide/workshop/")
    page.locator("main").evaluate("part => part.setAttribute('aria-busy', 'true')")
    accessible_everywhere(page)


def test_pages_for_everybody_are_accessible(visit: Visit, accessible_everywhere: Check) -> None:
    visit.expected.add(404)
    sign_in = ("compte/connexion/", "compte/oubli/", "compte/connexion/code/")
    for path in (*sign_in, "accessibilite/", "nowhere/"):
        accessible_everywhere(visit.open(f"/{path}"))


def test_the_first_key_leads_past_the_navigation(visit: Visit) -> None:
    page = visit.open("/accessibilite/")
    page.locator("body").press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    visiting: Visiting, operator: User
) -> None:
    page = visiting(operator).open("/styleguide/workshop/")
    assert page.title().startswith("Erreur")
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_siren")).to_be_focused()
    described = page.locator("#id_siren").get_attribute("aria-describedby") or ""
    assert [page.locator(f"#{name}").count() for name in described.split()] == [1, 1]


def test_a_dialog_asks_over_the_page_and_gives_the_focus_back(
    visiting: Visiting, accessible: Check, operator: User
) -> None:
    page = visiting(operator).open("/styleguide/customer/")
    opener = page.locator("main > .columns a[data-dialog]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_theme_chosen_is_kept_and_wins_over_the_system(
    visiting: Visiting, transactional_db: None
) -> None:
    page = visiting().open("/accessibilite/")
    before = background(page)
    page.locator("button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert background(page) != before
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("button[value=dark]")).to_have_attribute("aria-pressed", "true")


def test_the_system_s_theme_is_followed_until_one_is_chosen(
    visiting: Visiting, transactional_db: None
) -> None:
    light = visiting(color_scheme="light").open("/accessibilite/")
    dark = visiting(color_scheme="dark").open("/accessibilite/")
    assert background(light) != background(dark)


def background(page: Page) -> str:
    color: str = page.locator("body").evaluate("node => getComputedStyle(node).backgroundColor")
    return color


def test_the_navigation_folds_on_a_phone(visiting: Visiting, operator: User) -> None:
    page = visiting(operator, size="phone").open("/styleguide/workshop/")
    items = page.locator("#space-nav-list")
    expect(items).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(items).to_be_visible()


def test_menus_close_with_escape(visiting: Visiting, operator: User) -> None:
    page = visiting(operator).open("/styleguide/workshop/")
    summary = page.locator(".site-header summary")
    summary.click()
    expect(page.locator(".site-header .menu-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".site-header .menu-list")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_bar_under_the_thumb_hides_no_focus(visiting: Visiting, operator: User) -> None:
    page = visiting(operator, size="phone").open("/styleguide/field/")
    bar = page.locator(".space-nav-bottom").bounding_box()
    submit = page.locator(".form-acts button").first
    page.locator("#id_is_group").press("Tab")
    expect(submit).to_be_focused()
    focused = submit.bounding_box()
    assert bar
    assert focused
    assert focused["y"] + focused["height"] <= bar["y"]


def test_everything_is_reached_without_script(visiting: Visiting, operator: User) -> None:
    page = visiting(operator, size="phone", java_script_enabled=False).open("/styleguide/workshop/")
    expect(page.locator("#space-nav-list")).to_be_visible()
    page.locator("button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_paper_shows_the_content_alone(visiting: Visiting, operator: User) -> None:
    page = visiting(operator, color_scheme="dark").open("/styleguide/workshop/")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".space-nav", ".site-footer", ".filters", ".pages"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("table.data thead").first).to_be_visible()
    assert background(page) == "rgb(255, 255, 255)"


def test_the_watch_sees_what_the_policy_refuses(visit: Visit) -> None:
    page = visit.open("/accessibilite/")
    page.evaluate("document.body.setAttribute('style', 'color:red')")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_the_audit_sees_a_fault(visit: Visit, accessible: Check) -> None:
    page = visit.open("/accessibilite/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    with pytest.raises(AssertionError, match="html-has-lang"):
        accessible(page)
