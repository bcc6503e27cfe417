"""The months to come of one contract, by the rules that will run them; nothing is written."""

from dataclasses import replace
from datetime import date

from billing.operations.loading import load_contracts, seller_on
from billing.rules.forecast import Event, forecast
from contracts.models import Contract
from contracts.operations.revisions import standings
from contracts.queries import index_table
from contracts.rules.facts import ContractFacts
from contracts.rules.index_table import IndexTable
from core.periods import ONE_DAY

MONTHS = 24


def forecast_of(contract: Contract, day: date, *, months: int = MONTHS) -> list[Event]:
    """Terms, revisions and invoices from a day on. Errors: those that would park the contract."""
    table = index_table()
    facts = load_contracts([contract.pk], seller=seller_on(day))[0].facts
    return forecast(_revised_so_far(facts, contract, table), table, day, months=months)


def _revised_so_far(facts: ContractFacts, contract: Contract, table: IndexTable) -> ContractFacts:
    """The facts with the last revision that the next one starts from (P7)."""
    if contract.next_revision_on is None:
        return facts
    standing = standings([contract], day=contract.next_revision_on, table=table)[0]
    return replace(
        facts,
        last_applied=standing.last_applied,
        revised_until=contract.next_revision_on - ONE_DAY,
    )
