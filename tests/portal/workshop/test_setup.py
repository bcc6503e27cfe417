"""« Démarrage »: a new house from its founding to its first invoice, step by step."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from PIL import Image

from billing.models import Invoice
from contracts.models import Contract, Offer, OfferVersion
from contracts.operations.founding import found_house
from providers.models import AuditEntry, Customer, Membership, ProviderProfile
from providers.operations import NewPerson, replace_legal_identity
from providers.operations.houses import ask_for_house
from providers.scoping import open_scope
from tests.factories import A_PICTURE, a_customer, an_identity, give_factor
from tests.portal.places import NOW, signed_in
from tests.portal.workshop.conftest import seen_on

TODAY = date(2026, 6, 15)
CAMILLE = NewPerson(name="Camille Exemple", password="une phrase assez longue")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def founder(db: None) -> Membership:
    token = ask_for_house(email="camille@portal.example", at=NOW).token
    member = found_house(
        token=token, slug="neuve", trade_name="Maison Neuve", at=NOW, person=CAMILLE
    )
    give_factor(member.user)
    return member


@pytest.fixture
def owner(founder: Membership) -> Client:
    return signed_in(founder)


def at(path: str = "") -> str:
    return f"/atelier/neuve/{path}"


def saved(owner: Client, path: str, values: dict[str, Any]) -> Any:
    """What a page answers to whoever has just opened it."""
    return owner.post(at(path), values | seen_on(owner, at(path)))


def left(owner: Client) -> list[str]:
    page: Any = owner.get(at("demarrage/"))
    assert page.status_code == 200
    return [step.code for step in page.context["set_up"].steps if not step.is_done]


def identify(founder: Membership) -> None:
    with open_scope(founder.provider_id):
        identity = an_identity(valid_from=date(2026, 1, 1), postal_code="97410")
        replace_legal_identity(identity=identity, at=NOW, by=founder.user_id)


def test_everything_is_left_to_do_and_no_page_of_the_empty_house_fails(owner: Client) -> None:
    assert len(left(owner)) == 10
    for path in (
        "", "clients/", "contrats/", "facturation/", "factures/", "offres/", "indices/",
        "reglages/", "reglages/marque/", "reglages/numeros/", "reglages/calendrier/",
        "reglages/membres/", "demarrage/offres/", "demarrage/essai/",
    ):  # fmt: skip
        assert owner.get(at(path)).status_code == 200, path
    assert "demarrage/" in owner.get(at()).content.decode()


def test_each_step_is_read_from_what_there_is(owner: Client, founder: Membership) -> None:
    identify(founder)
    assert "identity" not in left(owner)
    values = {"trade_name": "Maison Neuve", "brand_color": "#FFD400"}
    assert saved(owner, "reglages/marque/", values)["Location"] == at("demarrage/")
    prefixes = {"invoice_prefix": "fa", "credit_note_prefix": "AV", "penalty_prefix": "P"}
    assert saved(owner, "reglages/numeros/", prefixes).status_code == 303
    days = {"zone": "Indian/Reunion", "holidays": "FR-974"}
    assert saved(owner, "reglages/calendrier/", days).status_code == 303
    preset = {"preset": "micro-info-service"}
    assert owner.post(at("demarrage/offres/"), preset).status_code == 303
    with open_scope(founder.provider_id):
        own = ProviderProfile.objects.get()
        assert (own.brand_color, own.invoice_prefix, own.holidays) == ("#ffd400", "FA", "FR-974")
        a_customer()
    founder.provider.refresh_from_db()
    assert founder.provider.zone == "Indian/Reunion"
    assert left(owner) == ["bank", "offer", "trial", "contract", "invoice"]


def test_a_preset_is_published_once(owner: Client, founder: Membership) -> None:
    for _ in range(2):
        owner.post(at("demarrage/offres/"), {"preset": "micro-info-service"})
    with open_scope(founder.provider_id):
        assert Offer.objects.count() == OfferVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("preset", "status"),
    [("micro-info-service", 303), ("si-sante", 422)],
    ids=["net prices", "prices including VAT"],
)
def test_only_prices_including_vat_ask_for_an_identity_first(
    owner: Client, founder: Membership, preset: str, status: int
) -> None:
    """The net of such a price needs a rate, which needs a place: said above the form."""
    owner.post(at("demarrage/offres/"), {"preset": preset})
    with open_scope(founder.provider_id):
        version = OfferVersion.objects.get()
    confirm = at(f"offres/prix/{version.pk}/")
    started = owner.post(at(f"offres/{version.offer_id}/brouillon/"))["Location"]
    for address, sent in (
        (confirm, {}),
        (f"{started}publier/", {"revision": "1", "is_price_confirmed": "on"}),
    ):
        assert owner.get(address).status_code == 200, address
        answer: Any = owner.post(address, sent)
        assert answer.status_code == status, address
        if status == 422:
            said = "Aucune identité légale n’est en vigueur le 15 juin 2026."
            assert answer.context["form"].non_field_errors() == [said]
    with open_scope(founder.provider_id):
        assert OfferVersion.objects.count() == (2 if status == 303 else 1)


def test_the_calendar_proposes_what_the_postcode_says(owner: Client, founder: Membership) -> None:
    identify(founder)
    page: Any = owner.get(at("reglages/calendrier/"))
    proposed = {"zone": "Indian/Reunion", "holidays": "FR-974"}
    assert proposed.items() <= page.context["form"].initial.items()


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("marque", {"trade_name": "x", "brand_color": "red"}, "brand_color"),
        ("marque", {"trade_name": "a\0b", "brand_color": "#112233"}, "trade_name"),
        ("numeros", {"invoice_prefix": "A"}, "invoice_prefix"),
        ("numeros", {"invoice_prefix": "9"}, "invoice_prefix"),
        ("calendrier", {"zone": "Mars/Olympus"}, "zone"),
        ("calendrier", {"holidays": "XX"}, "holidays"),
    ],
)
def test_a_wrong_value_is_said_at_its_field(
    owner: Client, path: str, data: dict[str, str], field: str
) -> None:
    known = {
        "invoice_prefix": "F", "credit_note_prefix": "A", "penalty_prefix": "P",
        "zone": "Europe/Paris", "holidays": "FR",
    }  # fmt: skip
    answer: Any = owner.post(at(f"reglages/{path}/"), known | data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


# --- The logo -------------------------------------------------------------------------------------


def picture(size: tuple[int, int], form: str = "PNG") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, (20, 120, 90)).save(kept, form, comment="SECRET")
    return kept.getvalue()


def send(owner: Client, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = "logo.png"
    data = {"trade_name": "Maison Neuve", "brand_color": "#0b5a8f", "logo": file}
    return saved(owner, "reglages/marque/", data)


def test_a_logo_is_drawn_anew_and_made_small(owner: Client) -> None:
    assert owner.get(at("reglages/marque/logo.png")).status_code == 404
    assert send(owner, picture((3000, 500), "JPEG") + b"<script>SECRET</script>").status_code == 303
    kept = owner.get(at("reglages/marque/logo.png"))
    assert kept["Content-Type"] == "image/png"
    assert b"SECRET" not in kept.content
    assert Image.open(io.BytesIO(kept.content)).size == (900, 150)
    gone = {"trade_name": "x", "brand_color": "#0b5a8f", "is_logo_removed": "on"}
    assert saved(owner, "reglages/marque/", gone).status_code == 303
    assert owner.get(at("reglages/marque/logo.png")).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        A_PICTURE[:40],
        b"\x89PNG\r\n\x1a\n" + b"x" * 200,
        picture((5000, 5000)),
        b"x" * (2 * 1024 * 1024 + 1),
    ],
    ids=["empty", "gif", "svg", "cut", "head alone", "too many pixels", "too large"],
)
def test_what_is_no_picture_is_refused(owner: Client, content: bytes) -> None:
    answer = send(owner, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"logo"}
    assert owner.get(at("reglages/marque/logo.png")).status_code == 404


# --- The trial run --------------------------------------------------------------------------------


def rows(founder: Membership) -> dict[str, int]:
    with open_scope(founder.provider_id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM providers_auditentry")
        entries = cursor.fetchone()[0]
        counted = (Customer, Contract, Invoice)
        return {model.__name__: model.objects.count() for model in counted} | {"entries": entries}


def test_a_trial_shows_two_years_and_leaves_nothing(owner: Client, founder: Membership) -> None:
    identify(founder)
    owner.post(at("demarrage/offres/"), {"preset": "micro-info-service"})
    with open_scope(founder.provider_id):
        version = OfferVersion.objects.select_related("offer").get()
    before = rows(founder)
    first: Any = owner.get(at("demarrage/essai/"), {"offer": version.offer.code})
    form = first.context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "options"}
    data |= {"offer": version.offer.code, "postal_code": "97410", "annual_price": "1200,00"}
    data["starts_on"] = TODAY.isoformat()
    page: Any = owner.get(at("demarrage/essai/"), data)
    assert page.status_code == 200, page.context["form"].errors
    assert page.context["moments"]
    assert page.context["total"] > 2000
    assert rows(founder) == before
    with open_scope(founder.provider_id):
        version.refresh_from_db()
    assert not version.is_price_confirmed
    assert "trial" in left(owner)
    assert owner.post(at("demarrage/essai/")).status_code == 303
    assert "trial" not in left(owner)


@pytest.mark.parametrize(
    ("name", "value"),
    [("postal_code", "abc"), ("starts_on", "0001-01-01"), ("annual_price", "NaN")],
)
def test_a_wrong_trial_is_said_at_its_field(
    owner: Client, founder: Membership, name: str, value: str
) -> None:
    identify(founder)
    owner.post(at("demarrage/offres/"), {"preset": "micro-info-service"})
    first: Any = owner.get(at("demarrage/essai/"), {"offer": "maintenance"})
    form = first.context["form"]
    data = {key: form[key].value() or "" for key in form.fields if key != "options"}
    data |= {"offer": "maintenance", "postal_code": "97410", "starts_on": "2026-06-15", name: value}
    answer: Any = owner.get(at("demarrage/essai/"), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {name}


def test_the_offers_of_a_preset_are_published_by_whoever_chose_it(
    owner: Client, founder: Membership
) -> None:
    owner.post(at("demarrage/offres/"), {"preset": "micro-info-service"})
    with open_scope(founder.provider_id):
        version = OfferVersion.objects.get()
        found = AuditEntry.objects.filter(subject_id=version.pk)
        assert {entry.actor_id for entry in found} == {founder.user_id}


def test_every_page_leads_back_to_the_checklist_until_it_is_put_away(owner: Client) -> None:
    """Most steps are done on pages that know nothing of the checklist: offers, imports, runs."""
    link = f'href="{at("demarrage/")}"'
    for path in ("offres/", "imports/", "clients/", "contrats/", "facturation/"):
        assert link in owner.get(at(path)).content.decode(), path
    owner.post(at("demarrage/terminer/"))
    assert link not in owner.get(at("offres/")).content.decode()


def test_the_checklist_is_put_away_once(owner: Client, founder: Membership) -> None:
    for _ in range(2):
        assert owner.post(at("demarrage/terminer/")).status_code == 303
    assert at("demarrage/") not in owner.get(at()).content.decode()
    with open_scope(founder.provider_id):
        assert ProviderProfile.objects.get().set_up_at == NOW
