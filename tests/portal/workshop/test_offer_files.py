"""Versions of an offer as files, and offers retired and sold again."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Offer, OfferDraft, OfferVersion
from contracts.rules.presets import parse_preset
from contracts.rules.stored import read_terms
from providers.models import AuditEntry
from providers.scoping import open_scope
from tests.portal.workshop.conftest import Workshop


def test_a_version_as_a_file_comes_back_the_same(
    workshop: Workshop, owner: Client, offer: Offer
) -> None:
    with open_scope(workshop.provider.id):
        version = OfferVersion.objects.get()
    answer = owner.get(workshop.at(f"offres/versions/{version.pk}/offre.toml"))
    text = answer.content.decode()
    assert parse_preset(text, "x.toml").offers[offer.code].terms == read_terms(version.terms)
    file = SimpleUploadedFile("offre.toml", text.replace("months = 3", "months = 5", 1).encode())
    assert owner.post(workshop.at("offres/importer/"), {"file": file}).status_code == 303
    with open_scope(workshop.provider.id):
        assert OfferDraft.objects.get().offer_id == offer.pk
    file = SimpleUploadedFile("offre.toml", text.encode())
    assert owner.post(workshop.at("offres/importer/"), {"file": file}).status_code == 422


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("anchor = ", "anchorage = ", "terms.billing.anchorage"),
        ('anchor = "calendar"', 'anchor = "moon"', "Choisissez une des réponses."),
        ("[vat]", "[vat", "TOML"),
        ("[vat]", "\udce9", "texte"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_field(
    workshop: Workshop, owner: Client, old: str, new: str, said: str
) -> None:
    with open_scope(workshop.provider.id):
        version = OfferVersion.objects.get()
    text = owner.get(workshop.at(f"offres/versions/{version.pk}/offre.toml")).content.decode()
    assert old in text
    content = text.replace(old, new, 1).encode(errors="surrogateescape")
    file = SimpleUploadedFile("mauvais.toml", content)
    answer: Any = owner.post(workshop.at("offres/importer/"), {"file": file})
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert "mauvais.toml, ligne" in errors["file"][0]
    assert said in errors["file"][0]


def test_an_offer_is_retired_and_sold_again(
    workshop: Workshop, owner: Client, offer: Offer
) -> None:
    assert owner.get(workshop.at(f"offres/{offer.pk}/retirer/")).status_code == 200
    for _click in range(2):
        assert owner.post(workshop.at(f"offres/{offer.pk}/retirer/")).status_code == 303
    text = owner.get(workshop.at("offres/")).content.decode()
    assert "Plus vendue" in text
    for _click in range(2):
        assert owner.post(workshop.at(f"offres/{offer.pk}/remettre/")).status_code == 303
    with open_scope(workshop.provider.id):
        offer.refresh_from_db()
        assert offer.is_active
        assert AuditEntry.objects.filter(act="offer.retired").count() == 1
