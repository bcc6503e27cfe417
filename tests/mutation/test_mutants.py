"""Each filter of access is taken out alone: the matrix notices (T4), the walls hold without it."""

from collections.abc import Iterator

import pytest

from tests.mutation.mutants import DOORS, RIGHTS, ROWS, Mutant
from tests.permissions.asking import Desk, cases_of
from tests.permissions.expected import ROLE, Case, expected
from tests.permissions.routes import routes
from tests.permissions.world import World

pytestmark = pytest.mark.long

RULED = [route for route in routes() if route.rule is not None]
# Who reads for a whole house, for a practice, without money, by a program.
READERS = {
    "a-owner", "a-technician", "a1-practice_manager", "a1-practice_staff", "token-a", "token-a1",
}  # fmt: skip
# Not noticed when the walls are down: found through a row that is narrowed itself or by the
# person they belong to, read on no page, or of a practice that has no page of them.
FOUND_OTHERWISE = {
    "billing.Claim", "billing.InvoiceDocument", "billing.InvoiceLine", "billing.SeriesCounter",
    "billing.Settlement", "contracts.ContractLine", "contracts.ContractTerm",
    "contracts.LinePrice", "imports.ImportRow", "imports.ImportTable", "portal.ListExport",
    "portal.RecentCustomer", "portal.SavedView", "portal.SentForm", "providers.AuditSeal",
    "providers.HistoryRow", "providers.JobItem", "providers.JobPart", "providers.KeptAnswer",
    "providers.Notification", "providers.OutboxItem", "providers.RefusedAddress",
    "providers.TrailHead",
}  # fmt: skip
ON_NO_PAGE_OF_A_PRACTICE = {
    "billing.PreparedInvoice", "billing.SetAside", "contracts.Alert", "contracts.Parking",
    "contracts.PriceRevision", "fleet.Site", "providers.Contact", "providers.Invitation",
}  # fmt: skip


def _by_right(world: World, mutant: Mutant) -> Iterator[Case]:
    """Whatever is refused for want of the right."""
    for route in RULED:
        if route.rule and route.rule.capability == mutant.capability and route.rule.side != "api":
            cases = (case for case in cases_of(route, world) if case.method in route.rule.methods)
            yield from (case for case in cases if expected(case, world) == ROLE)


def _at_doors(world: World) -> Iterator[Case]:
    for route in RULED:
        for case in cases_of(route, world):
            if route.rule and case.method in route.rule.methods:
                yield case


def _reading(world: World) -> Iterator[Case]:
    """At home, about what is theirs and what is not."""
    for case in _at_doors(world):
        is_home = case.place in ("", *dict(case.actor.memberships))
        if case.method == "GET" and case.actor.name in READERS and is_home:
            yield case


def _first_fault(desk: Desk, cases: Iterator[Case]) -> str:
    return next((fault for case in cases for fault in desk.answer(case)), "")


@pytest.mark.parametrize("mutant", RIGHTS, ids=lambda mutant: mutant.name)
def test_a_right_that_is_not_asked_for_is_noticed(desk: Desk, world: World, mutant: Mutant) -> None:
    refused = list(_by_right(world, mutant))
    with mutant.alive():
        assert _first_fault(desk, iter(refused))


@pytest.mark.parametrize("mutant", DOORS, ids=lambda mutant: mutant.name)
def test_a_door_that_stands_open_is_noticed(desk: Desk, world: World, mutant: Mutant) -> None:
    with mutant.alive():
        cases = (case for case in _at_doors(world) if case.route.rule.side == mutant.side)  # type: ignore[union-attr]
        assert _first_fault(desk, cases)


@pytest.mark.parametrize("mutant", ROWS, ids=lambda mutant: mutant.name)
def test_rows_that_are_not_narrowed_are_noticed_and_held_back(
    desk: Desk, world: World, walls: bool, mutant: Mutant
) -> None:
    with mutant.alive():
        fault = _first_fault(desk, _reading(world))
    if walls:
        assert not fault
    else:
        assert bool(fault) != _is_found_otherwise(mutant)


def _is_found_otherwise(mutant: Mutant) -> bool:
    tables = FOUND_OTHERWISE | (ON_NO_PAGE_OF_A_PRACTICE if mutant.is_of_practice else set())
    return mutant.table in tables
