"""Kinds of long job: what each does with a chunk of its pieces.

The runner that works through a job is `providers.operations.working`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Final, cast

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.enums import JobItemState
from providers.models import Job, JobItem
from providers.permissions import Capability, Level

NOT_FORESEEN: Final = _("This piece could not be done: %(problem)s")


class StopsTheJob(DomainError):
    """A fault of no single piece: the job fails with this reason, and can be resumed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item."""

    state: JobItemState = JobItemState.DONE
    made: Sequence[Mapping[str, str]] = ()
    code: str = ""
    template: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


def failure(error: Exception) -> Result:
    """A fault as a sentence that the catalogue knows."""
    said = error if isinstance(error, DomainError) else None
    if said is None:
        said = DomainError(NOT_FORESEEN, code=type(error).__name__, params={"problem": error})
    return Result(JobItemState.FAILED, (), said.code, said.message, said.params)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some pieces of a job, and the instant written beside what is done."""

    job: Job
    items: Sequence[JobItem]
    at: datetime


class Kind(ABC):
    """What a job does. A chunk is computed with nothing locked, then written with its progress.

    `capability` and `level` are what starting, stopping and resuming ask; reading asks `READ`.
    """

    title: ClassVar[Promise]
    capability: ClassVar[Capability]
    level: ClassVar[Level] = Level.WRITE
    chunk: ClassVar[int] = 50

    def compute(self, chunk: Chunk) -> Any:
        """Whatever is slow or only reads; no provider is open. May be done again."""
        return None

    @abstractmethod
    def write(self, chunk: Chunk, computed: Any) -> Sequence[Result]:
        """The effects: one result an item, in their order, inside the chunk's transaction."""

    def finish(self, job: Job, at: datetime) -> Job | None:
        """What follows the last item, inside the transaction that ends the job; returns the job
        that it asked for, if any.
        """
        del job, at  # most kinds have nothing more to do
        return None


@cache
def _kind_at(path: str) -> Kind:
    return cast("Kind", import_string(path)())


def kind_of(job: Job) -> Kind:
    return kind_named(job.kind)


def kind_named(code: str) -> Kind:
    return _kind_at(settings.CLAUSIER_JOBS[code])
