"""The terms of an offer: one frozen value, copied into each contract when it is signed."""

from collections.abc import Iterator
from typing import Final, Literal, Self

from pydantic import model_validator

from contracts.rules.billing import Billing
from contracts.rules.duration import AnyDuration
from contracts.rules.indexation import AnyIndexation
from contracts.rules.notice import Notice
from contracts.rules.part import Part, Value
from contracts.rules.payment import Payment
from contracts.rules.price import Price, Tariffs

SCHEMA_NUMBER: Final = 1


class Terms(Value):
    """Everything the parties agreed, each part with its clause; it answers through its parts."""

    schema_number: Literal[1] = SCHEMA_NUMBER
    duration: AnyDuration
    notice: Notice | None = None
    price: Price
    tariffs: Tariffs | None = None
    indexation: AnyIndexation
    billing: Billing
    payment: Payment

    @model_validator(mode="after")
    def notice_goes_with_renewal(self) -> Self:
        if self.duration.is_renewed and self.notice is None:
            raise ValueError("a contract that is renewed by itself needs a notice")
        if self.notice is not None and not self.duration.is_renewed:
            raise ValueError("a contract that is not renewed by itself has no notice to give")
        return self


def walk_parts(value: object, path: str = "") -> Iterator[tuple[str, Part]]:
    """Every part inside a value, with the dotted name it has in a preset."""
    if isinstance(value, Part):
        yield path, value
    if isinstance(value, Value):
        for name in type(value).model_fields:
            yield from walk_parts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from walk_parts(item, f"{path}.{position}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk_parts(item, f"{path}.{key}")
