"""An accountant of three practices of two providers: one account, nothing mixed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from billing.models import Invoice
from billing.operations.documents import relay_documents
from billing.operations.invoice_run import Run, issue_due
from core.clock import now
from providers.enums import InvoicingMode, Role
from providers.models import ProviderProfile, User
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import a_customer, a_member, a_provider, a_signed_contract, noon

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
EMAIL = "compta@cabinet-comptable.example"
FEBRUARY = date(2026, 2, 10)
# Two practices of one provider, then one of another; each with one invoice of February.
HOUSES = {
    "nord-info": ("Cabinet des Pins", "Cabinet des Ifs"),
    "sud-info": ("Maison de santé du Port",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One practice and the invoice that its accountant looks for."""

    practice: str
    trade_name: str
    number: str


def a_house(slug: str, practices: tuple[str, ...]) -> list[Place]:
    provider = a_provider(
        "micro-info-service",
        slug=slug,
        trade_name=slug.replace("-", " ").title(),
        invoicing_mode=InvoicingMode.ON_APPROVAL,
    )
    with open_scope(provider.id):
        for name in practices:
            customer = a_customer(name, postal_code="83480")
            a_member(Role.PRACTICE_ACCOUNTANT, customer=customer, email=EMAIL)
            a_signed_contract(customer, signed_on=FEBRUARY, cadence="quarterly")
    issue_due(Run(provider.id, FEBRUARY, FEBRUARY, noon(FEBRUARY)))
    relay_documents(provider_id=provider.id, at=now())
    with open_scope(provider.id):
        trade_name = ProviderProfile.objects.get().trade_name
        return [
            Place(invoice.customer.name, trade_name, invoice.number)
            for invoice in Invoice.objects.select_related("customer").order_by("number")
        ]


@pytest.fixture
def places(transactional_db: None) -> list[Place]:
    return [place for slug, names in HOUSES.items() for place in a_house(slug, names)]


def choose(page: Page, place: Place) -> None:
    """By the menu of their name, from the list of everything they may enter."""
    if "/c/" in page.url:
        page.get_by_role("banner").locator("details.menu summary").last.click()
        page.get_by_role("link", name="Changer d’espace").click()
    page.get_by_role("link", name=place.practice).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Factures")
    expect(page.get_by_role("banner")).to_contain_text(place.practice)


def invoice_of_february(page: Page) -> bytes:
    page.locator("#id_first_day").fill("2026-02-01")
    page.locator("#id_last_day").fill("2026-02-28")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("table.data tbody tr")).to_have_count(1)
    with page.expect_download() as found:
        page.get_by_role("link", name="Télécharger").first.click()
    return Path(found.value.path()).read_bytes()


def test_three_practices_of_two_providers_are_never_mixed(
    places: list[Place], visiting: Visiting, accessible_everywhere: Callable[[Page], None]
) -> None:
    visit = visiting(User.objects.get(email=EMAIL))
    page = visit.open("/")
    for place in places:
        expect(page.get_by_role("link", name=place.practice)).to_be_visible()
    accessible_everywhere(page)
    page.set_viewport_size({"width": 1360, "height": 850})
    files = []
    for place in places:
        choose(page, place)
        expect(page.get_by_role("banner")).to_contain_text(place.trade_name)
        files.append(invoice_of_february(page))
        shown = page.inner_text("body")
        mixed = [other for other in places if other != place and other.practice in shown]
        assert not mixed, "another practice is named on this one's page"
    assert all(file.startswith(b"%PDF-1.7") for file in files)
    assert len(set(files)) == len(places), "each practice has its own document"


def test_an_accountant_sees_documents_and_neither_cover_nor_people(
    places: list[Place], visiting: Visiting
) -> None:
    visit = visiting(User.objects.get(email=EMAIL))
    visit.expected.add(403)
    page = visit.open("/")
    choose(page, places[0])
    expect(page.get_by_role("link", name="Personnes")).to_have_count(0)
    page.goto(page.url.replace("/factures/", "/parametres/personnes/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous n’avez pas ce droit")
