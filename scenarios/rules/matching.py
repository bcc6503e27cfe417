"""Whether a timeline holds what a scenario expects, and nothing of what must never be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Entry = Mapping[str, Any]


def plain(value: Any) -> Any:
    """A value as it is written in a file: days and amounts are texts.

    >>> plain(date(2026, 2, 10)), plain(Decimal("166.67"))
    ('2026-02-10', '166.67')
    """
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def matches(entry: Entry, wanted: Entry) -> bool:
    """Same values for the keys that are given.

    >>> matches({"kind": "invoice", "net": "166.67"}, {"kind": "invoice"})
    True
    >>> matches({"kind": "invoice"}, {"kind": "invoice", "net": "166.67"})
    False
    """
    return all(key in entry and plain(entry[key]) == plain(value) for key, value in wanted.items())


def failures(
    timeline: Sequence[Entry], expect: Iterable[Entry], never: Iterable[Entry]
) -> list[str]:
    """One sentence for each expectation that does not hold."""
    missing = [
        f"expected, not found: {_shown(wanted)}{_nearest(timeline, wanted)}"
        for wanted in expect
        if not any(matches(entry, wanted) for entry in timeline)
    ]
    unwanted = [
        f"found, must never be: {_shown(entry)}"
        for wanted in never
        for entry in timeline
        if matches(entry, wanted)
    ]
    return missing + unwanted


def _shown(entry: Entry) -> str:
    return ", ".join(
        f"{key}: {plain(value)}" for key, value in entry.items() if key not in ("because", "lines")
    )


def _nearest(timeline: Sequence[Entry], wanted: Entry) -> str:
    """The entry of that kind that agrees on most keys, to show where they differ."""
    same_kind = [entry for entry in timeline if entry.get("kind") == wanted.get("kind")]
    if not same_kind:
        return ""
    best = max(same_kind, key=lambda entry: _agreed(entry, wanted))
    return f"\n  nearest: {_shown(best)}"


def _agreed(entry: Entry, wanted: Entry) -> int:
    return sum(plain(entry.get(key)) == plain(value) for key, value in wanted.items())
