"""The signed SEPA mandate that a direct debit stands on (B6), kept beside its contract."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from contracts.enums import ContractStatus
from contracts.models import Contract, ContractDocument
from contracts.operations.scans import Scan, check_scan
from contracts.queries import terms_of
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record

MANDATE: Final = "mandate"


class MandateNotNeeded(DomainError):
    """A contract that is not debited, not signed, or whose terms ask for no mandate."""


class MandateKeptBefore(DomainError):
    """The contract has its mandate; another one is signed with another contract."""


def wants_mandate(contract: Contract) -> bool:
    """By its own terms, signed or not (B6)."""
    return terms_of(contract).payment.wants_mandate(contract.payment_method)


def lacks_mandate(contract: Contract, documents: Iterable[ContractDocument] | None = None) -> bool:
    """Whether a contract in force is debited without one; `documents` are its own, if read."""
    if contract.status != ContractStatus.SIGNED or not wants_mandate(contract):
        return False
    known = contract.documents.only("kind") if documents is None else documents
    return all(row.kind != MANDATE for row in known)


def kept_mandate() -> Exists:
    """Whether a contract has its mandate, as a column of a query of contracts."""
    return Exists(ContractDocument.objects.filter(contract=OuterRef("pk"), kind=MANDATE))


@transaction.atomic
def keep_mandate(
    *, contract_id: UUID, scan: Scan, reference: str, at: datetime, by: UUID | None = None
) -> ContractDocument:
    """Keep the mandate of a signed contract that came without one: imported, or by a program.

    Errors, nothing written: `MandateNotNeeded`, `MandateKeptBefore`, `ScanRefused` at `mandate`.
    """
    contract = Contract.objects.select_for_update().get(id=contract_id)
    if contract.status != ContractStatus.SIGNED or not wants_mandate(contract):
        raise MandateNotNeeded(_("This contract needs no mandate."))
    if not lacks_mandate(contract):
        raise MandateKeptBefore(_("The mandate of this contract is recorded already."))
    file = check_scan(scan, field=MANDATE)
    contract.settings["mandate_reference"] = reference.strip()
    contract.save(update_fields=["settings"])
    kept = ContractDocument.objects.create(
        customer_id=contract.customer_id,
        contract=contract,
        kind=MANDATE,
        name=file.name,
        media_type=file.media_type,
        content=file.content,
        sha256=file.sha256,
        added_at=at,
    )
    record("mandate.kept", contract, at=at, actor_id=by, reference=reference.strip())
    return kept
