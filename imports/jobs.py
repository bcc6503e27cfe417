"""The long jobs of an import: to check it, to do it, to undo it. Each is one piece, all or nothing.

The work is done with the job's row locked: a worker that takes the job over waits for the first.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy

from core.errors import DomainError
from imports.models import Import
from imports.operations.checking import check_rows
from imports.operations.committing import commit_rows
from imports.operations.undoing import undo_rows
from providers.jobs import Chunk, Kind, Result, StopsTheJob
from providers.permissions import Capability


class _ImportJob(Kind):
    """What is refused ends the job with its reason: there are no other pieces to go on with."""

    capability: ClassVar[Capability] = Capability.IMPORTS

    def write(self, chunk: Chunk, computed: Any) -> Sequence[Result]:
        [item] = chunk.items
        act: dict[str, Any] = {"import_id": UUID(item.key), "at": chunk.at}
        try:
            self.act(chunk, act | {"by": chunk.job.asked_by})
        except DomainError as error:
            raise StopsTheJob(error.message, code=error.code, params=error.params) from error
        return [Result()]

    @abstractmethod
    def act(self, chunk: Chunk, named: dict[str, Any]) -> Import:
        """The one thing that the job does."""


class ImportCheck(_ImportJob):
    title = gettext_lazy("Check of an import")

    def act(self, chunk: Chunk, named: dict[str, Any]) -> Import:
        return check_rows(check=chunk.job.parameters["check"], **named)


class ImportCommit(_ImportJob):
    title = gettext_lazy("Import")

    def act(self, chunk: Chunk, named: dict[str, Any]) -> Import:
        return commit_rows(check=chunk.job.parameters["check"], **named)


class ImportUndo(_ImportJob):
    title = gettext_lazy("Undoing of an import")

    def act(self, chunk: Chunk, named: dict[str, Any]) -> Import:
        return undo_rows(**named)
