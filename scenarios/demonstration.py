"""Building the demonstration: houses founded in the past, every day since then really lived.

Nothing is written around the product: customers, contracts, invoices, payments and alerts come
from its own operations and daily run, on the days the files of the cast say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation

from contracts.operations.index_values import load_known_values
from contracts.operations.opening import open_provider
from contracts.operations.scans import Scan
from core.periods import ONE_DAY
from fleet.enums import EquipmentKind
from fleet.operations import add_equipment, add_site
from providers.daily import DAILY
from providers.enums import InvoicingMode, Role
from providers.models import Customer, DueWork, Provider, User
from providers.operations import IdentityDetails, add_contact, add_member, register_customer
from providers.scoping import open_scope
from scenarios import living
from scenarios.cast import (
    ACCOUNTING_FIRM,
    ACCOUNTING_FIRM_EMAIL,
    OPERATOR,
    PASSWORD,
    SERVED,
    domain_of,
    email_of,
    houses,
    lives,
    staff_names,
)
from scenarios.rules.house import House, Practice, Stage, scenarios_of
from scenarios.rules.invented import iban_like, siren_like, vat_number_like
from scenarios.scan import signed_scan
from scenarios.staff import Staff

FOUNDED = date(2018, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for: up to which day, over how many months, which luck, which houses."""

    today: date
    months: int = 18
    seed: int = 1
    slugs: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage:
        return Stage(self.today, self.months)

    @property
    def houses(self) -> list[House]:
        return [house for house in houses() if not self.slugs or house.slug in self.slugs]


def load_operator() -> User:
    return User.objects.create_superuser(OPERATOR, PASSWORD, name="Opératrice de la plateforme")


def load_demonstration(plan: Plan) -> Iterator[Provider]:
    """Each house of the plan in turn; the same plan gives the same life."""
    load_operator()
    for house in plan.houses:
        yield load_house(house, plan)


@transaction.atomic
def load_house(house: House, plan: Plan) -> Provider:
    """One provider, its people and practices, lived day by day up to today."""
    provider = _open(house)
    zone = ZoneInfo(provider.zone)
    opened = datetime.combine(plan.stage.first_day - ONE_DAY, time(9), zone)
    with open_scope(provider.id):
        load_known_values(at=opened)
        members = _people(house, opened)
        staff = Staff(house=house, members=members, plan_seed=plan.seed, until=plan.today)
        staff.found(opened)
        stories = [
            story for row in house.practices for story in _stories(house, row, plan, members)
        ]
    living.live(
        living.House(
            provider,
            plan.today,
            seed=plan.seed,
            by=members[Role.MANAGER],
            each_day=staff.work,
            at=lambda day: _morning(day, plan.today, zone),
        ),
        stories,
    )
    now = datetime.combine(plan.today, time(0, 5), zone)
    DueWork.objects.create(
        provider=provider, kind=DAILY, day=plan.today, claimed_at=now, done_at=now
    )
    return provider


def _morning(day: date, today: date, zone: ZoneInfo) -> datetime:
    """People work at nine; the last day is done as it begins, so that nothing is still to come."""
    return datetime.combine(day, time(9) if day < today else time(0, 5), zone)


def _open(house: House) -> Provider:
    siren = siren_like(house.name)
    return open_provider(
        slug=house.slug,
        preset=house.preset,
        identity=IdentityDetails(
            legal_name=house.name,
            legal_form=house.legal_form,
            share_capital=house.capital,
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


def _people(house: House, at: datetime) -> dict[Role, UUID]:
    return {
        role: add_member(
            email=email_of(name, house.slug), role=role, name=name, password=PASSWORD, at=at
        ).user_id
        for role, name in staff_names(house).items()
    }


def _stories(
    house: House, practice: Practice, plan: Plan, members: dict[Role, UUID]
) -> Iterator[living.Story]:
    """A practice, registered as it signs for the first time, and each contract it lives."""
    newcomer = _Newcomer(practice, members[Role.MANAGER])
    for scenario in scenarios_of(house, practice, lives()[practice.life], plan.stage):
        yield living.Story(
            scenario=scenario,
            customer=newcomer.registered,
            is_signed=not practice.waits,
            signed_by=practice.people[0].name,
            scan=_scan,
        )


@dataclass(slots=True)
class _Newcomer:
    """A practice of the cast, registered once: with its people, its sites and its equipment."""

    practice: Practice
    by: UUID
    known: Customer | None = None

    def registered(self, at: datetime) -> Customer:
        if self.known is None:
            self.known = _customer(self.practice, at, self.by)
        return self.known


def _scan(reference: str, signed_by: str) -> Scan:
    return Scan(f"contrat-{reference}.pdf", signed_scan(reference, signed_by))


def _customer(practice: Practice, at: datetime, by: UUID) -> Customer:
    customer = register_customer(
        name=practice.name,
        kind=practice.kind,
        siren=siren_like(practice.name),
        street=practice.street,
        postal_code=practice.postal_code,
        city=practice.city,
        email=f"accueil@{domain_of(practice)}.example",
        phone=practice.people[-1].phone,
        at=at,
        by=by,
    )
    _contacts(practice, customer, at, by)
    _fleet(practice, customer, at, by)
    return customer


def _contacts(practice: Practice, customer: Customer, at: datetime, by: UUID) -> None:
    for person in practice.people:
        email = email_of(person.name, domain_of(practice))
        add_contact(
            customer_id=customer.id, name=person.name, position=person.position,
            email=email, phone=person.phone, at=at, by=by,
        )  # fmt: skip
        if person.role:
            add_member(
                email=email, role=person.role, name=person.name, password=PASSWORD,
                customer_id=customer.id, at=at,
            )  # fmt: skip
    if practice.name in SERVED:
        add_member(
            email=ACCOUNTING_FIRM_EMAIL,
            role=Role.PRACTICE_ACCOUNTANT,
            name=ACCOUNTING_FIRM,
            password=PASSWORD,
            customer_id=customer.id,
            at=at,
        )


def _fleet(practice: Practice, customer: Customer, at: datetime, by: UUID) -> None:
    """Sites, and each piece of equipment at one of them in turn."""
    sites = [
        add_site(
            customer_id=customer.id, name=name, street=practice.street, city=practice.city,
            postal_code=practice.postal_code, at=at, by=by,
        ).id
        for name in practice.sites
    ]  # fmt: skip
    for kind, count in practice.equipment.items():
        with translation.override("fr"):
            label = str(EquipmentKind(kind).label).capitalize()
        for number in range(count):
            add_equipment(
                customer_id=customer.id,
                kind=kind,
                label=f"{label} {number + 1}" if count > 1 else label,
                site_id=sites[number % len(sites)] if sites else None,
                at=at,
                by=by,
            )
