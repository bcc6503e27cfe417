"""A technician on a phone, a caller on the line: what are they covered for?

Counted in acts of a thumb, which is what the product decides; how long they take belongs to the
machine, and is printed for whoever runs this with `-s`.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from playwright.sync_api import Page, expect

from providers.enums import Role
from providers.models import User
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import NOW, Workshop, a_workshop, address_of

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
SLUG = "essai-info"
OTHERS = 30


@pytest.fixture
def house(transactional_db: None) -> Iterator[Workshop]:
    """Thirty practices and the one that calls, on a Monday at eleven."""
    with time_machine.travel(NOW):
        house = a_workshop(SLUG)
        with open_scope(house.provider.id):
            for number in range(OTHERS):
                a_customer(f"Cabinet numéro {number}")
            a_signed_contract(a_customer("Radiologie du Square"), signed_on=date(2026, 2, 10))
        yield house


@pytest.fixture
def phone(house: Workshop, visiting: Visiting) -> Page:
    user = User.objects.get(email=address_of(Role.TECHNICIAN, SLUG))
    visit = visiting(user, size="phone", has_touch=True, is_mobile=True)
    return visit.open("/")


def test_three_acts_from_the_ringing_to_what_is_covered(
    phone: Page, accessible_everywhere: Callable[[Page], None]
) -> None:
    begun = time.monotonic()
    phone.get_by_label("Nom du client").fill("radio")  # one: type a few letters
    phone.keyboard.press("Enter")  # two: search
    phone.get_by_role("link", name="Radiologie du Square").tap()  # three: the caller
    expect(phone.get_by_role("heading", name="Ce qui est couvert")).to_be_in_viewport()
    sys.stdout.write(f"\nfound in {time.monotonic() - begun:.1f} s\n")
    expect(phone.get_by_role("heading", name="Ce qui n’est pas couvert")).to_be_attached()
    accessible_everywhere(phone)


def test_the_last_caller_is_one_act_away(phone: Page) -> None:
    phone.get_by_label("Nom du client").fill("radio")
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name="Radiologie du Square").tap()
    expect(phone.get_by_role("heading", name="Ce qui est couvert")).to_be_visible()  # seen first
    phone.goto(phone.url.split("/terrain/")[0] + "/")
    recent = phone.locator("section").filter(has_text="Vus récemment")
    recent.get_by_role("link", name="Radiologie du Square").tap()
    expect(phone.get_by_role("heading", name="Ce qui est couvert")).to_be_in_viewport()


def test_no_amount_is_on_the_way(phone: Page) -> None:
    phone.get_by_label("Nom du client").fill("radio")
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name="Radiologie du Square").tap()
    expect(phone.get_by_role("heading", name="Ce qui est couvert")).to_be_visible()
    assert "1\u00a0200,00" not in phone.content()
