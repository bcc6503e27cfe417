"""Releasing prepared invoices: a person looked, the invoices are issued."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from billing.models import PreparedInvoice, SetAside
from billing.operations.invoice_run import Run, issue_due
from providers.scoping import open_scope


def release_prepared(
    *,
    provider_id: UUID,
    contract_ids: Sequence[UUID],
    day: date,
    at: datetime,
    actor_id: UUID | None = None,
) -> int:
    """Issue what waits for these contracts; return how many invoices were issued.

    Released twice, by two people or a double click, each period is issued once. What was prepared
    but is not owed any more is forgotten.
    """
    run = Run(provider_id, day, day, at, actor_id)
    issued = issue_due(run, only=contract_ids)
    with open_scope(provider_id):
        aside = SetAside.objects.filter(brought_back_at=None).values("contract")
        released = PreparedInvoice.objects.filter(contract__in=contract_ids, issue_day__lte=day)
        released.exclude(contract__in=aside).delete()
    return issued
