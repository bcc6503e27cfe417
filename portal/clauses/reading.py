"""What was posted, as plain values of the terms: typed where it can be, kept as typed where not."""

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

from portal.clauses.changing import blank
from portal.clauses.shapes import (
    Keyed,
    Kinds,
    Leaf,
    Maybe,
    Record,
    Rows,
    Sentence,
    Shape,
    Spans,
)

MARK: Final = "-"  # names of the terms have underscores, never a hyphen
MOST_ROWS: Final = 200
LONGEST_COUNT: Final = 10  # digits; thousands of them are no number that can be read
UNNAMED: Final = "?"  # no code holds one: a row without a code, or with one that is taken
KEPT: Final = ("clause", "summary")  # what a part keeps when it becomes of another kind
BLANKS: Final = re.compile(r"[\s\u00a0\u202f]")
WHOLE: Final = re.compile(r"[+-]?\d{1,15}")


class Posted(Protocol):
    """A form as Django reads it."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, default: Any = None, /) -> list[Any]: ...
    def __contains__(self, key: Any, /) -> bool: ...


def below(path: str, name: object) -> str:
    return f"{path}{MARK}{name}" if path else str(name)


def rows_of(path: str) -> str:
    """The control that says how many rows were drawn."""
    return below(path, "rows")


def presence_of(path: str) -> str:
    return below(path, "is_there")


def drawn_of(path: str) -> str:
    """The control that says which kind was drawn: that of another kind has no values yet."""
    return below(path, "drawn")


def read(shape: Shape, path: str, posted: Posted, before: Any = None) -> Any:  # noqa: PLR0911 - one a shape
    """The value below a path; only names that the shape has are looked at.

    `before` is the value that was drawn: choices without an order of their own keep its order.
    """
    match shape:
        case Leaf():
            return _leaf(shape, path, posted, before)
        case Sentence():
            return _sentence(shape, path, posted)
        case Record():
            return _record(shape, path, posted, before)
        case Maybe():
            return read(shape.inner, path, posted, before) if presence_of(path) in posted else None
        case Kinds():
            return _kinds(shape, path, posted, before)
        case Rows():
            return [
                read(shape.item, row, posted, item) for row, item in _rows(path, posted, before)
            ]
        case Spans():
            spans = (_record(shape.item, row, posted, None) for row, _ in _rows(path, posted, None))
            return [span for span in spans if any(span.values())]
        case Keyed():
            return _keyed(shape, path, posted, before)


def _rows(path: str, posted: Posted, before: Any) -> list[tuple[str, Any]]:
    given = str(posted.get(rows_of(path), "0"))
    is_count = given.isascii() and given.isdigit() and len(given) < LONGEST_COUNT
    count = min(int(given), MOST_ROWS) if is_count else 0
    known = before if isinstance(before, list) else []
    return [
        (below(path, place), known[place] if place < len(known) else None) for place in range(count)
    ]


def _record(shape: Record, path: str, posted: Posted, before: Any) -> dict[str, Any]:
    known = before if isinstance(before, Mapping) else {}
    return {
        name: read(inner, below(path, name), posted, known.get(name))
        for name, inner in shape.fields.items()
    }


def _kinds(shape: Kinds, path: str, posted: Posted, before: Any) -> dict[str, Any]:
    kind = posted.get(below(path, "kind"), "")
    record = shape.records.get(kind)
    if record is None:
        return {"kind": kind or None}
    if posted.get(drawn_of(path), kind) != kind:
        kept = {name: record.fields[name] for name in KEPT if name in record.fields}
        said = _record(Record(record.name, kept), path, posted, before)
        return {**blank(record), **said, "kind": kind}
    return {**_record(record, path, posted, before), "kind": kind}


def _keyed(shape: Keyed, path: str, posted: Posted, before: Any) -> dict[str, Any]:
    if not shape.keys:
        rows = _rows(path, posted, list((before or {}).values()))
        found = dict[str, Any]()
        for place, (row, item) in enumerate(rows):
            key = str(posted.get(below(row, "key"), "")).strip()
            is_new = key and key not in found
            value = read(shape.item, below(row, "value"), posted, item)
            found[key if is_new else f"{key}{UNNAMED}{place}"] = value
        return found
    chosen = [key for key in shape.keys if presence_of(below(path, key)) in posted]
    return {key: read(shape.item, below(path, key), posted) for key in chosen}


def _sentence(shape: Sentence, path: str, posted: Posted) -> dict[str, str | None] | None:
    words = {code: _text(posted.get(below(path, code))) for code in ("fr", "en")}
    return None if shape.is_optional and not any(words.values()) else words


def _text(value: Any) -> str | None:
    return str(value or "").replace("\r\n", "\n").strip() or None


def _leaf(shape: Leaf, path: str, posted: Posted, before: Any) -> Any:
    if shape.is_settled:
        return shape.choices[0]
    if shape.kind == "yes_no":
        return path in posted
    if shape.kind == "many":
        return _chosen(shape, posted.getlist(path), before)
    return _typed(shape, _text(posted.get(path)))


def _typed(shape: Leaf, text: str | None) -> Any:  # noqa: PLR0911 - one case a shape
    match shape.kind:
        case "numbers":
            return [_number(word) for word in re.split(r"[,;\s]+", text or "") if word]
        case "lines":
            return [line.strip() for line in (text or "").split("\n") if line.strip()]
        case "one":
            return next((choice for choice in shape.choices if str(choice) == text), text)
        case "maybe":
            return {"yes": True, "no": False}.get(text or "")
        case "whole":
            return None if text is None else _number(text)
        case "decimal":
            return None if text is None else _decimal(text)
    return text


def _number(text: str) -> int | str:
    plain = BLANKS.sub("", text)
    return int(plain) if WHOLE.fullmatch(plain) and plain.isascii() else text


def _decimal(text: str) -> str:
    return BLANKS.sub("", text).removesuffix("€").removesuffix("%").replace(",", ".")


def _chosen(shape: Leaf, values: list[Any], before: Any) -> list[Any]:
    """What was ticked: first what stood there, in its order, then the rest in that of the list."""
    ticked = [choice for choice in shape.choices if str(choice) in values]
    known = [choice for choice in before or () if choice in ticked]
    return known + [choice for choice in ticked if choice not in known]
