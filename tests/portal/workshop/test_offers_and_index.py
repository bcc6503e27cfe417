"""Offers and their prices, values of the index, and revisions that wait for a person."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from contracts.enums import RevisionStatus
from contracts.models import Contract, IndexObservation, OfferVersion, PriceRevision
from contracts.operations.index_values import load_known_values
from providers.daily import run_day
from providers.enums import Role
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract, an_index_value, noon
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    a_workshop,
)

VALUE = {"month": "2026-04", "value": "323,4", "published_on": "2026-05-29", "source": "Syntec"}


@pytest.fixture
def version(workshop: Workshop) -> OfferVersion:
    with open_scope(workshop.provider.id):
        return OfferVersion.objects.get()


def a_held_revision(workshop: Workshop, *, base_month: str, base_day: date) -> PriceRevision:
    provider_id = workshop.provider.id
    with open_scope(provider_id):
        an_index_value(base_month, "310.0", base_day, is_estimated=True)
        an_index_value("2025-11", "318.0", date(2025, 12, 31), is_estimated=True)
        a_signed_contract(a_customer("Mer"), signed_on=date(2025, 2, 3), cadence="quarterly")
    run_day(
        provider_id=provider_id,
        day=date(2026, 1, 1),
        issued_on=date(2026, 1, 1),
        at=noon(date(2026, 1, 1)),
    )
    with open_scope(provider_id):
        return PriceRevision.objects.select_related("contract").get()


@pytest.fixture
def held(workshop: Workshop) -> PriceRevision:
    """January 2026: the values were published on days that are only estimated (P10)."""
    return a_held_revision(workshop, base_month="2024-12", base_day=date(2025, 1, 31))


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(OWNER, 200, 200), (MANAGER, 200, 200), (ACCOUNTANT, 200, 403), (TECHNICIAN, 403, 403)],
)
def test_each_role_reads_and_writes_what_the_table_says(
    workshop: Workshop, sign_in: SignIn, version: OfferVersion, role: Role, reads: int, writes: int
) -> None:
    client = sign_in(role)
    for path in ("offres/", f"offres/{version.offer_id}/", "indices/"):
        assert client.get(workshop.at(path)).status_code == reads, path
    for path in (f"offres/prix/{version.pk}/", "indices/nouveau/"):
        assert client.get(workshop.at(path)).status_code == writes, path


def test_a_stranger_finds_no_offer(
    workshop: Workshop, neighbour: Workshop, stranger: Client, version: OfferVersion
) -> None:
    for house in (workshop, neighbour):
        for path in (f"offres/{version.offer_id}/", f"offres/prix/{version.pk}/"):
            assert stranger.get(house.at(path)).status_code == 404


def test_an_offer_says_its_terms_with_their_clauses_and_that_prices_are_samples(
    workshop: Workshop, owner: Client, version: OfferVersion
) -> None:
    page: Any = owner.get(workshop.at(f"offres/{version.offer_id}/"))
    text = page.content.decode()
    assert page.context["has_samples"]
    assert "CGV art. 3.2" in text
    assert "CGV art. 13" in text
    assert "180,00" in text


def test_the_prices_of_an_offer_are_confirmed(
    workshop: Workshop, owner: Client, version: OfferVersion
) -> None:
    here = workshop.at(f"offres/prix/{version.pk}/")
    assert owner.post(here).status_code == 303
    with open_scope(workshop.provider.id):
        version.refresh_from_db()
    assert version.is_price_confirmed
    text = owner.get(workshop.at(f"offres/{version.offer_id}/")).content.decode()
    assert f"offres/prix/{version.pk}" not in text


@pytest.mark.parametrize(
    ("price", "status"),
    [("360,00", 303), ("", 303), ("330,03", 422), ("-1", 422), ("1,005", 422), ("x", 422)],
)
def test_a_single_price_may_be_changed_while_it_is_confirmed(
    db: None, price: str, status: int
) -> None:
    """P6: a price including VAT that no net amount gives is refused where it is entered."""
    house = a_workshop("accompagnement", "si-sante")
    with open_scope(house.provider.id):
        # The one price that a source document gives is no sample: make it one.
        OfferVersion.objects.update(is_price_confirmed=False)
        version = OfferVersion.objects.get()
    answer: Any = house.client(OWNER).post(
        house.at(f"offres/prix/{version.pk}/"), {"annual_price": price}
    )
    assert answer.status_code == status
    if status == 422:
        assert answer.context["form"].errors.keys() == {"annual_price"}
    with open_scope(house.provider.id):
        latest = OfferVersion.objects.order_by("-number").first()
    assert latest
    assert latest.is_price_confirmed is (status == 303)


def test_a_value_is_recorded_and_listed(workshop: Workshop, owner: Client) -> None:
    assert owner.post(workshop.at("indices/nouveau/"), VALUE).status_code == 303
    with open_scope(workshop.provider.id):
        row = IndexObservation.objects.get()
    assert (row.month, row.value) == (date(2026, 4, 1), Decimal("323.40"))
    text = owner.get(workshop.at("indices/")).content.decode()
    assert "323,40" in text
    assert "Avril\u00a02026" in text
    again: Any = owner.post(workshop.at("indices/nouveau/"), VALUE)
    assert again.status_code == 422
    with open_scope(workshop.provider.id):
        assert IndexObservation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("month", "2026-13"),
        ("month", "avril"),
        ("month", "1999-01"),
        ("value", "0"),
        ("value", "-3"),
        ("value", "cent"),
        ("value", ""),
        ("published_on", "2026-03-31"),
        ("published_on", "1999-12-31"),
        ("published_on", "2100-01-01"),
        ("source", "x" * 201),
    ],
)
def test_a_bad_value_is_said_at_its_field_and_nothing_is_written(
    workshop: Workshop, owner: Client, field: str, value: str
) -> None:
    answer: Any = owner.post(workshop.at("indices/nouveau/"), {**VALUE, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    with open_scope(workshop.provider.id):
        assert not IndexObservation.objects.exists()


def test_a_held_revision_shows_what_it_would_do(
    workshop: Workshop, owner: Client, held: PriceRevision
) -> None:
    assert held.status == RevisionStatus.HELD
    listed = owner.get(workshop.at("indices/")).content.decode()
    assert workshop.at(f"revisions/{held.pk}/") in listed
    text = owner.get(workshop.at(f"revisions/{held.pk}/")).content.decode()
    assert "1\u00a0200,00" in text
    assert "1\u00a0230,97" in text  # 1 200 × 318 ÷ 310
    reader = workshop.client(ACCOUNTANT).get(workshop.at(f"revisions/{held.pk}/"))
    assert reader.status_code == 200
    assert "valider" not in reader.content.decode()


@pytest.mark.parametrize(
    ("act", "status", "price"),
    [("valider", RevisionStatus.APPLIED, "1230.97"), ("ecarter", RevisionStatus.UNCHANGED, "1200")],
)
def test_a_held_revision_is_decided_once(
    workshop: Workshop,
    owner: Client,
    held: PriceRevision,
    act: str,
    status: RevisionStatus,
    price: str,
) -> None:
    here = workshop.at(f"revisions/{held.pk}/{act}/")
    assert owner.get(here).status_code == 405
    answer = owner.post(here)
    assert answer.status_code == 303
    with open_scope(workshop.provider.id):
        held.refresh_from_db()
        assert held.status == status
        line = held.contract.lines.get().prices.order_by("-applies_from")[0]
    assert line.annual_price == Decimal(price)
    assert owner.post(here).status_code == 422


def test_a_revision_over_too_long_a_span_cannot_be_applied_by_anybody(
    workshop: Workshop, owner: Client
) -> None:
    """P7: twelve months of index for eleven months of price (L112-1)."""
    held = a_held_revision(workshop, base_month="2024-11", base_day=date(2024, 12, 31))
    here = workshop.at(f"revisions/{held.pk}/")
    assert "valider/" not in owner.get(here).content.decode()
    answer: Any = owner.post(f"{here}valider/")
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert owner.post(f"{here}ecarter/").status_code == 303


@pytest.mark.parametrize("role", [ACCOUNTANT, TECHNICIAN])
def test_who_may_not_decide(
    workshop: Workshop, sign_in: SignIn, held: PriceRevision, role: Role
) -> None:
    for act in ("valider", "ecarter"):
        address = workshop.at(f"revisions/{held.pk}/{act}/")
        assert sign_in(role).post(address).status_code == 403


def test_a_stranger_decides_nothing(
    workshop: Workshop, neighbour: Workshop, stranger: Client, held: PriceRevision
) -> None:
    for house in (workshop, neighbour):
        for path in ("valider/", "ecarter/"):
            assert stranger.post(house.at(f"revisions/{held.pk}/{path}")).status_code == 404
    with open_scope(workshop.provider.id):
        held.refresh_from_db()
        assert Contract.objects.count() == 1
    assert held.status == RevisionStatus.HELD


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "syntec.csv, à vérifier"), ("en", "syntec.csv, to be verified")]
)
def test_the_source_of_a_listed_value_is_said_in_the_language_of_the_page(
    workshop: Workshop, owner: Client, language: str, said: str
) -> None:
    with open_scope(workshop.provider.id):
        load_known_values(at=noon(date(2026, 1, 1)))
        an_index_value("2026-04", "323.4", date(2026, 5, 29), source="lettre du syndicat")
    owner.post("/langue/", {"language": language})
    text = owner.get(workshop.at("indices/")).content.decode()
    assert said in text
    assert "Syntec (syntec.csv)" in text
    assert "lettre du syndicat" in text


def test_a_number_of_days_is_said_in_the_language_of_the_page(
    workshop: Workshop, owner: Client
) -> None:
    """A choice that is worded when the server starts would be French for ever."""
    for language, said in (("fr", "90 jours"), ("en", "90 days")):
        owner.post("/langue/", {"language": language})
        assert said in owner.get(workshop.at("reglages/api/nouveau/")).content.decode()
