"""The editor of an offer in Chromium: a kind chosen, a preview that follows, nothing broken."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from contracts.models import Offer, OfferDraft
from contracts.operations.drafts import start_draft
from contracts.operations.index_values import load_known_values
from providers.enums import Role
from providers.models import User
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import a_customer, a_member, a_provider, a_signed_contract, noon
from tests.portal.workshop.conftest import TODAY

pytestmark = pytest.mark.browser


@pytest.fixture
def place(transactional_db: None) -> tuple[User, OfferDraft, str]:
    provider = a_provider("micro-info-service", slug="maison-verte")
    with open_scope(provider.id):
        load_known_values(at=noon(TODAY))
        a_signed_contract(a_customer(), signed_on=TODAY)
        owner = a_member(Role.OWNER, email="proprietaire@maison.example").user
        draft = start_draft(offer_id=Offer.objects.get().pk, at=noon(TODAY))
    return owner, draft, f"/atelier/{provider.slug}/offres"


def test_the_editor_follows_what_is_typed(
    place: tuple[User, OfferDraft, str], visiting: Callable[..., Visit]
) -> None:
    owner, draft, offers = place
    visit = visiting(owner)
    visit.open(f"{offers}/brouillons/{draft.pk}/duree/")
    page = visit.page
    aside = page.locator("#preview")
    expect(aside).to_contain_text("TTC facturés sur 24 mois")
    page.get_by_label("Mois de préavis").fill("2")
    expect(aside).to_contain_text("au moins 2 mois")
    page.get_by_label("Comment court le contrat").select_option("months")
    expect(page.get_by_label("Mois de chaque période")).to_be_visible()
    page.get_by_label("Mois de chaque période").fill("24")
    expect(aside).to_contain_text("pendant 24 mois")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Enregistré dans le brouillon.")).to_be_visible()


@pytest.mark.parametrize("sheet", ["", "duree/", "horaires/", "couverture/", "prix/", "publier/"])
def test_every_kind_of_page_is_accessible(
    place: tuple[User, OfferDraft, str],
    visiting: Callable[..., Visit],
    accessible_everywhere: Callable[[Any], None],
    sheet: str,
) -> None:
    owner, draft, offers = place
    visit = visiting(owner)
    visit.open(f"{offers}/brouillons/{draft.pk}/{sheet}")
    accessible_everywhere(visit.page)


def test_it_is_all_there_without_script(
    place: tuple[User, OfferDraft, str], visiting: Callable[..., Visit]
) -> None:
    owner, draft, offers = place
    visit = visiting(owner, java_script_enabled=False)
    visit.open(f"{offers}/brouillons/{draft.pk}/duree/")
    page = visit.page
    page.get_by_label("Comment court le contrat").select_option("months")
    page.get_by_role("button", name="Afficher ses champs").click()
    page.get_by_label("Mois de chaque période").fill("24")
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.locator("#preview")).to_contain_text("pendant 24 mois")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Enregistré dans le brouillon.")).to_be_visible()
