"""A kind of job for tests: each piece is one audit entry, the kind of effect that must be once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy

from core.errors import DomainError
from providers.audit import record
from providers.jobs import Chunk, Kind, Result, StopsTheJob
from providers.models import AuditEntry, Job
from providers.permissions import Capability

ACT = "test.effect"


class Counted(Kind):
    """Writes its pieces down; one called "bad" fails, "stop" stops the job, "crash" a worker."""

    title = gettext_lazy("Archive of invoices")
    capability = Capability.INVOICING
    chunk = 5

    def compute(self, chunk: Chunk) -> list[str]:
        return [item.key for item in chunk.items]

    def write(self, chunk: Chunk, computed: Any) -> Sequence[Result]:
        return [self._one(chunk, key) for key in computed]

    def _one(self, chunk: Chunk, key: str) -> Result:
        if key.startswith("bad") and not chunk.job.parameters.get("is_mended"):
            raise DomainError("The date %(day)s is outside the years 2000 to 2099.")
        if key.startswith("stop"):
            raise StopsTheJob("This job is over already.")
        if key.startswith("crash"):
            raise RuntimeError(key)
        AuditEntry.objects.create(
            at=chunk.at, act=ACT, subject="test", subject_id=uuid4(), detail={"key": key}
        )
        return Result(made=[{"what": "other", "id": key, "label": key}])

    def finish(self, job: Job, at: datetime) -> None:
        record("test.finish", job, at=at, actor_id=job.asked_by)
