"""What the subscription costs and what work beside it costs (P3, P6, B3)."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from contracts.rules.part import Amount, Part, Value

EquipmentKind = Literal[
    "workstation",
    "server",
    "nas",
    "network",
    "peripheral",
    "printer",
    "imaging",
    "telephony",
    "payment_terminal",
    "card_reader",
    "camera",
    "ups",
]


class GridLine(Value):
    """The yearly price of one piece of equipment of a kind, at a level of maintenance."""

    kind: EquipmentKind
    level: str | None = None
    label: str
    annual: Amount


class Price(Part):
    """P3, P6: a yearly price, or a base and a grid; `sample` until the owner confirms it.

    `includes_vat` means that every amount here is what the client pays, VAT included.
    """

    rules: ClassVar[tuple[str, ...]] = ("P3", "P6")

    includes_vat: bool = False
    sample: bool = True
    annual: Amount | None = None
    base: Amount | None = None
    grid: tuple[GridLine, ...] = ()

    @model_validator(mode="after")
    def one_way_to_price(self) -> Self:
        if self.annual is not None and (self.base is not None or self.grid):
            raise ValueError("a price is either one yearly amount, or a base and a grid")
        return self


class Tariffs(Part):
    """B3, I9: what is billed beside the subscription, excluding VAT."""

    rules: ClassVar[tuple[str, ...]] = ("B3", "I9")

    sample: bool = True
    remote_hour: Amount | None = None
    on_site_hour: Amount | None = None
    out_of_hours_hour: Amount | None = None
    travel: Amount | None = None
    step_minutes: int = 15
    invoiced: Literal["monthly", "at_once"] = "monthly"
