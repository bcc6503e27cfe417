"""Words as they are compared: without accents, capitals or signs."""

import re
from collections.abc import Mapping, Sequence

from core import french


def fold(text: str, *, keep: str = "") -> str:
    """
    >>> fold("N° SIREN"), fold("Code_postal*"), fold("1er Août", keep="/")
    ('n siren', 'code postal', '1er aout')
    """
    plain = re.sub(rf"[^a-z0-9{re.escape(keep)}]+", " ", french.fold(text))
    return " ".join(plain.split())


def guess(heads: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which column of a file is meant by each code, from the names of both.

    The same name wins; else the name that says most of what the head says. A column is taken once.

    >>> guess(["Raison sociale", "N° SIREN"], {"name": ["raison sociale"], "siren": ["siren"]})
    {'name': 0, 'siren': 1}
    """
    said = [fold(head) for head in heads]
    claims = sorted(
        (
            (_likeness(head, fold(alias)), -place, -order, code)
            for order, (code, names) in enumerate(aliases.items())
            for alias in names
            for place, head in enumerate(said)
        ),
        reverse=True,
    )
    found: dict[str, int] = {}
    for likeness, place, _order, code in claims:
        if likeness and code not in found and -place not in found.values():
            found[code] = -place
    return {code: found[code] for code in aliases if code in found}


def _likeness(head: str, alias: str) -> int:
    """0 for strangers; the same name beats every name that is only a part of the head."""
    if not head or not alias:
        return 0
    if head == alias:
        return 1000 + len(alias)
    words = set(alias.split())
    return len(alias) if words <= set(head.split()) else 0


def head_of(rows: Sequence[Sequence[str]], aliases: Mapping[str, Sequence[str]], among: int) -> int:
    """The row, counted from 1, that names most columns; else the first that holds something."""
    scores = [len(guess(row, aliases)) for row in rows[:among]]
    if any(scores):
        return scores.index(max(scores)) + 1
    return next((number for number, row in enumerate(rows, start=1) if any(row)), 1)
