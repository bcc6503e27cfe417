"""The archive of a period as a long job: every PDF with its list, kept for some days.

A PDF that is not drawn yet is drawn by the job itself; one that cannot be is named in the job's
pieces, and its line of the list says no file.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy, override

from billing.operations.documents import draw_or_fail
from core.errors import DomainError
from core.errors import gettext_noop as _
from portal.workshop.sheets import InvoiceSheet, archive
from providers.jobs import Chunk, Kind, Result, failure
from providers.models import Job, JobPart
from providers.operations.jobs import Piece, start_job
from providers.permissions import Capability, Level
from providers.scoping import open_scope

ARCHIVE: Final = "invoice_archive"
KEPT: Final = timedelta(days=7)
PART: Final = 1024 * 1024
NO_PDF: Final = _("The PDF of this document could not be drawn: the list names no file.")
# Up to here an archive is sent at once; beyond, it is a job.
AT_ONCE: Final = 50


class NoPdf(DomainError):
    """A document whose PDF could not be drawn."""


class InvoiceArchive(Kind):
    """One item a document; the archive is written when each has its PDF."""

    title = gettext_lazy("Archive of invoices")
    capability = Capability.INVOICES
    level = Level.READ  # whoever may download one document may ask for all of them
    chunk = 10

    def compute(self, chunk: Chunk) -> list[bool]:
        house, at = chunk.job.provider_id, chunk.at
        ids = [UUID(item.key) for item in chunk.items]
        return [draw_or_fail(provider_id=house, invoice_id=each, at=at) for each in ids]

    def write(self, chunk: Chunk, computed: Any) -> Sequence[Result]:
        return [Result() if is_drawn else failure(NoPdf(NO_PDF)) for is_drawn in computed]

    def finish(self, job: Job, at: datetime) -> None:
        """Write the file in pieces; done again, it replaces what was there."""
        job.parts.all().delete()
        digest, size, place = sha256(), 0, 0
        for place, content in enumerate(in_parts(_archive_of(job, at))):
            digest.update(content)
            size += len(content)
            JobPart.objects.create(job=job, position=place, content=content)
        job.file_name = f"{job.parameters['name']}.zip"
        job.file_type, job.file_size = "application/zip", size
        job.file_sha256, job.file_expires_at = digest.hexdigest(), at + KEPT
        columns = ["file_name", "file_type", "file_size", "file_sha256", "file_expires_at"]
        job.save(update_fields=columns)


def _archive_of(job: Job, at: datetime) -> Iterator[bytes]:
    asked: dict[str, str] = job.parameters
    keys = job.items.order_by("position").values_list("key", flat=True)
    ids = [UUID(key) for key in keys]
    with override(asked["language"]):
        sheet = InvoiceSheet.of(
            job.provider_id, ids, asked["language"], customer_id=job.customer_id
        )
    return archive(sheet, folder=asked["name"], day=at.date())


def in_parts(pieces: Iterable[bytes], size: int = PART) -> Iterator[bytes]:
    """The same bytes in pieces of one size, but for the last.

    >>> list(in_parts([b"abc", b"", b"defg"], 3))
    [b'abc', b'def', b'g']
    """
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def parts_of(job: Job) -> Iterator[bytes]:
    """The file of a job that the reader was given, a piece at a time.

    Read after the view has answered, by the provider's own hand: the pieces of a file are behind
    the provider's wall, and it is the job's that decides who is given them.
    """
    count = -(-job.file_size // PART)
    for position in range(count):
        with open_scope(job.provider_id):
            part = JobPart.objects.get(job_id=job.pk, position=position)
        yield bytes(part.content)


def archive_pieces(rows: Iterable[tuple[UUID, str]]) -> list[Piece]:
    """One piece a document, by id and number."""
    return [Piece(str(invoice_id), number) for invoice_id, number in rows]


def key_of(ids: Iterable[UUID], day: date, asked_by: UUID) -> str:
    """The same documents asked for by the same person on the same day are one archive."""
    seen = sha256(f"{asked_by} {day}".encode())
    for invoice_id in ids:
        seen.update(invoice_id.bytes)
    return seen.hexdigest()


def start_archive(
    rows: Iterable[tuple[UUID, str]],
    *,
    key: str,
    name: str,
    about: str,
    at: datetime,
    by: UUID | None = None,
    customer_id: UUID | None = None,
) -> Job:
    """Ask for the archive of some documents. Errors: `NothingToDo`, `KeyUsedAlready`."""
    return start_job(
        kind=ARCHIVE,
        key=key,
        pieces=archive_pieces(rows),
        parameters={"name": name, "language": get_language() or "fr", "about": about},
        customer_id=customer_id,
        asked_by=by,
        at=at,
    )


__all__ = [
    "ARCHIVE",
    "AT_ONCE",
    "InvoiceArchive",
    "archive_pieces",
    "in_parts",
    "key_of",
    "parts_of",
    "start_archive",
]
