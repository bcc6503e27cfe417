"""Whole years walked day by day, and caught up at once, in two time zones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.models import Alert, Contract, ContractTerm, LinePrice, PriceRevision
from providers.daily import run_day, run_due_days
from providers.models import Provider
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider, a_signed_contract, an_index_value, noon

STEPS = [
    "contracts.operations.renewals.renew_and_end",
    "contracts.operations.revisions.revise_prices",
    "contracts.operations.deadlines.raise_alerts",
]


@pytest.fixture(autouse=True)
def contract_steps(settings: Any, db: None) -> None:
    settings.CLAUSIER_DAILY_STEPS = STEPS


def walk(provider: Provider, first_day: date, last_day: date, *, months: set[int]) -> None:
    """Every day around the ends of these months, where all that these contracts do happens."""
    day = first_day
    while day <= last_day:
        if day.month in months and (day.day <= 2 or day.day >= 27):
            run_day(provider_id=provider.id, day=day, issued_on=day, at=noon(day))
        day += timedelta(days=1)


def life(contract: Contract) -> dict[str, list[Any]]:
    """Everything the daily steps wrote about a contract, without ids."""
    rows = {
        "terms": ContractTerm.objects.filter(contract=contract).values_list(
            "number", "first_day", "last_day", "notice_deadline", "opened_on"
        ),
        "revisions": PriceRevision.objects.filter(contract=contract).values_list(
            "year", "revision_date", "status", "code", "old_price", "new_price", "latest_month"
        ),
        "prices": LinePrice.objects.filter(line__contract=contract).values_list(
            "applies_from", "annual_price"
        ),
        "contract": Contract.objects.filter(id=contract.id).values_list(
            "status", "term_number", "ends_on", "notice_deadline", "next_revision_on", "ended_on"
        ),
    }
    return {name: sorted(values) for name, values in rows.items()}


def publish_two_years_of_index() -> None:
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-05", "323.7", date(2026, 6, 30))
    an_index_value("2026-11", "328.4", date(2026, 12, 31))
    an_index_value("2027-05", "331.0", date(2027, 6, 30))
    an_index_value("2027-11", "327.0", date(2027, 12, 31))


@pytest.mark.parametrize("preset", ["micro-info-service", "integral-micro"])
def test_catching_up_at_once_equals_running_every_day(preset: str) -> None:
    """The same contracts at two providers: one is run each day, the other after two years."""
    lives = []
    for days in ("each", "last"):
        provider = a_provider(preset)
        with open_scope(provider.id):
            publish_two_years_of_index()
            contract = a_signed_contract(
                a_customer(), signed_on=date(2026, 1, 31), annual_price="1000.00"
            )
        first_day = date(2026, 1, 31) if days == "each" else date(2028, 2, 1)
        walk(provider, first_day, date(2028, 2, 1), months={12, 1, 2, 6, 7})
        with open_scope(provider.id):
            lives.append(life(contract))

    assert lives[0] == lives[1]
    assert lives[0]["revisions"]


def test_two_years_of_a_leap_day_contract() -> None:
    provider = a_provider("si-sante")
    with open_scope(provider.id):
        contract = a_signed_contract(
            a_customer(), signed_on=date(2028, 2, 29), annual_price="330.00"
        )
    walk(provider, date(2028, 2, 29), date(2030, 3, 1), months={2, 3, 9})
    with open_scope(provider.id):
        terms = life(contract)["terms"]
        reminders = sorted(Alert.objects.values_list("code", "key", "raised_on"))

    assert terms == [
        (1, date(2028, 2, 29), date(2029, 2, 27), date(2028, 11, 28), date(2028, 2, 29)),
        (2, date(2029, 2, 28), date(2030, 2, 27), date(2029, 11, 28), date(2029, 2, 28)),
        (3, date(2030, 2, 28), date(2031, 2, 27), date(2030, 11, 28), date(2030, 2, 28)),
    ]
    assert reminders == [
        ("notice_deadline", "2028-11-28", date(2028, 9, 29)),
        ("notice_deadline", "2029-11-28", date(2029, 9, 29)),
    ]


def test_the_new_year_comes_to_la_reunion_three_hours_before_it_comes_to_paris() -> None:
    """At 20:30 UTC on 31 December it is 2027 in Saint-Denis and still 2026 in Paris."""
    presets = {"Indian/Reunion": "reunion-informatique", "Europe/Paris": "micro-info-service"}
    providers = {zone: a_provider(preset) for zone, preset in presets.items()}
    contracts = {}
    for zone, provider in providers.items():
        with open_scope(provider.id):
            publish_two_years_of_index()
            postcode = "97490" if zone == "Indian/Reunion" else "83480"
            contracts[zone] = a_signed_contract(
                a_customer(postal_code=postcode),
                signed_on=date(2026, 2, 10),
                annual_price="1200.00",
            )
            Contract.objects.update(next_invoice_on=None)  # everything is invoiced
    instants = [datetime(2026, 12, 31, hour, 30, tzinfo=UTC) for hour in (19, 20, 22, 23)]

    seen: dict[str, list[tuple[str, int]]] = {zone: [] for zone in providers}
    for instant in instants:
        for zone, provider in providers.items():
            today = instant.astimezone(ZoneInfo(zone)).date()
            run_due_days(
                provider=provider,
                today=today,
                now=partial(datetime.fromtimestamp, instant.timestamp(), UTC),
            )
            with open_scope(provider.id):
                status = Contract.objects.get(id=contracts[zone].id).status
                seen[zone].append((status, PriceRevision.objects.count()))

    assert seen["Indian/Reunion"] == [("SIGNED", 0), ("ENDED", 0), ("ENDED", 0), ("ENDED", 0)]
    assert seen["Europe/Paris"] == [("SIGNED", 0), ("SIGNED", 0), ("SIGNED", 0), ("SIGNED", 1)]
    with open_scope(providers["Europe/Paris"].id):
        assert PriceRevision.objects.get().new_price == Decimal("1231.12")


def test_two_schedulers_and_a_day_run_again_change_nothing() -> None:
    provider = a_provider("micro-info-service")
    with open_scope(provider.id):
        publish_two_years_of_index()
        contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    days = (date(2027, 1, 1), date(2027, 8, 1), date(2028, 1, 1))

    for day in days:
        run_day(provider_id=provider.id, day=day, issued_on=day, at=noon(day))
    with open_scope(provider.id):
        once = life(contract), Alert.objects.count()
    for day in (*days, *reversed(days)):
        run_day(provider_id=provider.id, day=day, issued_on=day, at=noon(day))

    with open_scope(provider.id):
        assert (life(contract), Alert.objects.count()) == once
