"""What a provider sells: offers, their versions, and prices an owner has confirmed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from contracts.models import Offer, OfferVersion
from contracts.operations.prices import check_price
from contracts.rules.overrides import with_overrides
from contracts.rules.presets import Preset
from contracts.rules.stored import read_terms
from contracts.rules.terms import Terms
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.models import ProviderProfile
from providers.operations.refusals import check_fields


class OfferPricedByGrid(DomainError):
    """An offer with a price for each piece of equipment has no single yearly price to confirm."""


@transaction.atomic
def publish_offer_version(
    *,
    code: str,
    name: str,
    terms: Terms,
    at: datetime,
    is_price_confirmed: bool = False,
    by: UUID | None = None,
) -> OfferVersion:
    """Publish the terms of an offer, new or known by its code; signed contracts keep theirs.

    The price counts as confirmed when none of its amounts is a sample. Errors: `FieldRefused`.
    """
    offer = Offer.objects.select_for_update().filter(code=code).first() or Offer(code=code)
    offer.name = name
    check_fields(offer)
    offer.save()
    last = OfferVersion.objects.filter(offer=offer).aggregate(last=Max("number"))["last"]
    version = OfferVersion.objects.create(
        offer=offer,
        number=(last or 0) + 1,
        terms=terms.model_dump(mode="json"),
        is_price_confirmed=is_price_confirmed or not has_sample_price(terms),
        published_at=at,
    )
    record("offer.published", version, at=at, actor_id=by, code=code, number=version.number)
    return version


def has_sample_price(terms: Terms) -> bool:
    """Whether an amount of these terms is only an example."""
    tariffs = terms.tariffs is not None and terms.tariffs.sample
    return terms.price.sample or tariffs or any(row.sample for row in terms.options.values())


@transaction.atomic
def publish_preset(
    *,
    preset: Preset,
    at: datetime,
    overrides: Mapping[str, Any] | None = None,
    by: UUID | None = None,
) -> list[OfferVersion]:
    """Publish every offer of a preset, its sample prices unconfirmed.

    `overrides` changes some names of the terms of each offer. Errors: `TermsRefused`.
    """
    return [
        publish_offer_version(
            code=offer.code,
            name=offer.name,
            terms=with_overrides(offer.terms, overrides or {}),
            at=at,
            by=by,
        )
        for offer in preset.offers.values()
    ]


@transaction.atomic
def publish_first_preset(*, preset: Preset, at: datetime, by: UUID | None = None) -> None:
    """Publish a preset in a house that has no offer; two that ask at once publish it once.

    Errors: `TermsRefused`.
    """
    ProviderProfile.objects.select_for_update().get()
    if not Offer.objects.exists():
        publish_preset(preset=preset, at=at, by=by)


@transaction.atomic
def confirm_price(
    *,
    version_id: UUID,
    at: datetime,
    annual_price: Decimal | None = None,
    vat_rate: Decimal | None = None,
    by: UUID | None = None,
) -> OfferVersion:
    """Say that the prices of an offer are the provider's own.

    Another yearly price makes a new version, confirmed; the same one, or none, confirms this one.
    `vat_rate` (percent) is needed for a price that includes VAT. Errors: `OfferPricedByGrid`,
    `WrongPrice`, `NoExactNet`, `VatRateNeeded`.
    """
    version = OfferVersion.objects.select_for_update().get(id=version_id)
    terms = read_terms(version.terms)
    if annual_price is not None and annual_price != terms.price.annual:
        return _publish_at(version, terms, annual_price, vat_rate, at=at, by=by)
    version.is_price_confirmed = True
    version.save(update_fields=["is_price_confirmed"])
    record("price.confirmed", version, at=at, actor_id=by)
    return version


def _publish_at(
    version: OfferVersion,
    terms: Terms,
    annual_price: Decimal,
    vat_rate: Decimal | None,
    *,
    at: datetime,
    by: UUID | None,
) -> OfferVersion:
    if terms.price.grid or terms.price.base is not None:
        raise OfferPricedByGrid(
            _("This offer is priced by equipment: publish a version with its new grid."),
            field="annual_price",
        )
    check_price(annual_price, price=terms.price, vat_rate=vat_rate)
    price = {"annual": str(annual_price), "sample": False}
    offer = Offer.objects.get(id=version.offer_id)
    return publish_offer_version(
        code=offer.code,
        name=offer.name,
        terms=with_overrides(terms, {"price": price}),
        is_price_confirmed=True,
        at=at,
        by=by,
    )
