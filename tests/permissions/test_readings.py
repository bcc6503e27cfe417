"""Who read what of a practice is kept, whatever page showed it (decision 0008).

Derived from the resolver: a page whose address names something of a practice leaves a reading, and
so does a list that a program reads. A parameter nobody has sorted fails.
"""

from typing import Any

import pytest
from django.urls import reverse

from contracts.models import Contract
from portal import readings
from providers.acts import is_reading
from providers.models import AuditEntry
from providers.scoping import open_scope
from tests.permissions.asking import Desk, arguments
from tests.permissions.expected import OK, got
from tests.permissions.routes import Route, routes
from tests.permissions.world import World

OF_A_PRACTICE = {
    "contact_id",
    "contract_id",
    "customer_id",
    "document_id",
    "equipment_id",
    "invoice_id",
    "mail_id",
    "parking_id",
    "payment_id",
    "person_id",
    "person_invitation_id",
    "revision_id",
    "site_id",
}
OF_THE_PROVIDER = {
    "draft_id",
    "event",
    "import_id",  # what it brings in is read on the pages of the customers
    "import_kind",
    "invitation_id",
    "job_id",  # its files are noted as exports, with their period
    "key",
    "kind",
    "member_id",
    "notification_id",
    "offer",
    "offer_id",
    "section",
    "token_id",
    "version_id",
    "view_id",
}
# A name and a warning, before a visit that is noted page by page.
WITHOUT = {"workshop:see_as"}
STAFF = {"workshop", "field", "api"}
RULED = [route for route in routes() if route.rule is not None and route.rule.side in STAFF]
READ = [route for route in RULED if route.rule and "GET" in route.rule.methods]
ABOUT_ONE = [
    route for route in READ if OF_A_PRACTICE & set(route.parameters) and route.name not in WITHOUT
]
LISTS = [
    route
    for route in READ
    if route.rule
    and route.rule.side == "api"
    and not route.parameters
    and route.name != "api_offers"
]


def _name(route: Route) -> str:
    return route.label


def test_every_parameter_is_sorted() -> None:
    known = OF_A_PRACTICE | OF_THE_PROVIDER
    assert {name for route in RULED for name in route.parameters} - known == set()


def foreseen(world: World, route: Route) -> dict[str, Any]:
    """A parked contract has no forecast to read: the other one that is signed."""
    if route.name != "api_forecast":
        return {}
    with open_scope(world.providers["a"].pk):
        signed = Contract.objects.in_force().filter(customer=world.practices["a1"].customer_id)
        return {"contract_id": next(row.pk for row in signed if not row.is_parked)}


def read_by_the_owner(desk: Desk, world: World, route: Route) -> list[AuditEntry]:
    """What is kept of one look by provider A's owner, or by its program."""
    assert route.rule is not None
    is_api = route.rule.side == "api"
    actor = world.actors["token-a" if is_api else "a-owner"]
    given = arguments(route, "" if is_api else "a", "a1", world)
    path = reverse(route.name, kwargs={**given, **foreseen(world, route)})
    kept: list[AuditEntry] = []
    with open_scope(world.providers["a"].pk):
        before = set(AuditEntry.objects.values_list("pk", flat=True))

    def look() -> None:
        with open_scope(world.providers["a"].pk):
            kept.extend(row for row in AuditEntry.objects.exclude(pk__in=before))

    answer, _text = desk.ask(actor, "GET", path, look=look)
    assert got(answer.status_code, answer.get("Location", ""), side=route.rule.side) == OK
    return [row for row in kept if is_reading(row.act)]


@pytest.mark.parametrize("route", ABOUT_ONE, ids=_name)
def test_a_page_about_something_of_a_practice_is_noted(
    desk: Desk, world: World, route: Route
) -> None:
    found = read_by_the_owner(desk, world, route)
    assert found, f"nothing says that {route.label} was read"
    own = world.practices["a1"].customer_id
    assert {row.customer_id for row in found} <= {own, None}


@pytest.mark.parametrize("route", LISTS, ids=_name)
def test_a_list_that_a_program_reads_is_noted(desk: Desk, world: World, route: Route) -> None:
    found = read_by_the_owner(desk, world, route)
    assert [row.act for row in found] == [f"{route.name.removeprefix('api_')}.listed"]
    assert "token" in found[0].detail


def test_a_page_that_keeps_nothing_is_found(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check sees the fault it is there for."""

    def forget(*given: Any, **named: Any) -> None:
        """Keep nothing."""

    monkeypatch.setattr(readings, "record_read", forget)
    client = next(route for route in ABOUT_ONE if route.name == "field:client")
    assert read_by_the_owner(desk, world, client) == []
