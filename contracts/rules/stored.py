"""Signed terms come back as they were written, whatever the code has become since."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from contracts.rules.overrides import parse_terms
from contracts.rules.terms import SCHEMA_NUMBER, Terms
from core.errors import DomainError
from core.errors import gettext_noop as _


class UnknownSchema(DomainError):
    """Stored terms of a schema this version of the product has never written."""


def _notice_becomes_a_part(stored: dict[str, Any]) -> dict[str, Any]:
    """Schema 0 wrote the notice as two flat names and always counted from the sending.

    `notice_months` (absent: no renewal to refuse) and `notice_clause`; the due date was the last
    day of the term for every kind of duration but `months`, which had its anniversary.
    """
    upgraded = {k: v for k, v in stored.items() if k not in {"notice_months", "notice_clause"}}
    months = stored.get("notice_months")
    if months is not None:
        by_anniversary = stored["duration"]["kind"] == "months"
        upgraded["notice"] = {
            "clause": stored["notice_clause"],
            "months": months,
            "counts_from": "sent",
            "due": "anniversary" if by_anniversary else "last_day",
        }
    return upgraded | {"schema_number": 1}


UPGRADES: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    0: _notice_becomes_a_part,
}


def upgraded(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The same terms in today's shape; the stored value itself is left alone."""
    terms = dict(stored)
    while (number := terms.get("schema_number")) != SCHEMA_NUMBER:
        upgrade = UPGRADES.get(number) if isinstance(number, int) else None
        if upgrade is None:
            raise UnknownSchema(
                _("These terms were stored in the unknown schema %(number)s."),
                field="schema_number",
                params={"number": number},
            )
        terms = upgrade(terms)
    return terms


def read_terms(stored: str | Mapping[str, Any]) -> Terms:
    """Stored terms of any schema as today's value."""
    return parse_terms(upgraded(json.loads(stored) if isinstance(stored, str) else stored))


def canonical_json(terms: Terms | Mapping[str, Any]) -> str:
    """One text for one value: names sorted, no blanks, accents as they are."""
    plain = terms.model_dump(mode="json") if isinstance(terms, Terms) else terms
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def terms_hash(terms: Terms | Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text. Signed terms are hashed as stored, never upgraded."""
    return hashlib.sha256(canonical_json(terms).encode()).hexdigest()


class TermsLibrary:
    """Terms read once per hash and shared by the contracts that carry the same ones."""

    def __init__(self) -> None:
        self._by_hash: dict[str, Terms] = {}

    def get(self, digest: str, stored: str | Mapping[str, Any]) -> Terms:
        if digest not in self._by_hash:
            self._by_hash[digest] = read_terms(stored)
        return self._by_hash[digest]
