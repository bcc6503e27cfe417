"""A file of customers from its first page to its undoing, on a desktop and on a phone."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from core.clock import now
from providers.enums import Role
from providers.models import Customer, Job, User
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import a_customer
from tests.portal.workshop.conftest import Workshop, a_workshop, address_of

pytestmark = pytest.mark.browser

SLUG = "essai-imports"
# As a French spreadsheet saves it: semicolons, Windows-1252, a title above the names, and the
# zero of a postcode dropped.
TEXT = """Clients de la maison;;;;
Raison sociale;SIREN;CP;Ville;Téléphone
Cabinet des Mimosas;910000017;83480;Puget-sur-Argens;04 94 00 00 01
Cabinet de l’Aqueduc;;1000;Bourg-en-Bresse;
Maison du Port;910000018;97490;Saint-Denis;
Cabinet des Pins;;83480;Fréjus;
"""
Check = Callable[[Page], None]


@pytest.fixture
def house(transactional_db: None) -> Workshop:
    """One customer is known: the file names another town."""
    house = a_workshop(SLUG)
    with open_scope(house.provider.id):
        a_customer("Cabinet des Pins", postal_code="83480", city="Fayence")
    return house


def work(house: Workshop) -> None:
    """What the worker would do by itself."""
    with open_scope(house.provider.id):
        ids = list(Job.objects.all().open().values_list("id", flat=True))
    for job_id in ids:
        run_job(provider_id=house.provider.id, job_id=job_id, now=now)


def names(house: Workshop) -> list[str]:
    with open_scope(house.provider.id):
        return sorted(Customer.objects.values_list("name", flat=True))


def refused_rows(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").click()
    text = Path(found.value.path()).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_file_is_checked_imported_and_undone(
    house: Workshop, visiting: Callable[..., Visit], accessible: Check, size: str
) -> None:
    owner = User.objects.get(email=address_of(Role.OWNER, SLUG))
    visit = visiting(owner, size=size)
    visit.expected.add(422)
    page = visit.open(house.at("imports/"))
    page.get_by_role("link", name="Nouvel import").first.click()
    send(page, "clients.csv", b"")
    expect(page.locator(".error-summary")).to_be_focused()
    accessible(page)

    send(page, "clients.csv", TEXT.encode("cp1252"))
    expect(page.get_by_label("SIREN")).to_contain_text("910000017")
    expect(page.locator("main")).to_contain_text("Bourg-en-Bresse")
    accessible(page)
    page.locator("main form[method=post] button").click()
    page.wait_for_url(lambda address: "colonnes" not in address)
    work(house)
    page.reload()

    expect(page.locator("#changements")).to_contain_text("Fayence")
    expect(page.locator("#refus")).to_contain_text("B5")
    accessible(page)
    assert [row["Raison sociale"] for row in refused_rows(page)] == ["Maison du Port"]
    assert names(house) == ["Cabinet des Pins"]

    page.get_by_role("button", name="Importer 3 lignes").click()
    page.wait_for_load_state()
    work(house)
    page.reload()
    expect(page.locator("main .status").first).to_have_text("Importé")
    assert names(house) == ["Cabinet de l’Aqueduc", "Cabinet des Mimosas", "Cabinet des Pins"]

    page.locator("main summary", has_text="Plus").click()
    page.get_by_role("link", name="Retirer l’import").click()
    accessible(page)
    page.get_by_role("button", name="Retirer l’import").click()
    page.wait_for_load_state()
    work(house)
    page.reload()
    expect(page.locator("main .status").first).to_have_text("Retiré")
    assert names(house) == ["Cabinet des Pins"]


def send(page: Page, name: str, content: bytes) -> None:
    """Take the first kind, as proposed, and send a file of it."""
    file = FilePayload(name=name, mimeType="text/csv", buffer=content)
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form[method=post] button").click()
