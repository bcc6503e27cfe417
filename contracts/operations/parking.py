"""Setting a faulty contract aside so that the run goes on, and giving it back."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from contracts.models import Contract, Parking
from contracts.operations.alerts import raise_missed_alerts
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record

NOT_FORESEEN = _("This contract stopped a step of the daily run: %(problem)s")


class AlreadyReleased(DomainError):
    """The contract was given back already."""


@transaction.atomic
def park(
    *, contract: Contract, step: str, error: Exception, day: date, at: datetime
) -> Parking | None:
    """Set a contract aside with the reason; the steps leave it alone until it is released.

    None when it is parked already: the first reason stays.
    """
    locked = Contract.objects.select_for_update().only("id", "customer_id", "is_parked")
    row = locked.get(id=contract.id)
    if row.is_parked:
        return None
    said = _said(error)
    parking = Parking.objects.create(
        contract_id=row.id,
        customer_id=row.customer_id,
        step=step,
        code=said.code[:60],
        message=str(said),
        template=said.message,
        params={name: str(value) for name, value in said.params.items()},
        parked_on=day,
        parked_at=at,
    )
    Contract.objects.filter(id=row.id).update(is_parked=True)
    record("contract.parked", row, at=at, step=step, code=said.code)
    return parking


def _said(error: Exception) -> DomainError:
    """The fault as a sentence that the catalogue knows."""
    if isinstance(error, DomainError):
        return error
    return DomainError(NOT_FORESEEN, code=type(error).__name__, params={"problem": error})


@transaction.atomic
def release(*, parking_id: UUID, day: date, at: datetime, by: UUID | None = None) -> Contract:
    """Give a contract back to the daily run, which catches up what it missed.

    Errors: `AlreadyReleased`.
    """
    parking = Parking.objects.select_for_update().get(id=parking_id)
    if parking.released_at is not None:
        raise AlreadyReleased(_("This contract was released already."))
    parking.released_at, parking.released_by = at, by
    parking.save(update_fields=["released_at", "released_by"])
    contract = Contract.objects.select_for_update().get(id=parking.contract_id)
    contract.is_parked = False
    contract.save(update_fields=["is_parked"])
    raise_missed_alerts([contract], day=day)
    record("contract.released", contract, at=at, actor_id=by, step=parking.step)
    return contract
