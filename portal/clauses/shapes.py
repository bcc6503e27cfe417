"""The shape of terms, read from their types: what a form has to ask for, and nothing of how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from contracts.rules.drafting import PARTS
from contracts.rules.part import Words
from contracts.rules.terms import Terms

LeafKind = Literal[
    "text", "whole", "decimal", "yes_no", "maybe", "moment", "one", "many", "numbers", "lines"
]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that a person types or chooses."""

    kind: LeafKind
    choices: tuple[str | int, ...] = ()
    is_optional: bool = False
    most: int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to choose."""
        return self.kind == "one" and len(self.choices) == 1 and not self.is_optional


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages."""

    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The named values of one model."""

    name: str
    fields: Mapping[str, "Shape"]
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Maybe:
    """What may be absent as a whole."""

    inner: "Shape"


@dataclass(frozen=True, slots=True)
class Kinds:
    """One record among several, told apart by its `kind`."""

    records: Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Rows:
    """As many items as one likes, in order."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class Spans:
    """The openings of a day: rows of two times, blank ones left out."""

    item: Record


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values by a key: one of `keys`, or a code that a person gives."""

    item: "Shape"
    keys: tuple[str, ...] = ()


Shape = Leaf | Sentence | Record | Maybe | Kinds | Rows | Spans | Keyed
SCALARS: Final[dict[type, LeafKind]] = {
    bool: "yes_no",
    int: "whole",
    Decimal: "decimal",
    str: "text",
    time: "moment",
}


def shape_of(  # noqa: PLR0911 - one case a shape
    kind: Any, metadata: tuple[Any, ...] = ()
) -> Shape:
    """The shape of a type as Pydantic reads it; an unknown type is an error of ours."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return shape_of(arguments[0], (*arguments[1:], *metadata))
    if origin is Literal:
        return Leaf("one", choices=arguments)
    if origin in (UnionType, Union):
        return _of_union(arguments)
    if origin is tuple:
        return _of_many(arguments[0])
    if origin is not None and issubclass(origin, Mapping):
        return Keyed(shape_of(arguments[1]), _keys(arguments[0]))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return Sentence() if kind is Words else record_of(kind)
    return Leaf(SCALARS[kind], most=_longest(metadata))


@cache
def record_of(model: type[BaseModel]) -> Record:
    """Every field of a model, with what stands there when nobody says anything."""
    fields, defaults = dict[str, Shape](), dict[str, Any]()
    for name, info in model.model_fields.items():
        fields[name] = shape_of(info.annotation, tuple(info.metadata))
        if not info.is_required():
            defaults[name] = to_jsonable_python(info.get_default(call_default_factory=True))
    return Record(model.__name__, fields, defaults)


def _of_union(arguments: tuple[Any, ...]) -> Shape:
    others = [kind for kind in arguments if kind is not NoneType]
    if len(others) == 1:
        shape = shape_of(others[0])
    elif all(get_origin(kind) is Literal for kind in others):
        shape = Leaf("one", choices=tuple(choice for kind in others for choice in get_args(kind)))
    else:
        shape = Kinds({_kind_of(kind): record_of(kind) for kind in others})
    if len(others) == len(arguments):
        return shape
    return _optional(shape)


def _optional(shape: Shape) -> Shape:
    if isinstance(shape, Leaf):
        kind: LeafKind = "maybe" if shape.kind == "yes_no" else shape.kind
        return Leaf(kind, shape.choices, is_optional=True, most=shape.most)
    return Sentence(is_optional=True) if isinstance(shape, Sentence) else Maybe(shape)


def _of_many(kind: Any) -> Shape:
    item = shape_of(kind)
    if isinstance(item, Leaf):
        if item.kind == "one":
            return Leaf("many", choices=item.choices)
        return Leaf("numbers" if item.kind == "whole" else "lines", most=item.most)
    is_span = isinstance(item, Record) and all(
        isinstance(inner, Leaf) and inner.kind == "moment" for inner in item.fields.values()
    )
    return Spans(item) if is_span and isinstance(item, Record) else Rows(item)


def _kind_of(model: Any) -> str:
    return str(get_args(model.model_fields["kind"].annotation)[0])


def _keys(kind: Any) -> tuple[str, ...]:
    return get_args(kind) if get_origin(kind) is Literal else ()


def _longest(metadata: tuple[Any, ...]) -> int | None:
    """The greatest length that a type states, in whichever way."""
    for item in metadata:
        for one in (item, *getattr(item, "metadata", ())):
            if (most := getattr(one, "max_length", None)) is not None:
                return int(most)
    return None


@cache
def parts() -> Mapping[str, Shape]:
    """The shape of each part of the terms, by its name."""
    whole = record_of(Terms)
    return {name: whole.fields[name] for name in PARTS}
