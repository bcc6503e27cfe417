"""The provider's accountant, end to end: sign in, the invoices of a month, PDF, sheet, archive."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from billing.models import Invoice
from billing.operations.documents import relay_documents
from core.clock import now
from providers.enums import Role
from providers.models import User
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import PASSWORD, a_customer, a_signed_contract
from tests.harness.sign_in import totp_code
from tests.portal.workshop.conftest import Workshop, a_workshop, address_of, issue

pytestmark = pytest.mark.browser

SLUG = "essai-info"
Visiting = Callable[..., Visit]
Check = Callable[[Page], None]


@pytest.fixture
def house(transactional_db: None) -> Workshop:
    """Two contracts invoiced in February and April 2026; the first PDF alone is drawn."""
    house = a_workshop(SLUG)
    with open_scope(house.provider.id):
        for name, postcode in (("Cabinet des Pins", "83480"), ("Zénith Santé", "97490")):
            customer = a_customer(name, postal_code=postcode)
            a_signed_contract(customer, signed_on=date(2026, 2, 10), cadence="quarterly")
    issue(house, date(2026, 2, 10))
    relay_documents(provider_id=house.provider.id, at=now(), limit=1)
    issue(house, date(2026, 4, 1))
    return house


def member(role: Role) -> User:
    return User.objects.get(email=address_of(role, SLUG))


def downloaded(page: Page, name: str) -> Download:
    with page.expect_download() as found:
        page.get_by_role("link", name=name).click()
    return found.value


def content_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_from_signing_in_to_the_files_of_a_month(
    house: Workshop, visit: Visit, accessible_everywhere: Check
) -> None:
    page = visit.open("/")
    page.get_by_label("E-mail").fill(address_of(Role.ACCOUNTANT, SLUG))
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_label("Code").fill(totp_code())
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    accessible_everywhere(page)

    page.set_viewport_size({"width": 1360, "height": 850})
    page.get_by_role("navigation", name="Atelier").get_by_role("link", name="Factures").click()
    page.locator("#id_first_day").fill("2026-02-01")
    page.locator("#id_last_day").fill("2026-02-28")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("table.data tbody tr")).to_have_count(2)
    expect(page.locator("table.data tfoot")).to_contain_text("333,34")
    accessible_everywhere(page)

    page.set_viewport_size({"width": 1360, "height": 850})
    page.locator("summary", has_text="Exporter").click()
    sheet = content_of(downloaded(page, "Fichier CSV")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))
    assert [row["Numéro"] for row in rows] == ["F2026-00002", "F2026-00001"]
    assert [row["TVA"] for row in rows] == ["14,17", "33,33"]
    packed = zipfile.ZipFile(io.BytesIO(content_of(downloaded(page, "PDF en ZIP"))))
    assert [Path(name).suffix for name in packed.namelist()] == [".csv", ".pdf"]

    page.get_by_role("link", name="F2026-00001").click()
    page.locator("summary", has_text="Comment est-ce calculé").first.click()
    expect(page.locator(".formula").first).to_be_visible()
    accessible_everywhere(page)
    page.set_viewport_size({"width": 1360, "height": 850})
    pdf = downloaded(page, "Télécharger le PDF")
    assert pdf.suggested_filename == "F2026-00001.pdf"
    assert content_of(pdf).startswith(b"%PDF-1.7")


def test_a_payment_is_recorded_with_the_keyboard_after_a_mistake(
    house: Workshop, visiting: Visiting, accessible: Check
) -> None:
    visit = visiting(member(Role.ACCOUNTANT))
    visit.expected.add(422)
    with open_scope(house.provider.id):
        invoice = Invoice.objects.get(number="F2026-00002")
    page = visit.open(house.at(f"factures/{invoice.pk}/"))
    page.get_by_role("link", name="Enregistrer un paiement").press("Enter")
    page.get_by_label("Montant").fill("beaucoup")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Erreur")
    accessible(page)
    page.locator(".error-summary a").press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("100,00")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("100,00")
    expect(page.locator("h1 ~ .status, .page-header .status")).to_contain_text(["Échue"])


def test_the_forecast_joins_the_contract_by_itself(house: Workshop, visiting: Visiting) -> None:
    with open_scope(house.provider.id):
        contract_id = Invoice.objects.get(number="F2026-00001").contract_id
    page = visiting(member(Role.OWNER)).open(house.at(f"contrats/{contract_id}/"))
    expect(page.locator("#previsions .timeline > li").first).to_be_visible()
    assert page.locator("html html, main main").count() == 0
