"""What billing needs to know of a contract, as plain values: no row, no query, no clock."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from contracts.rules.billing import Cadence
from contracts.rules.payment import Method as PaymentMethod
from contracts.rules.terms import Terms
from core.reasons import Reason


class VatZone(StrEnum):
    """Where the customer's establishment stands, for the tax (B7)."""

    METROPOLE = "metropole"  # Corsica and Monaco too
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    REUNION = "reunion"
    GUYANE = "guyane"
    MAYOTTE = "mayotte"
    OUTSIDE = "outside"  # other overseas collectivities, each with a tax of its own


@dataclass(frozen=True, slots=True)
class VatTreatment:
    """The customer's zone and whether the provider is an exempt small business (art. 293 B)."""

    zone: VatZone
    is_small_business: bool = False


@dataclass(frozen=True, slots=True)
class PriceChange:
    """The annual price of a line for the periods that start on or after a day (P8)."""

    applies_from: date
    annual: Decimal
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One recurring price of a contract, for its whole quantity, with what was claimed of it.

    `prices` are in the order of their days. Periods that start before `billed_before`, and those
    that start on a day of `claimed`, are not invoiced again; a released claim is in neither.
    """

    id: UUID
    kind: str
    label: str
    quantity: Decimal
    prices: tuple[PriceChange, ...]
    billed_before: date | None = None
    claimed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A signed contract as billing sees it.

    `last_day` is set once an end is known (notice, cessation…); `first_due_day` where a payment
    may not fall due earlier (D16).
    """

    id: UUID
    customer_id: UUID
    terms: Terms
    signed_on: date
    starts_on: date
    cadence: Cadence
    payment_method: PaymentMethod
    vat: VatTreatment
    lines: tuple[LineFacts, ...]
    stated_months: int | None = None
    last_day: date | None = None
    first_due_day: date | None = None
    is_demonstration: bool = False
