"""The daily step that revises prices on the Syntec index (P7–P9)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Final
from uuid import UUID

from contracts.enums import RevisionStatus
from contracts.models import Alert, Contract, LinePrice, PriceRevision
from contracts.operations.chunks import work_through
from contracts.operations.kept import kept
from contracts.operations.trail import record_all
from contracts.queries import (
    PricedLine,
    index_table,
    last_applied_revisions,
    prices_in_force,
    terms_by_hash,
)
from contracts.rules.index_table import OLD, REVISED, IndexTable, series_of
from contracts.rules.indexation import (
    LastApplied,
    Revision,
    SyntecIndexation,
    UsedIndex,
    revise,
)
from contracts.rules.terms import Terms
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.reasons import reasons_as_json
from providers.queries import profile
from providers.scoping import open_scope
from providers.tenancy import new_id

STEP: Final = "revisions"
STATUS: Final = {
    "applied": RevisionStatus.APPLIED,
    "unchanged": RevisionStatus.UNCHANGED,
    "held": RevisionStatus.HELD,
}


class NotIndexed(DomainError):
    """A contract that is due for a revision which its terms do not have."""


def revise_prices(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """Revise the prices of each contract whose revision day has come; return how many revisions.

    A late run uses what was published on each revision day, so that catching up gives what the
    run of that day would have given. A contract is revised once a year, whatever came of it (P9).
    """
    with open_scope(provider_id):
        due = Contract.objects.to_revise(day).order_by("next_revision_on", "id")
        ids = list(due.values_list("id", flat=True))
        world = World.of_open_provider() if ids else None
    if world is None:
        return 0
    return work_through(
        provider_id=provider_id,
        ids=ids,
        do=partial(_revise_chunk, world=world, day=day, at=at),
        step=STEP,
        day=issued_on,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class World:
    """What every revision of a provider's day looks at."""

    table: IndexTable
    accepts_estimates: bool

    @classmethod
    def of_open_provider(cls) -> "World":
        return cls(index_table(), accepts_estimates=profile().is_demonstration)


@dataclass(slots=True)
class _Standing:
    """Where one contract stands between two revisions."""

    contract: Contract
    indexation: SyntecIndexation
    prices: dict[UUID, Decimal]
    last_applied: LastApplied | None

    def revised(self, day: date, world: World) -> Revision:
        revision = revise(
            self.indexation,
            day=day,
            agreed_on=kept(self.contract.signed_on, "signed_on"),
            prices={str(line_id): price for line_id, price in self.prices.items()},
            table=world.table,
            last_applied=self.last_applied,
            accepts_estimates=world.accepts_estimates,
        )
        self.last_applied = revision.last_applied or self.last_applied
        self.prices = {UUID(line.key): line.new_price for line in revision.lines}
        return revision


def _revise_chunk(ids: Sequence[UUID], *, world: World, day: date, at: datetime) -> int:
    due = Contract.objects.to_revise(day).filter(id__in=ids).defer("terms").order_by("id")
    contracts = list(due.select_for_update())
    written: list[tuple[Contract, Revision]] = []
    for first_day, rows in _by_next_revision(contracts).items():
        for standing in standings(rows, day=first_day, table=world.table):
            written += [
                (standing.contract, revision) for revision in _catch_up(standing, world, day)
            ]
    _write(written, day=day, at=at)
    return len(written)


def _by_next_revision(contracts: Sequence[Contract]) -> dict[date, list[Contract]]:
    days: dict[date, list[Contract]] = defaultdict(list)
    for contract in contracts:
        days[kept(contract.next_revision_on, "next_revision_on")].append(contract)
    return days


def _catch_up(standing: _Standing, world: World, day: date) -> list[Revision]:
    """Every revision day up to this one, each as if run on time."""
    revisions, contract = [], standing.contract
    while (due := contract.next_revision_on) is not None and due <= day:
        revisions.append(standing.revised(due, world))
        contract.next_revision_on = standing.indexation.next_revision_day(due)
    return revisions


def standings(contracts: Sequence[Contract], *, day: date, table: IndexTable) -> list[_Standing]:
    """The contracts at one revision day: prices in force, and the last revision applied."""
    ids = [contract.id for contract in contracts]
    terms = terms_by_hash({contract.terms_hash for contract in contracts})
    prices, applied = prices_in_force(ids, day), last_applied_revisions(ids, before=day)
    standings = []
    for contract in contracts:
        indexation = _indexed(terms[contract.terms_hash])
        standings.append(
            _Standing(
                contract=contract,
                indexation=indexation,
                prices=_revised_prices(indexation, prices[contract.id]),
                last_applied=_last_applied(contract, indexation, applied.get(contract.id), table),
            )
        )
    return standings


def _indexed(terms: Terms) -> SyntecIndexation:
    if isinstance(terms.indexation, SyntecIndexation):
        return terms.indexation
    raise NotIndexed(_("The terms of this contract have no price revision."))


def _revised_prices(
    indexation: SyntecIndexation, lines: Sequence[PricedLine]
) -> dict[UUID, Decimal]:
    return {
        line.line_id: line.annual_price
        for line in lines
        if line.kind.lower() in indexation.revised_lines
    }


def _last_applied(
    contract: Contract,
    indexation: SyntecIndexation,
    row: PriceRevision | None,
    table: IndexTable,
) -> LastApplied | None:
    """The last applied revision as the rule knows it, its index in the contract's series (P10)."""
    if row is None:
        return None
    agreed = table.latest_on(kept(contract.signed_on, "signed_on"))
    month = f"{kept(row.latest_month, 'latest_month'):%Y-%m}"
    series = agreed.series if agreed else series_of(month)
    is_linked = series == OLD and series_of(month) == REVISED
    index = UsedIndex(
        series=series,
        month=month,
        value=kept(row.latest_value, "latest_value"),
        published=kept(row.latest_published_on, "latest_published_on"),
        coefficient=indexation.link_coefficient if is_linked else Decimal(1),
    )
    return LastApplied(row.revision_date, index)


def _write(written: Sequence[tuple[Contract, Revision]], *, day: date, at: datetime) -> None:
    rows = [(contract, revision, _row(contract, revision, day)) for contract, revision in written]
    PriceRevision.objects.bulk_create(row for _contract, _revision, row in rows)
    LinePrice.objects.bulk_create(
        price
        for contract, revision, row in rows
        for price in new_prices(contract, revision, row.id)
    )
    Alert.objects.bulk_create(
        (
            _alert(contract, revision, day)
            for contract, revision, _row in rows
            if revision.outcome == "held"
        ),
        ignore_conflicts=True,
    )
    _move_on([contract for contract, _revision in written])
    record_all(
        "price.revised",
        (
            (
                contract,
                {
                    "day": str(revision.day),
                    "outcome": revision.outcome,
                    "old_price": str(revision.old_price),
                    "new_price": str(revision.new_price),
                },
            )
            for contract, revision in written
        ),
        at=at,
    )


def _row(contract: Contract, revision: Revision, recorded_on: date) -> PriceRevision:
    return PriceRevision(
        id=new_id(),
        customer_id=contract.customer_id,
        contract_id=contract.id,
        year=revision.day.year,
        revision_date=revision.day,
        recorded_on=recorded_on,
        **outcome_columns(revision),
    )


def outcome_columns(revision: Revision) -> dict[str, object]:
    """What came of a revision: both indices, both prices, why."""
    columns: dict[str, object] = {
        "status": STATUS[revision.outcome],
        "code": revision.code,
        "old_price": revision.old_price,
        "new_price": revision.new_price,
        "reasons": reasons_as_json(revision.reasons),
    }
    for name, index in (("base", revision.base), ("latest", revision.latest)):
        columns |= {
            f"{name}_month": date.fromisoformat(f"{index.month}-01") if index else None,
            f"{name}_value": index.value if index else None,
            f"{name}_published_on": index.published if index else None,
        }
    return columns


def new_prices(contract: Contract, revision: Revision, revision_id: UUID) -> list[LinePrice]:
    """P8: the price of the periods that start on the revision day or later."""
    if revision.outcome != "applied":
        return []
    return [
        LinePrice(
            customer_id=contract.customer_id,
            line_id=UUID(line.key),
            applies_from=revision.day,
            annual_price=line.new_price,
            revision_id=revision_id,
            reasons=reasons_as_json(line.reasons),
        )
        for line in revision.lines
    ]


def _alert(contract: Contract, revision: Revision, day: date) -> Alert:
    return Alert(
        customer_id=contract.customer_id,
        contract_id=contract.id,
        code=revision.code,
        key=str(revision.day.year),
        raised_on=day,
        reasons=reasons_as_json(revision.reasons),
    )


def _move_on(contracts: Sequence[Contract]) -> None:
    same_day: dict[date | None, set[UUID]] = defaultdict(set)
    for contract in contracts:
        same_day[contract.next_revision_on].add(contract.id)
    for next_day, ids in same_day.items():
        Contract.objects.filter(id__in=ids).update(next_revision_on=next_day)
