"""Preparing a contract for signature: an offer, a customer, a handful of commercial choices."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from contracts.enums import ContractStatus
from contracts.models import Contract, ContractLine, OfferVersion
from contracts.operations.prices import (
    DraftLine,
    agreed_base,
    agreed_option,
    lines_of_offer,
    option_of,
    option_of_offer,
)
from contracts.queries import latest_version
from contracts.rules.backup import Backup
from contracts.rules.payment import PaymentMethodNotOffered
from contracts.rules.stored import read_terms, terms_hash
from contracts.rules.terms import Terms
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import check_day
from core.reasons import reasons_as_json
from fleet.models import Equipment
from providers.audit import record
from providers.models import Customer, ProviderProfile
from providers.operations.people import UnknownCustomer
from providers.operations.refusals import check_fields, refused_as
from providers.operations.removing import remove_unused
from providers.queries import local_day

LONGEST_STATED_MONTHS: Final = 120


class UnknownOffer(DomainError):
    """An offer the provider does not sell, or has never published."""


class CadenceNotOffered(DomainError):
    """A rhythm of invoices that the terms of the offer do not have (P5)."""


class MonthsNotStated(DomainError):
    """Only contracts whose duration is stated in them take a number of months (D4)."""


class BackupNotOffered(DomainError):
    """A backup volume or retention that neither the offer nor a chosen option has."""


class ReferenceTaken(DomainError):
    """Another contract has this reference."""


class NotPrepared(DomainError):
    """A contract that is signed, ended or abandoned is not prepared any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupChoice:
    """What a contract states of its backup (S1): the volume included, the retention promised."""

    capacity_gb: int | None = None
    retention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What few contracts need beside the six commercial fields.

    `options`: each chosen option with its own yearly price, or None. `equipment`: pieces by kind;
    None counts what the customer declared. `level`: the level of maintenance of the grid.
    """

    options: Mapping[str, Decimal | None] = field(default_factory=dict)
    equipment: Mapping[str, int] | None = None
    level: str | None = None
    stated_months: int | None = None
    backup: BackupChoice | None = None
    reference: str = ""


@transaction.atomic
def prepare_contract(  # noqa: PLR0913 - six commercial fields, all named
    *,
    customer_id: UUID,
    offer: str,
    starts_on: date,
    at: datetime,
    annual_price: Decimal | None = None,
    cadence: str = "",
    payment_method: str = "",
    extras: Extras | None = None,
    vat_rate: Decimal | None = None,
    by: UUID | None = None,
) -> Contract:
    """Prepare a contract from the version of an offer that is sold now; it waits for a signature.

    A yearly price that is given is the price of everything but the options priced on their own;
    without one the offer's prices apply (P3). `vat_rate`, in percent, is that of the customer's
    establishment; an offer priced including VAT needs it (P6).
    Errors, at their field, nothing written: `UnknownCustomer`, `UnknownOffer`, `DayOutOfRange`,
    `CadenceNotOffered`, `PaymentMethodNotOffered`, `UnknownOption`, `MonthsNotStated`,
    `BackupNotOffered`, `PriceMissing`, `WrongPrice`, `NoExactNet`, `NoGridPrice`, `VatRateNeeded`.
    """
    chosen = extras or Extras()
    customer = _customer(customer_id)
    version = _version(offer)
    terms = read_terms(version.terms)
    check_day(starts_on, field="starts_on")
    _check_extras(terms, chosen)
    contract = Contract(
        customer=customer,
        offer_version=version,
        offer_name=version.offer.name,
        terms=version.terms,
        terms_hash=terms_hash(version.terms),
        cadence=_cadence(terms, cadence),
        payment_method=_payment_method(terms, payment_method),
        stated_months=chosen.stated_months,
        options=sorted(chosen.options),
        starts_on=starts_on,
    )
    lines = _lines(terms, version, annual_price, chosen, vat_rate, _fleet(terms, contract, chosen))
    _write(contract, lines, chosen, at=at)
    record("contract.prepared", contract, at=at, actor_id=by, reference=contract.reference)
    return contract


@transaction.atomic
def abandon_contract(*, contract_id: UUID, at: datetime, by: UUID | None = None) -> Contract:
    """Give up a contract that was never signed. Errors: `NotPrepared`."""
    contract = Contract.objects.select_for_update().get(id=contract_id)
    check_prepared(contract)
    contract.status = ContractStatus.WITHDRAWN
    contract.save(update_fields=["status"])
    record("contract.abandoned", contract, at=at, actor_id=by)
    return contract


@transaction.atomic
def take_back_contract(*, contract_id: UUID, at: datetime, by: UUID | None = None) -> None:
    """Remove a contract that was prepared by mistake and never signed: its reference is free again.

    Errors: `NotPrepared`, `StillUsed`.
    """
    contract = Contract.objects.select_for_update().get(id=contract_id)
    check_prepared(contract)
    record("contract.taken_back", contract, at=at, actor_id=by, reference=contract.reference)
    contract.lines.all().delete()
    remove_unused(contract)


def check_prepared(contract: Contract) -> None:
    if contract.status != ContractStatus.PREPARED:
        raise NotPrepared(_("This contract is not waiting for a signature any more."))


def _customer(customer_id: UUID) -> Customer:
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise UnknownCustomer(_("This customer is not known."), field="customer")
    return customer


def _version(offer: str) -> OfferVersion:
    version = latest_version(offer)
    if version is None:
        raise UnknownOffer(
            _("There is no offer %(code)s on sale."), field="offer", params={"code": offer}
        )
    return version


def _cadence(terms: Terms, cadence: str) -> str:
    if not cadence:
        return terms.billing.default_cadence
    if cadence not in terms.billing.cadences:
        raise CadenceNotOffered(
            _("The offer is not invoiced %(cadence)s."),
            field="cadence",
            params={"cadence": cadence},
        )
    return cadence


def _payment_method(terms: Terms, method: str) -> str:
    if not method:
        return terms.payment.default_method
    if method not in terms.payment.methods:
        raise PaymentMethodNotOffered(
            _("The means of payment %(method)s is not offered by these terms."),
            field="payment_method",
            params={"method": method},
        )
    return method


def _check_extras(terms: Terms, chosen: Extras) -> None:
    for code in chosen.options:
        option_of(terms, code)
    months = chosen.stated_months
    if months is not None and terms.duration.kind != "as_stated":
        raise MonthsNotStated(
            _("The duration of this offer is fixed by its terms."), field="stated_months"
        )
    if months is not None and not 1 <= months <= LONGEST_STATED_MONTHS:
        raise MonthsNotStated(_("A contract runs from 1 to 120 months."), field="stated_months")
    if chosen.backup is not None:
        _check_backup(terms, chosen.options, chosen.backup)


def _check_backup(terms: Terms, options: Mapping[str, Any], choice: BackupChoice) -> None:
    plans = [terms.backup, *(option_of(terms, code).backup for code in options)]
    offered: list[Backup] = [plan for plan in plans if plan is not None]
    if not offered:
        raise BackupNotOffered(
            _("Neither the offer nor a chosen option has a backup."), field="backup"
        )
    retentions = {retention.code for plan in offered for retention in plan.retentions}
    if choice.retention and choice.retention not in retentions:
        raise BackupNotOffered(
            _("The offer has no retention of %(retention)s."),
            field="backup",
            params={"retention": choice.retention},
        )
    if choice.capacity_gb is not None and choice.capacity_gb < 1:
        raise BackupNotOffered(_("A backup volume is above zero."), field="backup")


def _fleet(terms: Terms, contract: Contract, chosen: Extras) -> Mapping[str, int]:
    """What the grid prices: the equipment named, else what the customer declared of its kinds."""
    if chosen.equipment is not None:
        return chosen.equipment
    start = contract.starts_on
    kinds = Equipment.objects.filter(
        Q(in_service_from=None) | Q(in_service_from__lte=start),
        Q(in_service_to=None) | Q(in_service_to__gte=start),
        customer=contract.customer_id,
        kind__in={line.kind for line in terms.price.grid},
    )
    return Counter(kinds.order_by("kind").values_list("kind", flat=True))


def _lines(
    terms: Terms,
    version: OfferVersion,
    annual_price: Decimal | None,
    chosen: Extras,
    vat_rate: Decimal | None,
    fleet: Mapping[str, int],
) -> list[DraftLine]:
    label = version.offer.name
    capacity = chosen.backup.capacity_gb if chosen.backup else None
    if annual_price is None:
        lines = lines_of_offer(
            terms, label=label, fleet=fleet, level=chosen.level or version.offer.code
        )
    else:
        lines = [agreed_base(terms, label=label, annual_price=annual_price, vat_rate=vat_rate)]
    for code, price in chosen.options.items():
        if price is not None:
            lines.append(agreed_option(terms, code, annual_price=price, vat_rate=vat_rate))
        elif annual_price is None:
            lines.append(option_of_offer(terms, code, capacity_gb=capacity))
    return lines


def _write(contract: Contract, lines: Sequence[DraftLine], chosen: Extras, *, at: datetime) -> None:
    contract.reference = chosen.reference or _next_reference(at)
    contract.settings = {
        "draft": [
            {
                "position": position,
                "annual_price": str(line.annual_price),
                "is_sample": line.is_sample,
                "reasons": reasons_as_json(line.reasons),
            }
            for position, line in enumerate(lines, start=1)
        ]
    }
    if chosen.backup is not None:
        contract.settings["backup"] = asdict(chosen.backup)
    check_fields(contract)
    taken = ReferenceTaken(
        _("Another contract has the reference %(reference)s."),
        field="reference",
        params={"reference": contract.reference},
    )
    with refused_as({"contract_reference_once": taken}):
        contract.save(force_insert=True)
    ContractLine.objects.bulk_create(
        ContractLine(
            customer_id=contract.customer_id,
            contract=contract,
            position=position,
            kind=line.kind,
            code=line.code,
            label=line.label,
            quantity=line.quantity,
        )
        for position, line in enumerate(lines, start=1)
    )


def _next_reference(at: datetime) -> str:
    """C2026-00001, then the next: the provider's own profile is the lock that keeps the order."""
    ProviderProfile.objects.select_for_update().only("id").get()
    prefix = f"C{local_day(at).year}-"
    given = Contract.objects.filter(reference__regex=rf"^{re.escape(prefix)}\d{{5,}}$")
    last = given.order_by("-id").values_list("reference", flat=True).first()
    number = int(last.removeprefix(prefix)) if last else 0
    while True:
        number += 1
        reference = f"{prefix}{number:05d}"
        if not Contract.objects.filter(reference=reference).exists():
            return reference
