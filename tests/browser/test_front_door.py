"""The door in Chromium: a passkey made and used, the app's QR code, the pages of the account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from providers.enums import Role
from providers.models import User
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import PASSWORD, a_member, a_provider, an_operator
from tests.harness.sign_in import totp_code

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
Check = Callable[[Page], None]


@pytest.fixture
def newcomer(transactional_db: None) -> User:
    """The owner of a house, without a second factor yet."""
    with open_scope(a_provider("", slug="essai-info").id):
        user = a_member(Role.OWNER, email="camille@essai.example").user
    Authenticator.objects.all().delete()
    return user


def add_authenticator(page: Page) -> Any:
    """A device that has a passkey store and says yes to everything."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools


def by_name(visit: Visit, path: str) -> Page:
    """At « localhost »: a passkey belongs to a name, not to a number."""
    visit.address = visit.address.replace("127.0.0.1", "localhost")
    return visit.open(path)


def test_a_newcomer_makes_a_passkey_keeps_the_codes_and_comes_back_by_it(
    newcomer: User, visit: Visit
) -> None:
    page = by_name(visit, "/atelier/essai-info/offres/")
    add_authenticator(page)
    page.get_by_label("Adresse e-mail").fill(newcomer.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Protégez votre compte")
    page.get_by_role("link", name="Une clé d’accès").click()
    page.get_by_label("Nom de la clé d’accès").fill("Téléphone de Camille")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    page.get_by_role("button", name="Créer mes codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Télécharger le fichier").click()
    first = page.locator(".codes li").first.inner_text()
    assert first in downloading.value.path().read_text()
    page.get_by_role("link", name="continuer").click()
    expect(page).to_have_url(re.compile(r"/atelier/essai-info/offres/$"))

    page.locator(".site-header details.menu summary").last.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(re.compile(r"/atelier/essai-info/$"))
    by_name(visit, "/compte/second-facteur/")
    expect(page.locator(".lines")).to_contain_text("Téléphone de Camille")


def test_a_passkey_is_the_second_factor_after_the_password(newcomer: User, visit: Visit) -> None:
    page = by_name(visit, "/compte/second-facteur/cles/ajouter/")
    add_authenticator(page)
    page.get_by_label("Adresse e-mail").fill(newcomer.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.locator(".site-header details.menu summary").last.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_label("Adresse e-mail").fill(newcomer.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(re.compile(r"/atelier/essai-info/$"))


def test_a_device_without_a_passkey_says_so(newcomer: User, visit: Visit) -> None:
    page = by_name(visit, "/compte/connexion/")
    devtools = add_authenticator(page)
    devtools.send("WebAuthn.disable")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("Aucune clé d’accès")


def test_the_app_is_set_up_by_its_drawn_code(
    newcomer: User, visiting: Visiting, accessible: Check
) -> None:
    page = visiting(newcomer).open("/compte/second-facteur/application/")
    expect(page.locator(".qr svg")).to_be_visible()
    accessible(page)
    secret = page.locator(".incident").inner_text()
    page.get_by_label("Code affiché par l’application").fill(totp_code(secret))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")


def test_the_page_that_asks_for_the_code_is_accessible(
    transactional_db: None, visit: Visit, accessible_everywhere: Check
) -> None:
    operator = an_operator()
    page = visit.open("/compte/connexion/")
    page.get_by_label("Adresse e-mail").fill(operator.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
    accessible_everywhere(page)
