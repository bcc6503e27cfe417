"""What a person decides of a revision that the daily step held (P7, P10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from contracts.enums import RevisionStatus
from contracts.models import Alert, Contract, LinePrice, PriceRevision
from contracts.operations.revisions import World, new_prices, outcome_columns, standings
from contracts.queries import index_table
from contracts.rules.indexation import Revision
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record

DROPPED: Final = "dropped"


class RevisionNotHeld(DomainError):
    """A revision that waits for nobody: applied, unchanged or dropped."""


class RevisionOvertaken(DomainError):
    """A later revision has been applied since: this one would change the price twice."""


class RevisionStillHeld(DomainError):
    """The law does not let this revision be applied, whoever confirms it (L112-1)."""


def preview_of_held(revision: PriceRevision) -> Revision:
    """What confirming a held revision would do, on what is known today of its day."""
    contract = Contract.objects.get(id=revision.contract_id)
    world = World(index_table(), accepts_estimates=True)
    standing = standings([contract], day=revision.revision_date, table=world.table)[0]
    return standing.revised(revision.revision_date, world)


@transaction.atomic
def confirm_held_revision(*, revision_id: UUID, at: datetime, by: UUID) -> PriceRevision:
    """Apply a revision that waited for a person, from its own day on (P8); what is invoiced stays.

    Errors: `RevisionNotHeld`, `RevisionOvertaken`, `RevisionStillHeld`.
    """
    row, contract = _locked_held(revision_id)
    later = PriceRevision.objects.filter(contract=contract, revision_date__gt=row.revision_date)
    if later.filter(status=RevisionStatus.APPLIED).exists():
        raise RevisionOvertaken(_("A later revision has already been applied to this contract."))
    revision = preview_of_held(row)
    if revision.outcome == "held":
        raise RevisionStillHeld(
            _("The index would move over more months than the price has stood: the law forbids it.")
        )
    _decide(row, revision.outcome, outcome_columns(revision), by=by, at=at)
    LinePrice.objects.bulk_create(new_prices(contract, revision, row.id))
    return row


@transaction.atomic
def drop_held_revision(*, revision_id: UUID, at: datetime, by: UUID) -> PriceRevision:
    """Leave the price as it is that year. Errors: `RevisionNotHeld`."""
    row, _contract = _locked_held(revision_id)
    columns: dict[str, object] = {"status": RevisionStatus.UNCHANGED, "code": DROPPED}
    _decide(row, DROPPED, columns, by=by, at=at)
    return row


def _locked_held(revision_id: UUID) -> tuple[PriceRevision, Contract]:
    """The contract is locked first, as the daily step does."""
    contract_id = PriceRevision.objects.values_list("contract_id", flat=True).get(id=revision_id)
    contract = Contract.objects.select_for_update().get(id=contract_id)
    row = PriceRevision.objects.select_for_update().get(id=revision_id)
    if row.status != RevisionStatus.HELD:
        raise RevisionNotHeld(_("This revision does not wait for a decision."))
    return row, contract


def _decide(
    row: PriceRevision, decision: str, columns: Mapping[str, object], *, by: UUID, at: datetime
) -> None:
    """Write the decision and close the alert that asked for it."""
    held_for = row.code
    for name, value in columns.items():
        setattr(row, name, value)
    row.decided_by = by
    row.save(update_fields=[*columns, "decided_by"])
    alerts = Alert.objects.filter(contract=row.contract_id, code=held_for, key=str(row.year))
    alerts.filter(closed_at=None).update(closed_at=at)
    record("revision.decided", row, at=at, actor_id=by, decision=decision)
