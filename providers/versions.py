"""Two people, one row: whoever changes it names the version they started from.

The same text is the ETag of the programming interface and the hidden field of a form.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from core.errors import DomainError
from core.errors import gettext_noop as _


class Dated(Protocol):
    pk: UUID
    updated_at: Any


class ChangedMeanwhile(DomainError):
    """Somebody saved in between; `recorded` is what now stands there, `version` its version."""

    def __init__(self, recorded: Mapping[str, Any], version: str) -> None:
        super().__init__(_("Somebody saved other values while you were writing."))
        self.recorded, self.version = recorded, version


def version_of(row: Dated) -> str:
    """Of a row that says when it last changed."""
    return _digest(row.pk, row.updated_at.isoformat())


def version_of_values(pk: UUID, values: Mapping[str, Any]) -> str:
    """Of a part of a row that several pages change, each its own part."""
    return _digest(pk, *(f"{name}={values[name]}" for name in sorted(values)))


def _digest(*parts: object) -> str:
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:24]


def check_seen(seen: str | None, version: str, recorded: Mapping[str, Any]) -> None:
    """Refuse a change made from an older version; None is whoever keeps to their own lock.

    The row was read under lock. Errors: `ChangedMeanwhile`.
    """
    if seen is not None and seen != version:
        raise ChangedMeanwhile(recorded, version)


def take(row: Dated, wanted: Mapping[str, Any], version: str | None) -> list[str]:
    """Set what differs from what is recorded, and name it; the caller checks and saves the row.

    The row was read under lock. Errors: `ChangedMeanwhile`.
    """
    recorded = {name: getattr(row, name) for name in wanted}
    changed = sorted(name for name, value in wanted.items() if recorded[name] != value)
    if changed:
        check_seen(version, version_of(row), recorded)
    for name in changed:
        setattr(row, name, wanted[name])
    return changed
