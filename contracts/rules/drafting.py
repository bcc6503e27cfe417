"""Terms while they are written: what each part still lacks, before they are whole.

A draft is the plain value of the terms, part by part. A part that stands in it is valid by itself;
what concerns several parts, and what is missing, is said of the whole.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from contracts.rules.overrides import Path, path_in
from contracts.rules.terms import SCHEMA_NUMBER, Terms

NOT_PARTS: Final = frozenset({"schema_number"})
PARTS: Final = tuple(name for name in Terms.model_fields if name not in NOT_PARTS)
REQUIRED: Final = tuple(name for name in PARTS if Terms.model_fields[name].is_required())


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps terms from being valid: where, of which kind, and the validator's own words."""

    path: Path
    code: str
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    info = Terms.model_fields[name]
    kind: Any = Annotated[info.annotation, info] if info.discriminator else info.annotation
    return TypeAdapter(kind)


def _problems(error: ValidationError, data: Any, above: Path) -> list[Problem]:
    return [
        Problem(
            path=(*above, *path_in(data, one["loc"], ends_missing=one["type"] == "missing")),
            code="missing" if one["input"] is None else one["type"],
            sentence=one["msg"].removeprefix("Value error, "),
            params=one.get("ctx", {}),
        )
        for one in error.errors(include_url=False)
    ]


def parse_part(name: str, value: Any) -> tuple[Any, list[Problem]]:
    """One part of the terms from its plain value, or everything that is wrong with it.

    >>> parse_part("notice", {"clause": "CGV art. 5", "months": 0, "due": "last_day"})[1][0].path
    ('notice', 'months')
    """
    try:
        return _adapter(name).validate_json(json.dumps(value)), []
    except ValidationError as error:
        return None, _problems(error, value, (name,))


def plain_part(name: str, part: Any) -> Any:
    """A part that was read, as the plain value that is kept."""
    return _adapter(name).dump_python(part, mode="json")


def parse_draft(parts: Mapping[str, Any]) -> tuple[Terms | None, list[Problem]]:
    """The whole terms, or everything that prevents them."""
    data = {"schema_number": SCHEMA_NUMBER, **parts}
    try:
        return Terms.model_validate_json(json.dumps(data)), []
    except ValidationError as error:
        return None, _problems(error, data, ())


def parts_of(terms: Terms, *, is_price_confirmed: bool = False) -> dict[str, Any]:
    """The draft that whole terms make: the parts that are agreed, as plain values.

    Prices once confirmed are no samples any more, wherever the draft takes them.
    """
    plain = terms.model_dump(mode="json")
    parts = {name: plain[name] for name in PARTS if plain[name] is not None}
    if is_price_confirmed:
        for priced in (parts["price"], parts.get("tariffs", {}), *parts["options"].values()):
            priced["sample"] = False
    return parts
