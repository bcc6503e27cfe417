"""Replaying a contract's life, day by day, through the product's own operations and daily run."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.enums import InvoiceKind
from billing.models import Invoice, Settlement
from billing.operations.payments import record_payment
from billing.rules.vat import rate_on, zone_of
from contracts.enums import PaymentMethod
from contracts.models import Contract
from contracts.operations.index_values import record_index_value
from contracts.operations.opening import open_provider
from contracts.operations.preparing import BackupChoice, Extras, prepare_contract
from contracts.operations.signing import Signature, sign_contract
from contracts.rules.facts import VatTreatment
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import ONE_DAY
from providers.daily import run_day
from providers.enums import CustomerKind, InvoicingMode
from providers.models import Customer, Provider
from providers.operations import IdentityDetails, register_customer
from providers.scoping import open_scope
from scenarios.rules.file import Agreement, Payment, Scenario
from scenarios.rules.invented import siren_like, vat_number_like
from scenarios.rules.matching import failures
from scenarios.timeline import Entry, timeline_of

MORE_THAN_FIVE = 6


class NoSuchInvoice(DomainError):
    """An event names an invoice that was not issued by its day."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay gave: the timeline, and each expectation that did not hold."""

    title: str
    timeline: list[Entry]
    failures: list[str]


class _Undo(Exception):
    """Roll everything back: a replay leaves nothing behind."""


def replay(scenario: Scenario, *, until: date | None = None) -> Outcome:
    """Replay in a scratch provider and leave no row behind; the clock is never looked at."""
    outcome = None
    try:
        with transaction.atomic():
            provider = scratch_provider(scenario)
            contract = play(scenario, provider, until=until or scenario.until)
            with open_scope(provider.id):
                timeline = timeline_of(Contract.objects.get(id=contract.id))
            found = failures(timeline, scenario.expect, scenario.never)
            outcome = Outcome(scenario.title, timeline, found)
            raise _Undo
    except _Undo:
        pass
    if outcome is None:
        raise AssertionError("a replay ends with its outcome")
    return outcome


def scratch_provider(scenario: Scenario) -> Provider:
    """A provider from the scenario's preset whose only index values are the scenario's."""
    at = datetime.combine(scenario.contract.signed - timedelta(days=1), time(12), UTC)
    siren = siren_like(scenario.preset)
    provider = open_provider(
        slug=f"replay-{uuid4().hex[:12]}",
        preset=scenario.preset,
        identity=IdentityDetails(
            legal_name="Prestataire rejoué",
            legal_form="SARL",
            share_capital=Decimal("1000.00"),
            siren=siren,
            rcs_city="Paris",
            street="1 rue de l’Exemple",
            postal_code="75001",
            city="Paris",
            vat_number=vat_number_like(siren),
            valid_from=date(2000, 1, 1),
        ),
        overrides=scenario.overrides or None,
        at=at,
        invoicing_mode=InvoicingMode.AUTOMATIC,
    )
    with open_scope(provider.id):
        for value in scenario.syntec:
            record_index_value(
                month=value.month,
                value=value.value,
                published_on=value.published,
                series=value.series,
                at=datetime.combine(value.published, time(12), UTC),
            )
    return provider


def play(scenario: Scenario, provider: Provider, *, until: date) -> Contract:
    """Sign the contract on its day, then live every day to the end; the caller's transaction."""
    zone = ZoneInfo(provider.zone)
    with open_scope(provider.id):
        customer = _register(scenario, provider)
        contract = _sign(scenario.contract, scenario, customer, zone)
        day = scenario.contract.signed
        while day <= until:
            at = datetime.combine(day, time(12), zone)
            for event in scenario.events:
                if event.on == day:
                    _receive(event, contract, at)
            run_day(provider_id=provider.id, day=day, issued_on=day, at=at)
            day += ONE_DAY
    return contract


def _register(scenario: Scenario, provider: Provider) -> Customer:
    client = scenario.client
    return register_customer(
        name=client.name,
        kind=CustomerKind.GROUP if client.group else CustomerKind.PRACTICE,
        siren=siren_like(f"{client.name} {provider.id}"),
        street="1 rue de l’Exemple",
        postal_code=client.postal_code,
        city="Commune",
        at=datetime.combine(scenario.contract.signed, time(8), ZoneInfo(provider.zone)),
    )


def _sign(agreement: Agreement, scenario: Scenario, customer: Customer, zone: ZoneInfo) -> Contract:
    at = datetime.combine(agreement.signed, time(9), zone)
    rate = rate_on(VatTreatment(zone_of(customer.postal_code)), agreement.signed).percent
    prepared = prepare_contract(
        customer_id=customer.id,
        offer=agreement.offer,
        starts_on=agreement.starts or agreement.signed,
        annual_price=agreement.annual_price,
        cadence=agreement.billing or "",
        payment_method=agreement.payment or "",
        vat_rate=rate,
        extras=_extras(agreement),
        at=at,
    )
    employees = scenario.client.employees
    signature = Signature(
        signed_on=agreement.signed,
        signed_at=agreement.signed_at,
        headcount=MORE_THAN_FIVE if employees is None else employees,
        is_main_activity=employees is None,
    )
    return sign_contract(contract_id=prepared.id, signature=signature, at=at)


def _extras(agreement: Agreement) -> Extras:
    pieces: dict[str, int] = {}
    for piece in agreement.equipment:
        pieces[piece.kind] = pieces.get(piece.kind, 0) + 1
    stated = agreement.backup
    backup = (
        BackupChoice(capacity_gb=stated.capacity_gb, retention=stated.retention) if stated else None
    )
    return Extras(
        options=dict.fromkeys(agreement.options),
        equipment=pieces,
        stated_months=agreement.months,
        backup=backup,
    )


def _receive(event: Payment, contract: Contract, at: datetime) -> None:
    """Money for an invoice, named by its place in the order of issue."""
    issued = Invoice.objects.filter(contract=contract, kind=InvoiceKind.INVOICE)
    rows = list(issued.order_by("year", "sequence")[: event.invoice])
    if len(rows) < event.invoice:
        raise NoSuchInvoice(
            _("Invoice %(place)s is not issued on %(day)s."),
            field="invoice",
            params={"place": event.invoice, "day": event.on.isoformat()},
        )
    settlement = Settlement.objects.get(invoice=rows[-1])
    left = settlement.gross_amount - settlement.paid_amount - settlement.credited_amount
    record_payment(
        invoice_id=rows[-1].id,
        amount=left if event.amount is None else event.amount,
        received_on=event.on,
        method=PaymentMethod(rows[-1].payment_method),
        request_key=uuid4().hex,
        at=at,
    )
