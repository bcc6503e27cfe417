import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.models import Offer, OfferVersion
from contracts.operations.drafts import start_draft
from contracts.operations.offers import (
    OfferPricedByGrid,
    confirm_price,
    has_sample_price,
    publish_offer_version,
)
from contracts.operations.prices import VatRateNeeded, WrongPrice
from contracts.queries import latest_version
from contracts.rules.drafting import parts_of
from contracts.rules.overrides import with_overrides
from contracts.rules.stored import read_terms
from contracts.rules.vat_included import NoExactNet
from providers.models import AuditEntry, Provider
from providers.operations import FieldRefused
from providers.tenancy import new_id
from tests.factories import a_customer, a_prepared_contract, a_signed_contract, noon

DAY = date(2026, 1, 5)


def test_offers_of_a_preset_wait_for_the_owner_to_confirm_their_sample_prices(
    reunion: Provider,
) -> None:
    confirmed = dict(
        OfferVersion.objects.order_by("offer__code").values_list(
            "offer__code", "is_price_confirmed"
        )
    )
    assert confirmed.keys() == {"CMP0", "CMP1", "CMP3"}
    assert not confirmed["CMP3"]


def test_a_new_version_is_sold_and_signed_contracts_keep_theirs(mis: Provider) -> None:
    customer = a_customer()
    signed = a_signed_contract(customer, signed_on=DAY)
    before = latest_version("maintenance")
    assert before is not None

    terms = with_overrides(read_terms(before.terms), {"billing": {"lead_days": 10}})
    version = publish_offer_version(
        code="maintenance", name="Contrat de maintenance", terms=terms, at=noon(DAY)
    )

    assert (version.number, latest_version("maintenance")) == (2, version)
    signed.refresh_from_db()
    assert signed.offer_version_id == before.id
    assert signed.terms["billing"]["lead_days"] == 0
    assert a_prepared_contract(customer, starts_on=DAY).terms["billing"]["lead_days"] == 10


def test_an_offer_withdrawn_from_sale_has_no_version_to_sell(mis: Provider) -> None:
    Offer.objects.update(is_active=False)

    assert latest_version("maintenance") is None


def test_a_price_confirmed_as_it_stands_makes_no_new_version(mis: Provider) -> None:
    version = OfferVersion.objects.get()

    confirm_price(version_id=version.id, at=noon(DAY), by=(owner := new_id()))

    assert OfferVersion.objects.get().is_price_confirmed
    entry = AuditEntry.objects.get(act="price.confirmed")
    assert (entry.actor_id, entry.subject_id) == (owner, version.id)


def test_the_next_version_of_confirmed_prices_asks_for_no_confirmation_again(
    reunion: Provider,
) -> None:
    for version in OfferVersion.objects.order_by("offer__code"):
        samples = parts_of(read_terms(version.terms))
        confirm_price(version_id=version.id, at=noon(DAY))
        draft = start_draft(offer_id=version.offer_id, at=noon(DAY))
        assert has_sample_price(read_terms(version.terms)) == ("true" in sample_flags(samples))
        assert "true" not in sample_flags(draft.terms)


def sample_flags(parts: dict[str, Any]) -> list[str]:
    return re.findall(r'"sample": (\w+)', json.dumps(parts))


def test_another_price_makes_a_confirmed_version(si_sante: Provider) -> None:
    version = OfferVersion.objects.get()

    new = confirm_price(
        version_id=version.id,
        annual_price=Decimal("360.00"),
        vat_rate=Decimal(20),
        at=noon(DAY),
    )

    assert (new.number, new.is_price_confirmed) == (2, True)
    price = read_terms(new.terms).price
    assert (price.annual, price.sample) == (Decimal("360.00"), False)
    assert read_terms(OfferVersion.objects.get(number=1).terms).price.annual == Decimal("330.00")


def test_a_confirmed_price_is_checked_like_any_other(si_sante: Provider) -> None:
    version_id = OfferVersion.objects.get().id

    with pytest.raises(NoExactNet):
        confirm_price(
            version_id=version_id,
            annual_price=Decimal("330.03"),
            vat_rate=Decimal(20),
            at=noon(DAY),
        )
    with pytest.raises(VatRateNeeded):
        confirm_price(version_id=version_id, annual_price=Decimal("360.00"), at=noon(DAY))
    with pytest.raises(WrongPrice):
        confirm_price(version_id=version_id, annual_price=Decimal(-1), at=noon(DAY))
    assert OfferVersion.objects.count() == 1


def test_a_grid_has_no_single_price_to_confirm(mis: Provider) -> None:
    with pytest.raises(OfferPricedByGrid):
        confirm_price(
            version_id=OfferVersion.objects.get().id, annual_price=Decimal(900), at=noon(DAY)
        )


def test_a_code_too_long_is_refused_at_its_field(mis: Provider) -> None:
    terms = read_terms(OfferVersion.objects.get().terms)

    with pytest.raises(FieldRefused) as refusal:
        publish_offer_version(code="x" * 31, name="Offre", terms=terms, at=noon(DAY))

    assert refusal.value.field == "code"
    assert Offer.objects.count() == 1
