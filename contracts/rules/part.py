"""What every part of a contract's terms is made of."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.money import to_cents


def _refuse_float(value: object) -> object:
    if isinstance(value, float):
        # pydantic turns a ValueError alone into an error at the field
        raise ValueError("write it between quotes, never as a decimal number")  # noqa: TRY004
    return value


def _whole_cents(amount: Decimal) -> Decimal:
    cents = to_cents(amount)
    if cents != amount:
        raise ValueError("an amount has two decimals at most")
    return cents


Exact = Annotated[Decimal, BeforeValidator(_refuse_float), Field(strict=False, allow_inf_nan=False)]
Amount = Annotated[Exact, Field(ge=0, lt=10_000_000), AfterValidator(_whole_cents)]
Percent = Annotated[Exact, Field(ge=0, le=1000)]
Months = Annotated[int, Field(ge=1, le=120)]
Days = Annotated[int, Field(ge=0, le=3660)]
MonthNumber = Annotated[int, Field(ge=1, le=12)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=600)]


class Value(BaseModel):
    """A frozen value that refuses unknown names and silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(Value):
    """A rule in plain words, for the person it concerns."""

    fr: Text
    en: Text


class Part(Value):
    """A part of the terms: the clause it comes from, in words a client can look up.

    `rules` names the rules it carries, as the documentation numbers them.
    """

    rules: ClassVar[tuple[str, ...]] = ()

    clause: Text
    summary: Words | None = None
