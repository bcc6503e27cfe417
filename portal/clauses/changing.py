"""What a button of the form does to its plain value: a row more, a clause taken out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

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

PUT, DROP, ADD, REMOVE, UP, DOWN = "put", "drop", "add", "remove", "up", "down"
MOVES: Final[Mapping[str, int]] = {UP: -1, DOWN: 1}


def blank(shape: Shape) -> Any:  # noqa: PLR0911 - one case a shape
    """What stands in a shape before anybody said anything."""
    match shape:
        case Record():
            return {
                name: shape.defaults.get(name) if name in shape.defaults else blank(inner)
                for name, inner in shape.fields.items()
            }
        case Kinds():
            return {"kind": None}
        case Sentence():
            return None if shape.is_optional else {"fr": None, "en": None}
        case Rows() | Spans():
            return []
        case Keyed():
            return {}
        case Leaf():
            return _blank_leaf(shape)
    return None


def _blank_leaf(shape: Leaf) -> Any:
    if shape.is_settled:
        return shape.choices[0]
    return {"yes_no": False, "many": [], "numbers": [], "lines": []}.get(shape.kind)


def changed(shape: Shape, value: Any, steps: Sequence[str], verb: str) -> Any:
    """The value after an act on what the steps lead to; an act that makes no sense does nothing."""
    try:
        return _changed(shape, value, list(steps), verb)
    except (KeyError, IndexError, ValueError, TypeError):
        return value


def _changed(  # noqa: PLR0911 - one case a shape
    shape: Shape, value: Any, steps: list[str], verb: str
) -> Any:
    match shape:
        case Maybe():
            return _in_maybe(shape, value, steps, verb)
        case Record():
            name, *rest = steps
            return {**value, name: _changed(shape.fields[name], value[name], rest, verb)}
        case Kinds():
            return _changed(shape.records[value["kind"]], value, steps, verb)
        case Rows():
            return _in_rows(shape.item, value, steps, verb)
        case Keyed() if shape.keys:
            return _in_keys(shape, value, steps, verb)
        case Keyed():
            pairs = [list(pair) for pair in value.items()]
            entry = Record("entry", {"value": shape.item})
            rows = [{"key": key, "value": item} for key, item in pairs]
            after = _in_rows(entry, rows, steps, verb)
            return {row.get("key", f"?{place}"): row["value"] for place, row in enumerate(after)}
    return value


def _in_maybe(shape: Maybe, value: Any, steps: list[str], verb: str) -> Any:
    if steps:
        return value if value is None else _changed(shape.inner, value, steps, verb)
    return {PUT: blank(shape.inner), DROP: None}.get(verb, value)


def _in_keys(shape: Keyed, value: Any, steps: list[str], verb: str) -> Any:
    key, *rest = steps
    if rest:
        return {**value, key: _changed(shape.item, value[key], rest, verb)}
    if verb == PUT and key in shape.keys:
        return {**value, key: blank(shape.item)}
    return {name: item for name, item in value.items() if name != key or verb != DROP}


def _in_rows(item: Shape, rows: list[Any], steps: list[str], verb: str) -> list[Any]:
    if not steps:
        return [*rows, blank(item)] if verb == ADD else rows
    place, rest = int(steps[0]), steps[1:]
    if not 0 <= place < len(rows):
        return rows
    if rest:
        return [*rows[:place], _changed(item, rows[place], rest, verb), *rows[place + 1 :]]
    if verb == REMOVE:
        return [*rows[:place], *rows[place + 1 :]]
    other = place + MOVES.get(verb, 0)
    if not 0 <= other < len(rows):
        return rows
    after = list(rows)
    after[place], after[other] = after[other], after[place]
    return after
