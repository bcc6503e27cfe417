"""Audit entries of what the daily run did to many contracts, in one statement."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.models import Contract
from providers.models import AuditEntry


def record_all(
    act: str, rows: Iterable[tuple[Contract, Mapping[str, Any]]], *, at: datetime
) -> None:
    """One entry beside each act, without an actor: the daily run did it."""
    subject = Contract._meta.label_lower
    AuditEntry.objects.bulk_create(
        AuditEntry(at=at, act=act, subject=subject, subject_id=contract.id, detail=dict(detail))
        for contract, detail in rows
    )
