"""The seal of issued documents: a hash chain per provider and series (B1).

Each hash takes in the one before it and every column and line of its document, so that a change,
a removal or an insertion anywhere shows. What is sealed is text: rows in the text format of COPY,
so that a run may seal the very rows it writes, and verification makes them again from the database.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple
from uuid import UUID

from core.reasons import Reason

Scalar = str | int | bool | Decimal | date | datetime | UUID | None

FORM_NUMBER: Final = 1
_ABSENT: Final = "\x1e"
_BETWEEN: Final = "\x1f"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _number(value: Decimal) -> str:
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(maxsize=1024)
def _day(value: date) -> str:
    return value.isoformat()


@lru_cache(maxsize=1024)
def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_FORMS: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    Decimal: _number,
    int: str,
    date: _day,
    UUID: str,
    datetime: _instant,
    bool: lambda flag: "t" if flag else "f",
    type(None): lambda _: _ABSENT,
}


def _text(value: Scalar) -> str:
    """The spelling of a value of a subclass: that of an enumeration is the text it stores."""
    for kind in type(value).__mro__:
        if kind in _FORMS:
            return _FORMS[kind](value)
    raise TypeError(f"{type(value).__name__} has no sealed form")


def _escaped(text: str | None) -> str:
    return "\\N" if text is None else text.translate(_ESCAPES)


def row(values: Sequence[Scalar]) -> str:
    """One row in the text format of COPY, without the end of line: the sealed form of its values.

    A value has one spelling, whatever its scale or zone: 200 for 200.00 as for 200.0000, instants
    in universal time. JSON columns are passed as `canonical_json`.

    >>> row(["F2026-00001", Decimal("200.00"), None, date(2026, 2, 10), "a\\tb"])
    'F2026-00001\\t200\\t\\\\N\\t2026-02-10\\ta\\\\tb'
    """
    forms = _FORMS
    texts = [
        value if type(value) is str else forms.get(type(value), _text)(value) for value in values
    ]
    line = _BETWEEN.join(texts)
    is_plain = not ("\\" in line or "\t" in line or "\n" in line or "\r" in line)
    if is_plain and line.count(_BETWEEN) == len(texts) - 1:
        absent = sum(value is None for value in values) if _ABSENT in line else 0
        if line.count(_ABSENT) == absent:
            return line.replace(_BETWEEN, "\t").replace(_ABSENT, "\\N")
    return "\t".join(
        _escaped(None if value is None else text) for value, text in zip(values, texts, strict=True)
    )


def canonical_json(value: object) -> str:
    """JSON with one spelling: sorted keys, no blank, no escape that is not needed.

    Amounts inside are texts: the database keeps neither the order of keys nor the blanks.

    >>> canonical_json([{"rule": "P1", "formula": "× 50"}])
    '[{"formula":"× 50","rule":"P1"}]'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def reasons_json(reasons: Iterable[Reason]) -> str:
    """`canonical_json` of reasons, without the detour by dictionaries.

    >>> reasons_json([Reason("P1", "CGV art. 4", "")])
    '[{"clause":"CGV art. 4","formula":"","rule":"P1"}]'
    """
    quote = encode_basestring
    found = (
        f'{{"clause":{quote(reason.clause)},"formula":{quote(reason.formula)},'
        f'"rule":{quote(reason.rule)}}}'
        for reason in reasons
    )
    return "[" + ",".join(found) + "]"


def document(rows: Iterable[str]) -> bytes:
    """The bytes of a document: its own row, then those of its lines in the order of the page."""
    return "\n".join(rows).encode()


def canonical(header: Sequence[Scalar], lines: Iterable[Sequence[Scalar]]) -> bytes:
    """The bytes of a document from its values, each sequence in the order of its columns."""
    return document([row(header), *map(row, lines)])


def genesis(provider_id: UUID, series: str) -> str:
    """What the first document of a series is sealed onto: two chains never continue each other."""
    return sha256(f"clausier:{FORM_NUMBER}:{provider_id}:{series}".encode()).hexdigest()


def seal(previous_hash: str, sealed: bytes) -> str:
    """The hash of a document, onto the one before it.

    >>> seal("00" * 32, document([row(["F2026-00001"])]))[:16]
    '35cf4271c07e19ff'
    """
    return sha256(bytes.fromhex(previous_hash) + sealed).hexdigest()


class Link(NamedTuple):
    """An issued document as verification reads it back."""

    number: str
    previous_hash: str
    hash: str
    sealed: bytes


class Break(NamedTuple):
    """Where a chain no longer holds.

    `code` is `order` when the document does not follow the one before, `content` when it is not
    what was sealed.
    """

    number: str
    code: str


def first_break(start: str, links: Iterable[Link]) -> Break | None:
    """The first document, in the order of the series, that no longer fits; none when all do."""
    head = start
    for link in links:
        if link.previous_hash != head:
            return Break(link.number, "order")
        if seal(head, link.sealed) != link.hash:
            return Break(link.number, "content")
        head = link.hash
    return None
