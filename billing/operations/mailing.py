"""Writing to the practices that their invoices are there: a long job after each run, and again
for the documents that somebody chooses.

A document is told of where it is drawn, job or no job. This one draws what is not drawn yet, keeps
whom it wrote to, and names the documents that nobody was told of.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy

from billing.models import Invoice
from billing.operations.documents import ISSUED, draw_or_fail, tell_of
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.enums import JobItemState
from providers.jobs import Chunk, Kind, Result, failure
from providers.models import Job, Mail, Notification, ProviderProfile
from providers.operations.jobs import Piece, start_job
from providers.permissions import Capability

MAILING: Final = "invoice_mailing"
NOT_DRAWN: Final = _("The PDF of this document could not be drawn: nobody was written to.")
NOBODY: Final = _("Nobody of %(practice)s reads its invoices here: invite somebody and try again.")
SILENT: Final = _("A demonstration writes to nobody: its people are told under their bell alone.")


class NotDrawn(DomainError):
    """A document without its PDF: there is nothing to tell of."""


class NobodyToTell(DomainError):
    """A practice of which nobody may read the invoices."""


class InvoiceMailing(Kind):
    """One item a document; what it made are the messages, each with its own fate."""

    title = gettext_lazy("Invoices by e-mail")
    capability = Capability.INVOICES
    chunk = 10

    def compute(self, chunk: Chunk) -> list[bool]:
        house, at = chunk.job.provider_id, chunk.at
        ids = [UUID(item.key) for item in chunk.items]
        return [draw_or_fail(provider_id=house, invoice_id=each, at=at) for each in ids]

    def write(self, chunk: Chunk, computed: Any) -> Sequence[Result]:
        ids = [UUID(item.key) for item in chunk.items]
        columns = ("number", "buyer", "due_date", "customer", "pdf__rendered_at")
        rows = Invoice.objects.select_related("pdf").only(*columns).in_bulk(ids)
        return [
            _told(chunk, rows[invoice_id]) if is_drawn else failure(NotDrawn(NOT_DRAWN))
            for invoice_id, is_drawn in zip(ids, computed, strict=True)
        ]


def _told(chunk: Chunk, invoice: Invoice) -> Result:
    """Tells whoever was not told before. Done twice it writes once: the key is the document's, or
    that of the job which writes again. A document drawn since the job was asked has just been told
    of: that is the message.
    """
    job = chunk.job
    is_again = job.parameters["is_again"] and invoice.pdf.rendered_at < job.asked_at
    key = f"{invoice.pk}:{job.pk}" if is_again else str(invoice.pk)
    tell_of(invoice, key=key, at=chunk.at)
    if not Notification.objects.filter(event=ISSUED, key=key).exists():
        return failure(NobodyToTell(NOBODY, params={"practice": invoice.buyer["name"]}))
    mails = Mail.objects.filter(event=ISSUED, key=key).order_by("id").values_list("id", flat=True)
    made = [{"what": "mail", "id": str(mail_id)} for mail_id in mails]
    if not made and ProviderProfile.objects.get().is_demonstration:
        return Result(JobItemState.SKIPPED, code="silent", template=SILENT)
    return Result(made=made)


def follow_run(run: Job, at: datetime) -> Job | None:
    """After a run: the job that writes about what it issued, unless it issued nothing."""
    if not run.done:
        return None
    return start_mailing(
        issued_by(run),
        key=_key_after(run),
        about=str(run.parameters.get("about", "")),
        at=at,
        by=run.asked_by,
    )


def mailing_after(run: Job) -> Job | None:
    """The job that writes about what a run issued, once the run is over."""
    return Job.objects.filter(business_key=f"{MAILING}:{_key_after(run)}").first()


def _key_after(run: Job) -> str:
    """A run that tried again what had failed has issued more, and writes about it."""
    return f"{run.pk.hex}-{run.done}"


def issued_by(run: Job) -> list[tuple[UUID, str]]:
    """The documents that a run issued, by id and number with the practice."""
    rows = (
        run.items.filter(state=JobItemState.DONE).order_by("position").values_list("label", "made")
    )
    return [
        (UUID(made["id"]), f"{made['label']} · {label.rpartition(' · ')[2]}")
        for label, items in rows
        for made in items
        if made["what"] == "invoice"
    ]


def start_mailing(
    rows: Iterable[tuple[UUID, str]],
    *,
    key: str,
    about: str,
    at: datetime,
    by: UUID | None = None,
    is_again: bool = False,
) -> Job:
    """Ask for the messages about some documents; `is_again`: also to whoever had one before.

    Errors: `NothingToDo`, `KeyUsedAlready`.
    """
    return start_job(
        kind=MAILING,
        key=key,
        pieces=[Piece(str(invoice_id), label) for invoice_id, label in rows],
        parameters={"about": about, "is_again": is_again},
        asked_by=by,
        at=at,
    )


__all__ = ["MAILING", "InvoiceMailing", "follow_run", "issued_by", "mailing_after", "start_mailing"]
