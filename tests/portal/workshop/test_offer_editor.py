"""An offer written in pages: drafts, two people at once, publishing, versions, files."""

import re
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contract, Offer, OfferDraft, OfferVersion
from providers.enums import Role
from providers.models import AuditEntry
from providers.scoping import open_scope
from tests.harness.questions import MOST, questions
from tests.portal.clauses.test_round_trip import as_posted
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    a_workshop,
)


def at(workshop: Workshop, draft: OfferDraft, page: str = "") -> str:
    return workshop.at(f"offres/brouillons/{draft.pk}/{page}")


def sent_by(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the form at an address would send, with some answers changed."""
    page: Any = client.get(address)
    sent = as_posted(page.context["blocks"])
    data = {name: values if len(values) > 1 else values[0] for name, values in sent.lists()}
    data["revision"] = str(page.context["draft"].revision)
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def again(workshop: Workshop, draft: OfferDraft) -> OfferDraft:
    with open_scope(workshop.provider.id):
        draft.refresh_from_db()
    return draft


def test_the_draft_reads_like_a_contract_and_is_found_again(
    workshop: Workshop, owner: Client, draft: OfferDraft, offer: Offer
) -> None:
    text = owner.get(at(workshop, draft)).content.decode()
    assert "jusqu’au 31 décembre de l’année qui suit sa signature" in text
    assert "CGV art. 5" in text
    owner.post(workshop.at(f"offres/{offer.pk}/brouillon/"))
    with open_scope(workshop.provider.id):
        assert OfferDraft.objects.count() == 1


@pytest.mark.parametrize("preset", ["micro-info-service", "reunion-informatique"])
def test_every_page_opens_and_sent_unchanged_changes_nothing(db: None, preset: str) -> None:
    workshop = a_workshop(f"essai-{preset}", preset)
    owner = workshop.client(OWNER)
    with open_scope(workshop.provider.id):
        offer = Offer.objects.order_by("-code")[0]
    owner.post(workshop.at(f"offres/{offer.pk}/brouillon/"))
    with open_scope(workshop.provider.id):
        draft = OfferDraft.objects.get()
    before = draft.terms
    for page in re.findall(
        rf"{draft.pk}/([a-z]+)/\"", owner.get(at(workshop, draft)).content.decode()
    ):
        if page in ("publier", "jeter", "nom"):
            continue
        address = at(workshop, draft, f"{page}/")
        answer = owner.post(address, sent_by(owner, address))
        assert answer.status_code == 303, page
    after = again(workshop, draft)
    assert (after.revision, after.terms) == (1, before)


def test_a_draft_is_renamed_and_its_code_stays(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    """The offer itself is called otherwise from its next version on, not before."""
    address, code, name = at(workshop, draft, "nom/"), draft.code, draft.name
    assert owner.post(address, {"name": "Sérénité", "version": "1"}).status_code == 303
    after = again(workshop, draft)
    assert (after.name, after.code, after.revision) == ("Sérénité", code, 2)
    late = owner.post(address, {"name": "Tranquillité", "version": "1"})
    assert late.status_code == 409
    assert {"Sérénité", "Tranquillité"} <= {
        str(said) for choice in late.context["choices"] for said in (choice.mine, choice.theirs)
    }
    assert owner.post(address, {"name": "", "version": "2"}).status_code == 422
    with open_scope(workshop.provider.id):
        assert Offer.objects.get(code=code).name == name
        assert AuditEntry.objects.filter(act="offer.draft_renamed").count() == 1


def test_a_page_is_saved_and_says_what_it_now_means(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    address = at(workshop, draft, "duree/")
    answer = owner.post(address, sent_by(owner, address, notice__months="2"))
    assert answer.status_code == 303
    assert again(workshop, draft).terms["notice"]["months"] == 2
    assert "au moins 2 mois" in owner.get(address).content.decode()
    with open_scope(workshop.provider.id):
        assert OfferVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("sheet", "control", "value", "said"),
    [
        ("duree", "notice-months", "zéro", "Écrivez un nombre entier."),
        ("duree", "notice-months", "", "À remplir."),
        ("duree", "notice-months", "0", "Au moins 1."),
        ("duree", "notice-clause", "x" * 601, "600 caractères au plus."),
        ("prix", "price-annual", "NaN", "Écrivez un nombre, comme"),
        ("prix", "price-annual", "1,234", "Un montant a deux décimales au plus."),
        ("horaires", "hours-week-monday-0-closes", "01:00", "La fermeture vient après"),
        ("facturation", "billing-default_cadence", "daily", "Choisissez une des réponses."),
        ("couverture", "coverage-lines-0-clause", "a\0b", "Ce texte contient un caractère"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_kept(
    workshop: Workshop,
    owner: Client,
    draft: OfferDraft,
    sheet: str,
    control: str,
    value: str,
    said: str,
) -> None:
    address = at(workshop, draft, f"{sheet}/")
    answer: Any = owner.post(address, {**sent_by(owner, address), control: value})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    if "\0" not in value:
        assert answer.context["form"].errors.keys() == {control}
        assert value in text or value == "daily"  # none of the choices
    assert again(workshop, draft).revision == 1


def test_buttons_redraw_the_form_and_write_nothing(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    address = at(workshop, draft, "duree/")
    sent = sent_by(owner, address, duration__kind="months", act="refresh:duration")
    text = owner.post(address, sent).content.decode()
    assert 'name="duration-months"' in text
    gone = owner.post(address, sent_by(owner, address, act="drop:notice")).content.decode()
    assert 'name="notice-months"' not in gone
    address = at(workshop, draft, "couverture/")
    page: Any = owner.get(address)
    number = len(again(workshop, draft).terms["coverage"]["lines"])
    assert f"coverage-lines-{number}-clause" not in page.content.decode()
    more = owner.post(address, sent_by(owner, address, act="add:coverage-lines"))
    assert f'name="coverage-lines-{number}-clause"' in more.content.decode()
    assert again(workshop, draft).revision == 1


@pytest.mark.parametrize(
    "act",
    [
        "add", "remove:", "up:coverage-lines-999", "put:owner", ":", "add:coverage", "x" * 999,
        "add:coverage-lines-²", "add:coverage-nothing-0",
    ],
)  # fmt: skip
def test_an_act_that_makes_no_sense_redraws(
    workshop: Workshop, owner: Client, draft: OfferDraft, act: str
) -> None:
    address = at(workshop, draft, "couverture/")
    assert owner.post(address, sent_by(owner, address, act=act)).status_code == 200


def test_a_number_of_rows_that_no_program_reads_is_none(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    address = at(workshop, draft, "horaires/")
    sent = sent_by(owner, address)
    rows = {name: "9" * 5_000 for name in sent if name.endswith("-rows")}
    assert rows
    assert owner.post(address, {**sent, **rows, "act": "add:hours"}).status_code == 200


def test_two_people_at_once_are_both_shown(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    address, manager = at(workshop, draft, "duree/"), workshop.client(MANAGER)
    mine = sent_by(owner, address, notice__months="2")
    assert manager.post(address, sent_by(manager, address, notice__months="4")).status_code == 303
    answer = owner.post(address, mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Mois de préavis" in text
    assert ">4<" in text.replace(" ", "").replace("\n", "")
    assert again(workshop, draft).terms["notice"]["months"] == 4


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 5000, "\0"])
def test_a_state_that_never_was_is_refused(
    workshop: Workshop, owner: Client, draft: OfferDraft, revision: str
) -> None:
    address = at(workshop, draft, "duree/")
    sent = sent_by(owner, address, notice__months="2") | {"revision": revision}
    assert owner.post(address, sent).status_code in (200, 409)
    assert again(workshop, draft).revision == 1


def test_a_draft_is_published_once_and_contracts_keep_their_terms(
    workshop: Workshop, owner: Client, draft: OfferDraft, contract: Contract
) -> None:
    address = at(workshop, draft, "duree/")
    owner.post(address, sent_by(owner, address, notice__months="2"))
    publish = at(workshop, draft, "publier/")
    text = owner.get(publish).content.decode()
    assert "Le contrat signé (1) garde ses conditions." in text
    assert "Mois de préavis" in text
    for _click in range(2):
        assert owner.post(publish, {"revision": "2", "is_price_confirmed": "on"}).status_code == 303
    with open_scope(workshop.provider.id):
        latest = OfferVersion.objects.latest("number")
        assert OfferVersion.objects.count() == 2
        assert (latest.number, latest.is_price_confirmed) == (2, True)
        assert latest.terms["notice"]["months"] == 2
        contract.refresh_from_db()
        assert contract.terms["notice"]["months"] == 3
        entry = AuditEntry.objects.get(act="offer.published", subject_id=latest.pk)
        assert entry.actor_id is not None
    compared = owner.get(workshop.at(f"offres/{latest.offer_id}/comparer/")).content.decode()
    assert "Mois de préavis" in compared
    assert "Clause reference" not in compared
    assert owner.get(at(workshop, draft)).status_code == 303


def test_publishing_another_state_than_the_one_read_is_a_conflict(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    assert owner.post(at(workshop, draft, "publier/"), {"revision": "7"}).status_code == 409
    with open_scope(workshop.provider.id):
        assert OfferVersion.objects.count() == 1


def test_terms_that_lack_something_say_what_and_are_not_published(
    workshop: Workshop, owner: Client
) -> None:
    new = {"source": "blank", "name": "Neuve", "code": "NEUVE"}
    assert owner.post(workshop.at("offres/nouvelle/"), new).status_code == 303
    with open_scope(workshop.provider.id):
        draft = OfferDraft.objects.get()
    text = owner.get(at(workshop, draft)).content.decode()
    assert "Avant de pouvoir la publier" in text
    assert owner.post(at(workshop, draft, "publier/"), {"revision": "1"}).status_code == 422
    address = at(workshop, draft, "duree/")
    assert "Avant de pouvoir la publier" in owner.get(address).content.decode()
    with open_scope(workshop.provider.id):
        assert not Offer.objects.filter(code="NEUVE").exists()


@pytest.mark.parametrize("source", ["own", "preset:si-sante/support"])
def test_a_new_offer_starts_from_another(
    workshop: Workshop, owner: Client, offer: Offer, source: str
) -> None:
    source = f"offer:{offer.pk}" if source == "own" else source
    new = {"source": source, "name": "Copie", "code": "COPIE"}
    assert owner.post(workshop.at("offres/nouvelle/"), new).status_code == 303
    with open_scope(workshop.provider.id):
        draft = OfferDraft.objects.get()
    owner.post(at(workshop, draft, "publier/"), {"revision": "1"})
    with open_scope(workshop.provider.id):
        assert OfferVersion.objects.filter(offer__code="COPIE").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "a b"), ("code", ""), ("code", "x" * 31), ("code", "taken"), ("name", ""),
        ("name", "x" * 121), ("source", "preset:../etc"), ("source", "offer:0"), ("name", "\0"),
    ],
)  # fmt: skip
def test_a_bad_new_offer_is_refused_at_its_field(
    workshop: Workshop, owner: Client, offer: Offer, field: str, value: str
) -> None:
    value = offer.code if value == "taken" else value
    new = {"source": "blank", "name": "Neuve", "code": "NEUVE", field: value}
    answer: Any = owner.post(workshop.at("offres/nouvelle/"), new)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


def test_unsaved_terms_are_run_for_a_customer_who_signs_today(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    address = at(workshop, draft, "facturation/")
    sent = sent_by(owner, address) | {
        "client-postal_code": "97400",
        "client-annual_price": "1 200,00",
        "client-starts_on": "2026-06-15",
        "client-cadence": "quarterly",
        "client-method": "direct_debit",
    }
    text = owner.post(f"{address}apercu/", sent).content.decode()
    assert "Première facture" in text
    assert "TTC facturés sur 24 mois" in text
    assert "30 sept. 2027".replace(" ", "\u00a0") in text
    nowhere = owner.post(f"{address}apercu/", sent | {"client-postal_code": "00000"})
    assert nowhere.status_code == 200
    assert "TTC facturés" not in nowhere.content.decode()
    assert again(workshop, draft).revision == 1


def test_terms_that_are_not_valid_say_what_prevents_their_run(
    workshop: Workshop, owner: Client, draft: OfferDraft
) -> None:
    address = at(workshop, draft, "duree/")
    sent = sent_by(owner, address, notice__months="x")
    text = owner.post(f"{address}apercu/", sent).content.decode()
    assert "Avant de pouvoir la publier" in text
    assert "Écrivez un nombre entier." in text


def test_a_draft_is_thrown_away(workshop: Workshop, owner: Client, draft: OfferDraft) -> None:
    assert owner.get(at(workshop, draft, "jeter/")).status_code == 200
    assert owner.post(at(workshop, draft, "jeter/")).status_code == 303
    assert owner.get(at(workshop, draft)).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(OWNER, 200, 200), (MANAGER, 200, 200), (ACCOUNTANT, 200, 403), (TECHNICIAN, 403, 403)],
)
def test_who_reads_and_who_writes(
    workshop: Workshop, sign_in: SignIn, draft: OfferDraft, role: Role, reads: int, writes: int
) -> None:
    client = sign_in(role)
    assert client.get(at(workshop, draft)).status_code == reads
    for page in ("duree/", "nom/", "publier/", "jeter/"):
        assert client.get(at(workshop, draft, page)).status_code == writes


def test_a_stranger_finds_no_draft(
    workshop: Workshop, neighbour: Workshop, stranger: Client, draft: OfferDraft
) -> None:
    for house in (workshop, neighbour):
        for page in ("", "duree/", "publier/", "nulle-part/"):
            assert stranger.get(at(house, draft, page)).status_code == 404


def test_no_page_of_the_editor_asks_much(
    workshop: Workshop, owner: Client, draft: OfferDraft, contract: Contract, offer: Offer
) -> None:
    with open_scope(workshop.provider.id):
        version = OfferVersion.objects.get()
    pages = [
        at(workshop, draft),
        *(at(workshop, draft, page) for page in ("duree/", "couverture/", "options/", "publier/")),
        workshop.at(f"offres/{offer.pk}/comparer/"),
        workshop.at(f"offres/versions/{version.pk}/"),
        workshop.at("offres/nouvelle/"),
    ]
    for address in pages:
        with questions() as asked:
            assert owner.get(address).status_code == 200
        assert len(asked) <= MOST, address
