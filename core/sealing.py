"""One spelling for a value, and the hash of a sealed row onto the one before it.

What is sealed is text: rows in the text format of COPY, so that a run may seal the very rows it
writes, and verification makes them again from the database.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

Scalar = str | int | bool | Decimal | date | datetime | UUID | None

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


def seal(previous_hash: str, sealed: bytes) -> str:
    """The hash of sealed bytes, onto the one before it.

    >>> seal("00" * 32, row(["F2026-00001"]).encode())[:16]
    '35cf4271c07e19ff'
    """
    return sha256(bytes.fromhex(previous_hash) + sealed).hexdigest()
