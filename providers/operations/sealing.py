"""Sealing the audit trail: each entry, in order, onto the one before it (R18)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.sealing import seal
from providers.models import AuditEntry, AuditSeal, TrailHead
from providers.scoping import open_scope
from providers.trail import AT_ONCE, FORM, LATE, first_id_of, sealed_form, start_of, unsealed


def seal_entries(*, provider_id: UUID, at: datetime, limit: int = AT_ONCE) -> int:
    """Seal what was written since the last time; return how many entries.

    The head's row is the lock: a second worker waits, then finds the rest or nothing. An entry
    that appears long after its time is left alone, for verification to tell.
    """
    with open_scope(provider_id):
        first_time = {"hash": start_of(provider_id), "sealed_at": at}
        TrailHead.objects.get_or_create(defaults=first_time)
        head = TrailHead.objects.select_for_update().get()
        waiting = unsealed()
        if head.position:
            waiting = waiting.filter(id__gte=first_id_of(head.sealed_at - LATE))
        entries = list(waiting.order_by("id")[:limit])
        if entries:
            _seal(head, entries, at)
        return len(entries)


@transaction.atomic
def _seal(head: TrailHead, entries: list[AuditEntry], at: datetime) -> None:
    seals = []
    for entry in entries:
        head.position += 1
        form = sealed_form(entry, position=head.position, form=FORM, sealed_at=at)
        head.hash = seal(head.hash, form)
        seals.append(
            AuditSeal(
                position=head.position,
                entry_id=entry.pk,
                form=FORM,
                sealed_at=at,
                hash=head.hash,
            )
        )
    AuditSeal.objects.bulk_create(seals)
    head.sealed_at = at
    head.save(update_fields=["position", "hash", "sealed_at"])
