"""Working through many contracts, five hundred a transaction: one never stops the others."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from contracts.models import Contract
from contracts.operations.parking import park
from providers.faults import FAULTS
from providers.scoping import open_scope

CHUNK: Final = 500


def work_through(
    *,
    provider_id: UUID,
    ids: Sequence[UUID],
    do: Callable[[Sequence[UUID]], int],
    step: str,
    day: date,
    at: datetime,
) -> int:
    """Do a step for contracts, each chunk in its own transaction; return the pieces of work done.

    A chunk that fails is done again one contract at a time, and those that fail alone are parked.
    """
    done = 0
    for first in range(0, len(ids), CHUNK):
        chunk = ids[first : first + CHUNK]
        try:
            done += _in_scope(provider_id, do, chunk)
        except FAULTS:
            for contract_id in chunk:
                done += _alone(provider_id, do, contract_id, step=step, day=day, at=at)
    return done


def _in_scope(provider_id: UUID, do: Callable[[Sequence[UUID]], int], chunk: Sequence[UUID]) -> int:
    with open_scope(provider_id):
        return do(chunk)


def _alone(
    provider_id: UUID,
    do: Callable[[Sequence[UUID]], int],
    contract_id: UUID,
    *,
    step: str,
    day: date,
    at: datetime,
) -> int:
    try:
        return _in_scope(provider_id, do, [contract_id])
    except FAULTS as error:
        with open_scope(provider_id):
            park(contract=Contract(id=contract_id), step=step, error=error, day=day, at=at)
        return 0
