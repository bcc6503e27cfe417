"""Keeping a contract out of the invoice runs for a reason, until somebody brings it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.models import SetAside
from contracts.models import Contract
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record


class NothingChosen(DomainError):
    """No contract that this could be done to."""


@transaction.atomic
def set_aside(
    *, contract_ids: Sequence[UUID], reason: str, at: datetime, by: UUID | None = None
) -> int:
    """Keep contracts out of every run; one that is aside already keeps its first reason.

    Errors: `NothingChosen`.
    """
    named = Contract.objects.filter(id__in=contract_ids).order_by("id").only("id", "customer_id")
    found = list(named.select_for_update(no_key=True))  # a double click finds them aside already
    known = SetAside.objects.filter(contract__in=contract_ids, brought_back_at=None)
    aside = set(known.values_list("contract_id", flat=True))
    chosen = [contract for contract in found if contract.pk not in aside]
    if not chosen and not aside:
        raise NothingChosen(_("Choose at least one contract."), field="contracts")
    rows = [
        SetAside(
            contract=contract,
            customer_id=contract.customer_id,
            reason=reason,
            set_aside_at=at,
            set_aside_by=by,
        )
        for contract in chosen
    ]
    SetAside.objects.bulk_create(rows, ignore_conflicts=True)
    for contract in chosen:
        record("contract.set_aside", contract, at=at, actor_id=by, reason=reason)
    return len(chosen)


@transaction.atomic
def bring_back(*, contract_id: UUID, at: datetime, by: UUID | None = None) -> bool:
    """Give a contract back to the runs; False when it was given back already."""
    rows = SetAside.objects.filter(contract=contract_id, brought_back_at=None)
    if not rows.update(brought_back_at=at, brought_back_by=by):
        return False
    record("contract.brought_back", Contract.objects.get(id=contract_id), at=at, actor_id=by)
    return True
