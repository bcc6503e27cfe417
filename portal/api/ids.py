"""Ids as the programming interface writes them: what they are of, then the UUID, shortened.

`cus_06cf783s3ptbp7ff04hkaps9lc` is a customer. An id of another kind is not found.
"""

from typing import Any, Final
from uuid import UUID

from django.urls import register_converter

from providers.rules.api_tokens import SHORT, long_of, short_of

KINDS: Final = {
    "customer": "cus",
    "contact": "con",
    "contract": "ctr",
    "offer": "off",
    "version": "ofv",
    "invoice": "inv",
    "payment": "pay",
}


def pattern_of(kind: str) -> str:
    return rf"^{KINDS[kind]}_{SHORT}$"


def write_id(kind: str, identifier: UUID) -> str:
    return f"{KINDS[kind]}_{short_of(identifier)}"


def read_id(kind: str, text: str) -> UUID | None:
    """The UUID of an id of this kind; None for anything else."""
    prefix, _line, short = text.partition("_")
    return long_of(short) if prefix == KINDS[kind] else None


class _Converter:
    """An id in an address. One that is malformed matches no address: 404."""

    kind = ""
    regex = ""

    def to_python(self, text: str) -> UUID:
        found = read_id(self.kind, text)
        if found is None:
            raise ValueError(text)
        return found

    def to_url(self, value: UUID) -> str:
        return write_id(self.kind, value)


def register() -> None:
    """`<cus:customer_id>` and the others, for `urls.py`."""
    for kind, prefix in KINDS.items():
        members: dict[str, Any] = {"kind": kind, "regex": rf"{prefix}_{SHORT}"}
        register_converter(type(f"{kind.title()}Id", (_Converter,), members), prefix)
