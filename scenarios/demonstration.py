"""Building the demonstration: contracts signed in the past, every day since then really run."""

from collections import defaultdict
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.enums import SettlementStatus
from billing.models import Settlement
from billing.operations.payments import record_payment
from billing.rules.vat import rate_on, zone_of
from contracts.enums import PaymentMethod
from contracts.operations.index_values import load_known_values
from contracts.operations.opening import open_provider
from contracts.operations.preparing import prepare_contract
from contracts.operations.scans import Scan
from contracts.operations.signing import Signature, sign_contract
from contracts.rules.facts import VatTreatment
from core.periods import ONE_DAY, add_months
from providers.daily import DAILY, run_day
from providers.enums import InvoicingMode, Role
from providers.models import Customer, DueWork, Provider, User
from providers.operations import IdentityDetails, add_contact, add_member, register_customer
from providers.scoping import open_scope
from scenarios.cast import (
    ACCOUNTING_FIRM,
    HOUSES,
    OPERATOR,
    PASSWORD,
    SERVED,
    House,
    Practice,
    email_of,
)
from scenarios.rules.invented import iban_like, siren_like, vat_number_like
from scenarios.scan import signed_scan

FOUNDED = date(2018, 1, 1)
LATE_DAYS, PROMPT_DAYS = 60, 12


def load_demonstration(*, today: date) -> list[Provider]:
    """Everything up to a day; the same day gives the same life."""
    User.objects.create_superuser(OPERATOR, PASSWORD, name="Opératrice de la plateforme")
    return [load_house(house, today=today) for house in HOUSES]


@transaction.atomic
def load_house(house: House, *, today: date) -> Provider:
    """One provider, its people and practices, lived day by day up to today."""
    provider = _open(house)
    zone = ZoneInfo(provider.zone)
    with open_scope(provider.id):
        opened = datetime.combine(FOUNDED, time(9), zone)
        load_known_values(at=opened)
        _people(house, opened)
        customers = {row.name: _customer(house, row, opened) for row in house.practices}
        _live(house, customers, provider, today=today)
    now = datetime.combine(today, time(6), zone)
    DueWork.objects.create(provider=provider, kind=DAILY, day=today, claimed_at=now, done_at=now)
    return provider


def _open(house: House) -> Provider:
    siren = siren_like(house.name)
    return open_provider(
        slug=house.slug,
        preset=house.preset,
        identity=IdentityDetails(
            legal_name=house.name,
            legal_form=house.legal_form,
            share_capital=Decimal(house.capital),
            siren=siren,
            rcs_city=house.rcs_city,
            street=house.street,
            postal_code=house.postal_code,
            city=house.city,
            vat_number=vat_number_like(siren),
            valid_from=FOUNDED,
        ),
        at=datetime.combine(FOUNDED, time(9), ZoneInfo("UTC")),
        trade_name=house.name,
        brand_color=house.color,
        phone=house.phone,
        email=f"contact@{house.slug}.example",
        iban=iban_like(house.name),
        bic="CLSRFRPP",
        invoicing_mode=InvoicingMode.AUTOMATIC,
        is_demonstration=True,
    )


def _people(house: House, at: datetime) -> None:
    roles = {
        Role.OWNER: house.owner,
        Role.MANAGER: house.manager,
        Role.TECHNICIAN: house.technician,
        Role.ACCOUNTANT: house.accountant,
    }
    for role, name in roles.items():
        add_member(email=email_of(name, house.slug), role=role, name=name, password=PASSWORD, at=at)


def _customer(house: House, practice: Practice, at: datetime) -> Customer:
    customer = register_customer(
        name=practice.name,
        kind=practice.kind,
        siren=siren_like(practice.name),
        street=practice.street,
        postal_code=practice.postal_code,
        city=practice.city,
        email=email_of("accueil", house.slug),
        at=at,
    )
    people = {Role.PRACTICE_MANAGER: practice.manager, Role.PRACTICE_STAFF: practice.staff}
    for role, name in people.items():
        if name:
            email = email_of(name, house.slug)
            add_contact(customer_id=customer.id, name=name, position=str(role.label), at=at)
            add_member(
                email=email, role=role, name=name, password=PASSWORD, customer_id=customer.id, at=at
            )
    if practice.name in SERVED:
        add_member(
            email=email_of(ACCOUNTING_FIRM, "delmas-expertise"),
            role=Role.PRACTICE_ACCOUNTANT,
            name=ACCOUNTING_FIRM,
            password=PASSWORD,
            customer_id=customer.id,
            at=at,
        )
    return customer


def _signed_on(practice: Practice, today: date) -> date:
    """The day of the month the cast names, clamped, so many months ago; never in the future."""
    month = add_months(today.replace(day=1), -practice.months_ago)
    return min(add_months(date(2024, 1, practice.day), _months_from_january(month)), today)


def _months_from_january(month: date) -> int:
    return (month.year - 2024) * 12 + month.month - 1


def _live(house: House, customers: dict[str, Customer], provider: Provider, *, today: date) -> None:
    """Sign each contract on its day and run every day since, payments included."""
    zone = ZoneInfo(provider.zone)
    signings: dict[date, list[Practice]] = defaultdict(list)
    for practice in house.practices:
        signings[_signed_on(practice, today)].append(practice)
    late = {customers[row.name].id for row in house.practices if row.pays_late}
    day = min(signings)
    while day <= today:
        at = datetime.combine(day, time(9), zone)
        for practice in signings.get(day, ()):
            _contract(practice, customers[practice.name], at)
        run_day(provider_id=provider.id, day=day, issued_on=day, at=at)
        _pay(late, day, at)
        day += ONE_DAY


def _contract(practice: Practice, customer: Customer, at: datetime) -> None:
    day = at.date()
    prepared = prepare_contract(
        customer_id=customer.id,
        offer=practice.offer,
        starts_on=day,
        annual_price=Decimal(practice.annual_price),
        cadence=practice.cadence,
        payment_method=practice.payment,
        vat_rate=rate_on(VatTreatment(zone_of(customer.postal_code)), day).percent,
        at=at,
    )
    if practice.is_signed:
        signed_by = practice.manager or practice.name
        signature = Signature(signed_on=day, signed_by=signed_by, headcount=8)
        scan = Scan(f"contrat-{prepared.reference}.pdf", signed_scan(prepared.reference, signed_by))
        sign_contract(contract_id=prepared.id, signature=signature, scan=scan, at=at)


def _pay(late: set[UUID], day: date, at: datetime) -> None:
    """Most pay some days after the due date, a few two months later."""
    owed = Settlement.objects.select_related("invoice").filter(status=SettlementStatus.OPEN)
    for row in owed.order_by("due_date", "id"):
        patience = LATE_DAYS if row.customer_id in late else PROMPT_DAYS
        if (day - row.due_date).days >= patience - PROMPT_DAYS:
            record_payment(
                invoice_id=row.invoice_id,
                amount=row.gross_amount,
                received_on=day,
                method=PaymentMethod(row.invoice.payment_method),
                request_key=f"demonstration-{row.invoice_id.hex}",
                at=at,
            )
