"""Terms in words, whatever their parts: fact by fact, and what differs between two of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.rules.drafting import parse_part
from portal.clauses.sections import Section
from portal.clauses.sentences import SENTENCES
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
    parts,
)
from portal.clauses.wording import choice_of, label_of
from portal.formats import euros, is_french, number

Path = tuple[str, ...]
AMOUNTS: Final = frozenset(
    {
        "annual", "base", "remote_hour", "on_site_hour", "out_of_hours_hour", "travel",
        "recovery_fee", "monthly_price",
    }
)  # fmt: skip
ARROW: Final = "\u00a0› "


@dataclass(frozen=True, slots=True)
class Said:
    """One value of the terms: where it stands, and what it is, in words."""

    path: Path
    trail: tuple[str, ...]
    text: str

    @property
    def label(self) -> str:
        return ARROW.join(self.trail)


@dataclass(frozen=True, slots=True)
class Matter:
    """A part of the terms as a person reads it: sentences where there are some, else facts."""

    title: str
    clause: str
    sentences: list[str]
    facts: list[Said]
    is_there: bool = True
    is_valid: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that two terms do not share; empty where one of them has none."""

    part: str
    label: str
    before: str
    after: str


def told(name: str, value: Any) -> Iterator[Said]:
    """Every value of a part, in the order of its fields."""
    yield from _told(parts()[name], value, (name,), (label_of("Terms", name),), "Terms")


def matters(section: Section, plain: Mapping[str, Any]) -> list[Matter]:
    """The parts of a page in plain words; one that is not agreed is only named."""
    return [_matter(name, plain.get(name)) for name in section.parts]


def _matter(name: str, value: Any) -> Matter:
    title = label_of("Terms", name)
    if not value:
        return Matter(title, "", [], [], is_there=False)
    part, problems = parse_part(name, value)
    clause = str(value.get("clause") or "") if isinstance(value, Mapping) else ""
    if problems:
        return Matter(title, clause, [], [], is_valid=False)
    if name in SENTENCES:
        return Matter(title, clause, SENTENCES[name](part), [])
    other = "en" if is_french() else "fr"
    facts = [row for row in told(name, value) if row.path[-1] not in ("clause", other)]
    return Matter(title, clause, [], [_shorter(row) for row in facts])


def _shorter(row: Said) -> Said:
    """Without the name of the part, which is the title above it."""
    return Said(row.path, row.trail[1:] or row.trail, row.text)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changes from one value of the terms to another, part by part."""
    return [row for name in parts() for row in _differing(name, before.get(name), after.get(name))]


def _differing(name: str, before: Any, after: Any) -> Iterator[Difference]:
    title = label_of("Terms", name)
    old = {row.path: row for row in told(name, before)}
    new = {row.path: row for row in told(name, after)}
    for path in dict.fromkeys((*old, *new)):
        before_text = old[path].text if path in old else ""
        after_text = new[path].text if path in new else ""
        if before_text != after_text:
            row = new[path] if path in new else old[path]
            yield Difference(title, ARROW.join(row.trail[1:]) or title, before_text, after_text)
    if [path for path in old if path in new] != [path for path in new if path in old]:
        yield Difference(title, _("Order of the lines"), _("as before"), _("changed"))


def _told(
    shape: Shape, value: Any, path: Path, trail: tuple[str, ...], model: str
) -> Iterator[Said]:
    if value is None or value in ([], (), {}):
        return
    match shape:
        case Maybe():
            yield from _told(shape.inner, value, path, trail, model)
        case Record():
            for name, inner in shape.fields.items():
                yield from _told_field(shape, name, inner, value, path, trail)
        case Kinds():
            yield from _told_kind(shape, value, path, trail)
        case Rows() | Keyed():
            yield from _told_items(shape, value, path, trail)
        case Sentence():
            yield from _told_words(value, path, trail)
        case Spans():
            yield Said(path, trail, ", ".join(_span(item) for item in value))
        case Leaf():
            yield Said(path, trail, _leaf(shape, path[-1], value))


def _told_kind(shape: Kinds, value: Any, path: Path, trail: tuple[str, ...]) -> Iterator[Said]:
    kind = value.get("kind")
    yield Said((*path, "kind"), trail, capfirst(choice_of("kind", kind)))
    if record := shape.records.get(str(kind)):
        yield from _told(record, value, path, trail, record.name)


def _told_items(
    shape: Rows | Keyed, value: Any, path: Path, trail: tuple[str, ...]
) -> Iterator[Said]:
    pairs = _identified(value) if isinstance(shape, Rows) else sorted(value.items())
    is_listed = isinstance(shape, Keyed) and bool(shape.keys)
    for key, item in pairs:
        label = capfirst(choice_of("methods", key)) if is_listed else key
        yield from _told(shape.item, item, (*path, key), (*trail, label), "")


def _told_words(value: Any, path: Path, trail: tuple[str, ...]) -> Iterator[Said]:
    """Both languages: one of them may change alone."""
    for code in ("fr", "en"):
        values = {"title": trail[-1], "language": label_of("", code)}
        label = _("%(title)s, %(language)s") % values
        yield Said((*path, code), (*trail[:-1], label), str(value.get(code) or ""))


def _told_field(
    record: Record, name: str, inner: Shape, value: Any, path: Path, trail: tuple[str, ...]
) -> Iterator[Said]:
    if isinstance(inner, Leaf) and inner.is_settled:
        return
    label = label_of(record.name, name)
    yield from _told(inner, value.get(name), (*path, name), (*trail, label), record.name)


def _words(value: Mapping[str, Any]) -> str:
    """In the reader's language."""
    return str(value.get("fr" if is_french() else "en") or value.get("fr") or "")


def _identified(rows: Any) -> Iterator[tuple[str, Any]]:
    """Rows by what they are about, so that one more at the top does not change all the others."""
    seen = set[str]()
    for place, row in enumerate(rows, start=1):
        key = _identity(row) or str(place)
        key = key if key not in seen else f"{key} ({place})"
        seen.add(key)
        yield key, row


def _identity(row: Any) -> str:
    if not isinstance(row, Mapping):
        return ""
    for name in ("code", "summary", "label", "name", "fr"):
        found = row.get(name)
        if isinstance(found, Mapping):
            found = _words(found)
        if found:
            level = row.get("level")
            return f"{found} ({level})" if level else str(found)
    return ""


def _span(item: Mapping[str, Any]) -> str:
    return " – ".join(str(moment)[:5] for moment in item.values())


def _leaf(shape: Leaf, name: str, value: Any) -> str:  # noqa: PLR0911 - one case a shape
    match shape.kind:
        case "yes_no" | "maybe":
            return _("Yes") if value else _("No")
        case "one":
            return capfirst(choice_of(name, value))
        case "many":
            return ", ".join(choice_of(name, code) for code in value)
        case "numbers" | "lines":
            return ", ".join(map(str, value))
        case "moment":
            return str(value)[:5]
        case "decimal":
            return _decimal(name, str(value))
    return str(value)


def _decimal(name: str, text: str) -> str:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return text
    return euros(amount) if name in AMOUNTS else number(amount)
