"""When the subscription is invoiced, and how a part of a period is priced (P1, P2, P4, P5)."""

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from contracts.rules.part import Days, Part

Cadence = Literal["yearly", "half-yearly", "quarterly", "monthly"]
CADENCE_MONTHS: Final[dict[Cadence, int]] = {
    "yearly": 12,
    "half-yearly": 6,
    "quarterly": 3,
    "monthly": 1,
}


class Billing(Part):
    """P1, P2, P5: in advance, by the periods the client chose among those of the offer.

    `calendar` periods are those of the civil year, the first one cut at the start; the others are
    counted from the contract's start. `lead_days` before its first day a period is invoiced.
    """

    rules: ClassVar[tuple[str, ...]] = ("P1", "P2", "P5", "P8")

    cadences: Annotated[tuple[Cadence, ...], Field(min_length=1)]
    default_cadence: Cadence
    anchor: Literal["calendar", "contract_start"]
    lead_days: Days = 0
    proration: Literal["days", "thirtieths", "months"] = "days"

    @model_validator(mode="after")
    def default_is_offered(self) -> Self:
        if self.default_cadence not in self.cadences:
            raise ValueError("the default cadence is not one of the offered cadences")
        return self
