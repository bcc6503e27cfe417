"""Audit entries of what the daily run did to many contracts, in one statement."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.models import Contract
from providers.audit import entry_of
from providers.models import AuditEntry


def record_all(
    act: str, rows: Iterable[tuple[Contract, Mapping[str, Any]]], *, at: datetime
) -> None:
    """One entry beside each act, without an actor: the daily run did it."""
    AuditEntry.objects.bulk_create(
        entry_of(act, contract, at=at, **detail) for contract, detail in rows
    )
