"""The seal of issued documents: a hash chain per provider and series (B1).

Each hash takes in the one before it and every column and line of its document, so that a change,
a removal or an insertion anywhere shows. What is sealed is text: rows in the text format of COPY,
so that a run may seal the very rows it writes, and verification makes them again from the database.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Final, NamedTuple
from uuid import UUID

from core.reasons import Reason
from core.sealing import Scalar, row, seal

FORM_NUMBER: Final = 1


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
