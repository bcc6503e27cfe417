"""A contract lived in advance: prepared, signed and foreseen by the real operations, then undone.

What the forecast is computed from is what a customer would really sign; the transaction is rolled
back, so that nothing of it stays, not even a number.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from billing.rules.forecast import Event
from billing.rules.vat import rate_on, zone_of
from contracts.models import OfferVersion
from contracts.operations.preparing import prepare_contract
from contracts.operations.signing import Signature, sign_contract
from contracts.rules.facts import VatTreatment
from portal.forecasting import forecast_of
from providers.enums import VatRegime
from providers.operations import register_customer
from providers.queries import legal_identity_on

SOME_STAFF = 6  # enough not to be protected like a consumer


class _Undo(Exception):
    """Rolls back what was tried."""


def trial_of(
    *, offer: str, postal_code: str, at: datetime, day: date, **choices: Any
) -> list[Event]:
    """Twenty-four months of an invented customer who signs today. Nothing is written.

    `choices` are those of `prepare_contract`. Errors: its own, those of `register_customer`, and
    those that would park the contract.
    """
    found: list[Event] = []
    try:
        with transaction.atomic():
            found = _tried(offer, postal_code, at, day, choices)
            raise _Undo
    except _Undo:
        return found


def _tried(
    offer: str, postal_code: str, at: datetime, day: date, choices: dict[str, Any]
) -> list[Event]:
    customer = register_customer(name="Cabinet d’essai", postal_code=postal_code, at=at)
    contract = prepare_contract(
        customer_id=customer.pk,
        offer=offer,
        vat_rate=_vat_rate(customer.postal_code, choices["starts_on"], day),
        at=at,
        **choices,
    )
    _take_price_as_said(contract.offer_version_id)
    signature = Signature(signed_on=day, headcount=SOME_STAFF)
    signed = sign_contract(contract_id=contract.pk, signature=signature, at=at)
    return forecast_of(signed, day)


def _vat_rate(postal_code: str, starts_on: date, day: date) -> Any:
    is_small = legal_identity_on(day).vat_regime == VatRegime.SMALL_BUSINESS
    return rate_on(VatTreatment(zone_of(postal_code), is_small), starts_on).percent


def _take_price_as_said(version_id: UUID) -> None:
    """A sample price is good enough to look ahead with; the rollback unsays it."""
    OfferVersion.objects.filter(id=version_id).update(is_price_confirmed=True)
