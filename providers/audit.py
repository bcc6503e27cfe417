"""The audit trail: one entry beside each act, in the act's own transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from providers.models import AuditEntry


def record(
    act: str, subject: Model, *, at: datetime, actor_id: UUID | None = None, **detail: Any
) -> AuditEntry:
    """Write who did what; `actor_id` is None for the daily run."""
    return AuditEntry.objects.create(
        at=at,
        actor_id=actor_id,
        act=act,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        detail=detail,
    )
