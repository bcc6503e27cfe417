"""A new owner, from signing up to the first invoice on paper: the checklist leads all the way,
and waits for whoever goes home in between.

Acts and typed fields are counted, which is what the product decides; the minutes that a person
takes are told from them, for whoever runs this with `-s`.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from playwright.sync_api import FilePayload, Page, expect

from billing.operations.documents import relay_documents
from core.clock import now, today
from providers.models import Job, Provider
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.browser.audit import Visit
from tests.factories import TINY_PDF, a_siren, vat_number_of
from tests.harness.sign_in import totp_code
from tests.letters import house_path_to

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
EMAIL, PASSWORD, SLUG = "camille@neuve.example", "une phrase assez longue", "maison-neuve"
NOW = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
# An invented account of an invented bank, with valid check digits.
IBAN = "FR7699999000017076078528284"
CUSTOMERS = """Nom;SIREN;Rue;Code postal;Ville
Cabinet des Pins;910000017;2 rue des Pins;83480;Puget-sur-Argens
"""
MOST_ACTS, MOST_FIELDS = 75, 60
# How long a person takes, generously: to find and press, to type.
SECONDS_AN_ACT, SECONDS_A_FIELD = 4, 6


@dataclass
class Owner:
    """Somebody in front of their browser who reads nothing but the page."""

    page: Page
    acts: int = 0
    fields: int = 0

    def press(self, name: str, role: Any = "button") -> None:
        self.page.locator("main").get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        self.acts += 1

    def send(self) -> None:
        """The one form that the page is about."""
        self.page.locator("main form .btn-primary").last.click()
        self.page.wait_for_load_state()
        self.acts += 1

    def follow(self, part: str) -> None:
        self.page.locator("main").locator(part).first.click()
        self.acts += 1

    def type(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"#id_{name}").fill(value)
            self.fields += 1

    def choose(self, question: str, answer: str) -> None:
        self.page.get_by_role("group", name=question).get_by_label(answer).check()
        self.acts += 1

    def next_step(self, title: str) -> None:
        """What the checklist offers first, once what was sent before is accepted."""
        refused = self.page.locator(".error-summary")
        assert refused.count() == 0, refused.inner_text()
        self.see_the_checklist()
        self.press(title, "link")

    def see_the_checklist(self) -> None:
        """From wherever a step has led, by the menu: nobody knows its address."""
        menu = self.page.get_by_role("navigation", name="Atelier")
        menu.get_by_role("link", name="Démarrage").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Démarrage")
        self.acts += 1

    @property
    def minutes(self) -> float:
        return (self.acts * SECONDS_AN_ACT + self.fields * SECONDS_A_FIELD) / 60


@pytest.fixture
def clock() -> Iterator[Any]:
    """An afternoon of a Monday; the tests move it on."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def owner(visit: Visit, transactional_db: None, settings: LazySettings, clock: Any) -> Owner:
    settings.OPEN_SIGN_UP = True
    return Owner(visit.open("/inscription/"))


def work() -> None:
    """What the worker would do by itself: the jobs that wait, and the PDFs."""
    house = Provider.objects.get(slug=SLUG)
    with open_scope(house.pk):
        ids = list(Job.objects.all().open().values_list("id", flat=True))
    for job_id in ids:
        run_job(provider_id=house.pk, job_id=job_id, now=now)
    relay_documents(provider_id=house.pk, at=now())


def sign_up(owner: Owner) -> None:
    owner.type(email=EMAIL)
    owner.send()
    expect(owner.page).to_have_url(re.compile("envoyee"))
    owner.page.goto(owner.page.url.split("/inscription/")[0] + house_path_to(EMAIL))
    owner.type(name="Camille Exemple", password=PASSWORD, trade_name="Maison Neuve", slug=SLUG)
    owner.send()


def protect(owner: Owner) -> str:
    """The second factor comes before anything of the house is shown; the app's secret."""
    page = owner.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Protégez votre compte")
    owner.press("application", "link")
    secret = page.locator(".incident").inner_text()
    owner.type(code=totp_code(secret))
    owner.press("Activer")
    owner.press("Créer mes codes")
    owner.press("continuer", "link")
    return secret


def come_back_another_day(owner: Owner, clock: Any, secret: str) -> None:
    """What was done is still done, and the home page says what is next."""
    page = owner.page
    page.get_by_role("banner").locator("details.menu summary").last.click()
    page.get_by_role("button", name="Se déconnecter").click()
    clock.shift(timedelta(hours=15))
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_label("Code").fill(totp_code(secret))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    expect(page.locator("main")).to_contain_text("1 sur 10")
    expect(page.locator("main")).to_contain_text("Sur quel compte vous êtes payé")
    owner.acts, owner.fields = owner.acts + 4, owner.fields + 3


def prove(owner: Owner, clock: Any) -> None:
    """After a pause, the account to be paid on is shown to nobody who has not said who they are."""
    clock.shift(timedelta(minutes=6))
    owner.next_step("Sur quel compte vous êtes payé")
    expect(owner.page.get_by_label("IBAN")).to_have_count(0)
    owner.type(password=PASSWORD)
    owner.press("Confirmer")


def settle(owner: Owner, clock: Any, secret: str) -> None:
    siren = a_siren()
    owner.next_step("Qui émet les documents")
    owner.type(
        valid_from="2020-01-01", legal_name="Maison Neuve", legal_form="SARL",
        share_capital="10 000,00", siren=siren, rcs_city="Fréjus", street="1 rue des Pins",
        postal_code="83600", city="Fréjus", vat_number=vat_number_of(siren),
    )  # fmt: skip
    owner.press("Enregistrer l’identité")
    come_back_another_day(owner, clock, secret)
    prove(owner, clock)
    owner.type(iban=IBAN)
    owner.press("Enregistrer les coordonnées bancaires")
    owner.next_step("Votre marque")
    owner.press("Enregistrer la marque")
    owner.next_step("Vos numéros")
    owner.press("Enregistrer les numéros")
    owner.next_step("TVA et calendrier")
    owner.press("Enregistrer le calendrier")


def sell(owner: Owner, accessible: Check) -> None:
    owner.next_step("Une première offre à votre prix")
    owner.choose("Partir de", "MICRO INFO SERVICE")
    owner.press("Partir de ce modèle")
    owner.press("Confirmer le prix", "link")
    accessible(owner.page)
    owner.press("Confirmer ces prix")
    owner.next_step("Vos clients")
    file: FilePayload = {
        "name": "clients.csv", "mimeType": "text/csv", "buffer": CUSTOMERS.encode()
    }  # fmt: skip
    owner.page.locator("input[type=file]").set_input_files(file)
    owner.press("Lire le fichier")
    owner.send()
    owner.page.wait_for_url(lambda address: "colonnes" not in address)
    work()
    owner.page.reload()
    owner.press("Importer 1 ligne")
    work()
    owner.next_step("Un essai à blanc")
    owner.follow("table a")
    owner.press("Voir les mois à venir")
    expect(owner.page.locator(".timeline > li").first).to_be_visible()
    accessible(owner.page)
    owner.press("C’est ce que j’attends")


def sign(owner: Owner) -> None:
    page, day = owner.page, today("Europe/Paris").isoformat()
    owner.next_step("Un premier contrat signé")
    owner.press("Préparer un contrat", "link")
    owner.press("Choisir un client dans la liste", "link")
    owner.press("Cabinet des Pins", "link")
    owner.press("Préparer un contrat", "link")
    owner.follow("table a")
    owner.type(starts_on=day)
    page.locator("#id_payment_method").select_option(label="Virement")
    owner.send()
    owner.press("signature", "link")
    owner.type(signed_on=day, signed_by="Dr Camille Pins", headcount="4")
    page.locator("#id_signed_contract").set_input_files(
        {"name": "contrat.pdf", "mimeType": "application/pdf", "buffer": TINY_PDF}
    )
    owner.choose("Lieu de signature", "Dans les locaux du cabinet")
    owner.choose("son activité principale", "Non")
    owner.choose("exécution anticipée", "Oui")
    owner.send()


def invoice(owner: Owner, accessible: Check) -> bytes:
    page = owner.page
    owner.next_step("Une première facture émise")
    owner.press("Voir ce qui serait émis")
    expect(page.locator("main")).to_contain_text("Cabinet des Pins")
    accessible(page)
    owner.press("Passer au lancement", "link")
    owner.press("Émettre 1 facture")
    work()
    page.reload()
    expect(page.locator("main .status").first).to_have_text("Terminé")
    owner.press("F2", "link")
    with page.expect_download() as found:
        owner.press("Télécharger le PDF", "link")
    return Path(found.value.path()).read_bytes()


def test_the_checklist_leads_to_the_first_invoice(
    owner: Owner, clock: Any, accessible: Check
) -> None:
    sign_up(owner)
    secret = protect(owner)
    accessible(owner.page)
    settle(owner, clock, secret)
    sell(owner, accessible)
    sign(owner)
    assert invoice(owner, accessible).startswith(b"%PDF-1.7")
    owner.see_the_checklist()
    expect(owner.page.locator("main")).to_contain_text("10 sur 10")
    owner.press("Ranger la liste")
    expect(owner.page.get_by_role("link", name="Démarrage")).to_have_count(0)
    sys.stdout.write(f"\n{owner.acts} acts, {owner.fields} fields: {owner.minutes:.0f} minutes\n")
    assert owner.acts < MOST_ACTS
    assert owner.fields < MOST_FIELDS
