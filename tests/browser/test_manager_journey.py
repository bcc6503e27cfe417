"""A practice's manager on a phone: from the letter that invites them to an invoice in hand."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from billing.operations.documents import relay_documents
from contracts.models import Offer
from providers.enums import Role
from providers.models import Membership, ProviderProfile, User
from providers.operations import invite
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import a_customer, a_member, a_signed_contract
from tests.letters import path_to
from tests.portal.workshop.conftest import NOW, Workshop, a_workshop, issue

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
Check = Callable[[Page], None]
EMAIL, PASSWORD = "dominique@cabinet-pins.example", "une phrase assez longue"
PRACTICE = "Cabinet des Pins"
LONG_HOUSE = "Montmartre Informatique et Réseaux"


@pytest.fixture
def letter(transactional_db: None) -> Iterator[str]:
    """The link in the manager's mail; a contract of 1,200 € a year, its first invoice drawn."""
    with time_machine.travel(NOW):
        house: Workshop = a_workshop("essai-info")
        with open_scope(house.provider.id):
            customer = a_customer(PRACTICE, postal_code="83480")
            a_signed_contract(customer, signed_on=date(2026, 2, 10), cadence="quarterly")
            owner = Membership.objects.get(provider=house.provider, role=Role.OWNER)
            invite(
                email=EMAIL,
                role=Role.PRACTICE_MANAGER,
                at=NOW,
                by=owner.user_id,
                customer_id=customer.pk,
            )
            path = path_to(EMAIL)
        issue(house, date(2026, 2, 10))
        relay_documents(provider_id=house.provider.id, at=NOW)
        yield path


@pytest.fixture
def phone(letter: str, visiting: Visiting) -> Page:
    """The invitation accepted: the space of the practice."""
    page = visiting(size="phone", has_touch=True, is_mobile=True).open(letter)
    page.get_by_label("Votre nom").fill("Dominique Pins")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main form .btn-primary").last.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(PRACTICE)
    return page


def answer_to(page: Page, question: str) -> str:
    return page.locator("main .answers > *").filter(has_text=question).first.inner_text()


def test_the_first_screen_answers_what_a_manager_asks(
    phone: Page, accessible_everywhere: Check
) -> None:
    assert "Oui" in answer_to(phone, "Suis-je couvert")
    assert "200,00\u00a0€" in answer_to(phone, "Que reste-t-il à payer")
    assert "1\u00a0200,00\u00a0€" in answer_to(phone, "Quel est le prix par an")
    expect(phone.get_by_text("Suis-je couvert").first).to_be_in_viewport()
    expect(phone.get_by_role("heading", name="Ce qui est couvert", exact=True)).to_be_attached()
    accessible_everywhere(phone)


# As long as the demonstration has them, and longer: all that an answer may have to say.
LONG_NAME = "Maison de santé pluriprofessionnelle du Littoral"
LONG_OFFER = "Maintenance informatique complète avec sauvegarde"
QUESTIONS = (
    "Suis-je couvert", "Jusqu’à quand", "Quel est le prix par an", "Que reste-t-il à payer",
    "Prochaine facture", "Qui appeler",
)  # fmt: skip
# Of a phone, what the bars of its browser leave.
FOLDS = {"desktop": (1280, 800), "phone": (390, 700)}


@pytest.fixture
def wordy(transactional_db: None) -> Iterator[User]:
    """The manager of a practice of two contracts, with invoices overdue, all long to say."""
    with time_machine.travel(NOW):
        house = a_workshop("essai-info")
        with open_scope(house.provider.id):
            ProviderProfile.objects.update(trade_name=LONG_HOUSE, phone="+262 692 00 00 01")
            Offer.objects.update(name=LONG_OFFER)
            customer = a_customer(LONG_NAME, postal_code="83480")
            for day in (date(2026, 2, 10), date(2026, 3, 5)):
                a_signed_contract(customer, signed_on=day, cadence="quarterly")
            manager = a_member(Role.PRACTICE_MANAGER, customer=customer, name="Dominique Lauriers")
        issue(house, date(2026, 4, 1))
        yield manager.user


@pytest.mark.parametrize("size", FOLDS)
def test_the_six_answers_stand_on_the_first_screen(
    wordy: User, visiting: Visiting, size: str
) -> None:
    """Above the fold at 1280 × 800 and on a phone, whatever they have to say."""
    width, height = FOLDS[size]
    page = visiting(wordy, viewport={"width": width, "height": height}).open("/")
    answers = page.locator("main .answers > *")
    assert answers.count() == len(QUESTIONS)
    for place, question in enumerate(QUESTIONS):
        expect(answers.nth(place)).to_contain_text(question)
        expect(answers.nth(place)).to_be_in_viewport(ratio=1)


def test_an_amount_explains_itself_and_its_invoice_is_saved(
    phone: Page, accessible_everywhere: Check
) -> None:
    phone.get_by_role("button", name="Menu").tap()
    phone.get_by_role("navigation").get_by_role("link", name="Factures").tap()
    phone.get_by_role("link", name="F2026-00001", exact=True).tap()
    explanation = phone.locator("details", has_text="Comment est-ce calculé").first
    explanation.locator("summary").tap()
    expect(explanation.locator(".formula").last).to_be_visible()
    expect(explanation).to_contain_text(re.compile(r"50.j ÷ 90.j = 166,67.€"))
    expect(explanation).to_contain_text(re.compile(r"art\..4"))
    accessible_everywhere(phone)
    with phone.expect_download() as found:
        phone.get_by_role("link", name="Télécharger le PDF").tap()
    assert found.value.suggested_filename == "F2026-00001.pdf"
    assert Path(found.value.path()).read_bytes().startswith(b"%PDF-1.7")


def test_the_way_out_of_the_contract_is_said(phone: Page) -> None:
    """« How do I leave »: the last day to refuse the renewal, on the first screen."""
    assert "dernier jour pour refuser" in answer_to(phone, "Jusqu’à quand")
