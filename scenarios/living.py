"""Living contracts day by day: signatures, events, the daily run, and payments by habit.

One provider's contracts live together: a day is run once for all of them, as in production. The
replay of a scenario file lives one contract, the demonstration those of a whole house.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from billing.enums import SettlementStatus
from billing.models import Settlement
from billing.operations.payments import record_payment
from billing.rules.vat import rate_on, zone_of
from contracts.enums import PaymentMethod
from contracts.models import Contract
from contracts.operations.preparing import BackupChoice, Extras, prepare_contract
from contracts.operations.scans import Scan
from contracts.operations.signing import Signature, sign_contract
from contracts.rules.facts import VatTreatment
from core.periods import ONE_DAY
from providers.daily import run_day
from providers.models import Customer, Provider
from providers.scoping import open_scope
from scenarios.events import happen
from scenarios.rules.file import Agreement, Habit, Scenario

MORE_THAN_FIVE = 6
Instant = Callable[[date], datetime]
Act = Callable[[date, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A scenario that one customer lives; one that is not signed only waits for a signature.

    `customer` is asked on the day the contract is prepared, and may then register it.
    """

    scenario: Scenario
    customer: Callable[[datetime], Customer]
    is_signed: bool = True
    signed_by: str = ""
    scan: Callable[[str, str], Scan] | None = None

    @property
    def begins(self) -> date:
        return self.scenario.contract.signed


@dataclass(slots=True)
class House:
    """The provider of the stories, and who of its people acts (None: nobody in particular)."""

    provider: Provider
    until: date
    seed: int = 0
    by: UUID | None = None
    each_day: Act | None = None
    at: Instant | None = None
    contracts: dict[UUID, Story] = field(default_factory=dict)

    def instant(self, day: date) -> datetime:
        if self.at is not None:
            return self.at(day)
        return datetime.combine(day, time(12), ZoneInfo(self.provider.zone))


def live(house: House, stories: list[Story]) -> None:
    """Sign each contract on its day, then live every day to the end; the caller's transaction."""
    beginning: dict[date, list[Story]] = defaultdict(list)
    for story in stories:
        beginning[story.begins].append(story)
    with open_scope(house.provider.id):
        for day in _days(min(beginning), house.until):
            at = house.instant(day)
            for story in beginning.get(day, ()):
                contract = _begin(story, at, house.by)
                house.contracts[contract.id] = story
            _one_day(house, day, at)


def _days(day: date, last: date) -> Iterator[date]:
    while day <= last:
        yield day
        day += ONE_DAY


def _one_day(house: House, day: date, at: datetime) -> None:
    for contract_id, story in house.contracts.items():
        for event in story.scenario.events:
            if event.on == day:
                happen(event, contract_id=contract_id, at=at, by=house.by)
    if house.each_day is not None:
        house.each_day(day, at)
    run_day(provider_id=house.provider.id, day=day, issued_on=day, at=at)
    _pay(house, day, at)


def _begin(story: Story, at: datetime, by: UUID | None) -> Contract:
    agreement, customer = story.scenario.contract, story.customer(at)
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
        by=by,
    )
    return _signed(prepared, story, at, by) if story.is_signed else prepared


def _signed(prepared: Contract, story: Story, at: datetime, by: UUID | None) -> Contract:
    agreement, employees = story.scenario.contract, story.scenario.client.employees
    signature = Signature(
        signed_on=agreement.signed,
        signed_by=story.signed_by,
        signed_at=agreement.signed_at,
        headcount=MORE_THAN_FIVE if employees is None else employees,
        is_main_activity=employees is None,
    )
    scan = story.scan(prepared.reference, story.signed_by) if story.scan else None
    return sign_contract(contract_id=prepared.id, signature=signature, scan=scan, at=at, by=by)


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


def _pay(house: House, day: date, at: datetime) -> None:
    """What is due is paid by the habit of its contract, if it has one."""
    habits = {
        key: story.scenario.habit
        for key, story in house.contracts.items()
        if story.scenario.habit is not None
    }
    if not habits:
        return
    owed = Settlement.objects.select_related("invoice").filter(
        status=SettlementStatus.OPEN, due_date__lte=day, invoice__contract__in=habits
    )
    for row in owed.order_by("due_date", "invoice__sequence"):
        habit = habits[row.invoice.contract_id] if row.invoice.contract_id else None
        if habit and (day - row.due_date).days >= patience(habit, row.invoice.number, house.seed):
            _receive_all(row, day, at, house.by)


def patience(habit: Habit, number: str, seed: int) -> int:
    """Days after the due date: the same seed and invoice give the same.

    >>> patience(Habit(pays_after=(20, 70)), "F2026-00001", 1) in range(20, 71)
    True
    """
    first, last = habit.pays_after
    return Random(f"{seed} {number}").randint(first, last)  # noqa: S311  a story, not a secret


def _receive_all(row: Settlement, day: date, at: datetime, by: UUID | None) -> None:
    record_payment(
        invoice_id=row.invoice_id,
        amount=row.remaining_amount,
        received_on=day,
        method=PaymentMethod(row.invoice.payment_method),
        request_key=f"habit-{row.invoice_id.hex}",
        at=at,
        actor_id=by,
    )
