"""Recording a signature: from here on the terms never change and the dates begin to run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, cast
from uuid import UUID

from django.db import transaction

from contracts.enums import ContractStatus, SignatureWay, SignedAt
from contracts.models import (
    Contract,
    ContractDocument,
    ContractLine,
    ContractTerm,
    LinePrice,
    OfferVersion,
)
from contracts.operations.alerts import raise_missed_alerts
from contracts.operations.kept import kept
from contracts.operations.mandates import MANDATE
from contracts.operations.preparing import check_prepared
from contracts.operations.scans import CheckedScan, Scan, check_scan
from contracts.operations.term_rows import term_row
from contracts.queries import terms_of
from contracts.rules.stored import terms_hash
from contracts.rules.terms import Terms
from contracts.rules.withdrawal import Withdrawal
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import check_day
from providers.audit import record
from providers.operations.notifications import notify
from providers.operations.refusals import check_fields
from providers.queries import local_day

SIGNED_CONTRACT: Final = "signed_contract"
SIGNED_COLUMNS: Final = (
    "status", "signed_on", "signed_at", "signature_way", "signed_by", "headcount",
    "is_main_activity", "is_early_start_requested", "earliest_due_date", "term_number", "ends_on",
    "notice_deadline", "next_invoice_on", "next_revision_on", "settings",
)  # fmt: skip
# The law holds whether the terms repeat it or not.
WITHDRAWAL_LAW: Final = Withdrawal(clause="Code de la consommation, art. L221-3")


class UnconfirmedPrice(DomainError):
    """A sample price of the preset, which the owner has never said to be theirs."""


class SignatureInTheFuture(DomainError):
    """A day of signature that is still to come."""


class TermsAltered(DomainError):
    """The stored terms are not those that the contract was prepared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a contract was signed; headcount and activity decide the right to withdraw (D16)."""

    signed_on: date
    signed_by: str = ""
    signed_at: str = SignedAt.DISTANCE
    signature_way: str = SignatureWay.HANDWRITTEN
    headcount: int | None = None
    is_main_activity: bool = True
    is_early_start_requested: bool = False


@transaction.atomic
def sign_contract(
    *,
    contract_id: UUID,
    signature: Signature,
    at: datetime,
    scan: Scan | None = None,
    mandate: Scan | None = None,
    mandate_reference: str = "",
    by: UUID | None = None,
) -> Contract:
    """Record the signature of a prepared contract and open its first term.

    `mandate` is the signed SEPA mandate, kept beside the contract.
    Errors, nothing written: `NotPrepared`, `UnconfirmedPrice`, `DayOutOfRange`,
    `SignatureInTheFuture`, `StartAfterTerm`, `ScanRefused`, `TermsAltered`, `FieldRefused`.
    """
    contract = Contract.objects.select_for_update().get(id=contract_id)
    check_prepared(contract)
    _check_day(signature.signed_on, today=local_day(at))
    _check_prices(contract)
    if terms_hash(contract.terms) != contract.terms_hash:
        raise TermsAltered(_("The terms have changed since the contract was prepared."))
    terms = terms_of(contract)
    scans = {SIGNED_CONTRACT: scan, MANDATE: mandate}
    checked = {kind: check_scan(file, field=kind) for kind, file in scans.items() if file}
    term = term_row(contract, terms, number=1, signed_on=signature.signed_on)
    first_term = kept(term, "first term")
    _set_dates(contract, terms, signature, first_term)
    _write(contract, first_term, checked, mandate_reference=mandate_reference, at=at)
    raise_missed_alerts([contract], day=local_day(at))
    record("contract.signed", contract, at=at, actor_id=by, signed_on=str(signature.signed_on))
    _tell(contract, signature.signed_on, at)
    return contract


def _tell(contract: Contract, signed_on: date, at: datetime) -> None:
    notify(
        event="contract_signed",
        key=str(contract.pk),
        values={
            "practice": contract.customer.name,
            "reference": contract.reference,
            "signed_on": signed_on,
        },
        at=at,
        customer_id=contract.customer_id,
        subject_id=contract.pk,
    )


def _check_day(signed_on: date, *, today: date) -> None:
    check_day(signed_on, field="signed_on")
    if signed_on > today:
        raise SignatureInTheFuture(
            _("The contract cannot have been signed on %(day)s, which is still to come."),
            field="signed_on",
            params={"day": signed_on.isoformat()},
        )


def _check_prices(contract: Contract) -> None:
    """A price agreed with the customer is the provider's own; a preset's may not be."""
    if not any(row["is_sample"] for row in contract.settings["draft"]):
        return
    if not OfferVersion.objects.filter(
        id=contract.offer_version_id, is_price_confirmed=True
    ).exists():
        raise UnconfirmedPrice(
            _("The price is a sample: confirm the offer’s price, or give the price agreed."),
            field="annual_price",
        )


def _set_dates(contract: Contract, terms: Terms, signature: Signature, term: ContractTerm) -> None:
    """The columns that the daily steps look for, all computed from the terms."""
    signed_on, starts_on = signature.signed_on, contract.starts_on
    for name in Signature.__slots__:
        setattr(contract, name, getattr(signature, name))
    contract.status = ContractStatus.SIGNED
    contract.term_number = term.number
    contract.ends_on = term.last_day
    contract.notice_deadline = term.notice_deadline
    # The invoice step looks at the contract from that day on, and then says itself when next.
    contract.next_invoice_on = max(signed_on, starts_on - timedelta(days=terms.billing.lead_days))
    contract.next_revision_on = terms.indexation.next_revision_day(signed_on)
    contract.earliest_due_date = _earliest_due_date(terms, signature)


def _earliest_due_date(terms: Terms, signature: Signature) -> date | None:
    """D16: where the client may withdraw, nothing falls due in the first seven days."""
    law = terms.withdrawal or WITHDRAWAL_LAW
    applies = law.applies(
        signed_at=cast("Literal['provider', 'client', 'distance']", signature.signed_at),
        employees=signature.headcount,
        is_outside_main_activity=not signature.is_main_activity,
    )
    return law.first_payment_day(signature.signed_on).value if applies.value else None


def _write(
    contract: Contract,
    term: ContractTerm,
    scans: Mapping[str, CheckedScan],
    *,
    mandate_reference: str,
    at: datetime,
) -> None:
    drafts = contract.settings.pop("draft")
    if mandate_reference:
        contract.settings["mandate_reference"] = mandate_reference
    check_fields(contract)
    contract.save(update_fields=SIGNED_COLUMNS)
    term.save(force_insert=True)
    _write_prices(contract, drafts)
    ContractDocument.objects.bulk_create(
        ContractDocument(
            customer_id=contract.customer_id,
            contract=contract,
            kind=kind,
            name=file.name,
            media_type=file.media_type,
            content=file.content,
            sha256=file.sha256,
            added_at=at,
        )
        for kind, file in scans.items()
    )


def _write_prices(contract: Contract, drafts: Sequence[Mapping[str, Any]]) -> None:
    """The first price of each line: in force before any revision can be, whichever day is first."""
    lines = {line.position: line for line in ContractLine.objects.filter(contract=contract)}
    LinePrice.objects.bulk_create(
        LinePrice(
            customer_id=contract.customer_id,
            line=lines[row["position"]],
            applies_from=min(kept(contract.signed_on, "signed_on"), contract.starts_on),
            annual_price=Decimal(row["annual_price"]),
            reasons=row["reasons"],
        )
        for row in drafts
    )
