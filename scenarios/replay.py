"""Replaying a contract's life, day by day, through the product's own operations and daily run."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from contracts.models import Contract
from contracts.operations.index_values import record_index_value
from contracts.operations.opening import open_provider
from providers.enums import CustomerKind, InvoicingMode
from providers.models import Customer, Provider
from providers.operations import IdentityDetails, register_customer
from providers.scoping import open_scope
from scenarios.living import House, Story, live
from scenarios.rules.file import Scenario
from scenarios.rules.invented import siren_like, vat_number_like
from scenarios.rules.matching import failures
from scenarios.timeline import Entry, timeline_of


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
    """Live one contract to the end, in the caller's transaction."""
    with open_scope(provider.id):
        customer = _register(scenario, provider)
    house = House(provider, until)
    live(house, [Story(scenario=scenario, customer=lambda _at: customer)])
    with open_scope(provider.id):
        return Contract.objects.get()


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
