"""Two schedulers at the same contract: the second waits for the first and finds nothing to do."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import pytest

from contracts.models import Alert, ContractTerm, Offer, OfferVersion, Parking, PriceRevision
from contracts.operations.deadlines import raise_alerts
from contracts.operations.offers import publish_first_preset
from contracts.operations.renewals import renew_and_end
from contracts.operations.revisions import revise_prices
from contracts.rules.presets import load_preset
from providers.daily import Step
from providers.models import Customer
from providers.operations import CustomerAlreadyKnown
from providers.scoping import open_scope
from tests.factories import (
    a_customer,
    a_prepared_contract,
    a_provider,
    a_signed_contract,
    a_siren,
    an_index_value,
    noon,
)
from tests.harness.races import in_a_thread, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("step", "day"),
    [(renew_and_end, date(2028, 1, 1)), (revise_prices, date(2027, 1, 1))],
)
def test_a_second_run_waits_for_the_first_and_finds_nothing(step: Step, day: date) -> None:
    provider = a_provider("micro-info-service")
    with open_scope(provider.id):
        an_index_value("2025-12", "320.1", date(2026, 1, 30))
        an_index_value("2026-11", "328.4", date(2026, 12, 31))
        contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))

    def run() -> int:
        return step(provider_id=provider.id, day=day, issued_on=day, at=noon(day))

    with ThreadPoolExecutor(1) as pool:
        with open_scope(provider.id):
            first = run()
            second: Future[int] = pool.submit(in_a_thread, run)
            wait_until_somebody_waits()
        assert (first, second.result()) == (1, 0)

    with open_scope(provider.id):
        assert not Parking.objects.exists()
        terms = ContractTerm.objects.filter(contract=contract).count()
        assert (terms, PriceRevision.objects.count()) in {(2, 0), (1, 1)}


def test_an_alert_raised_by_two_runs_at_once_is_one_alert() -> None:
    provider = a_provider("micro-info-service")
    with open_scope(provider.id):
        a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    day = date(2027, 8, 1)

    def run() -> int:
        return raise_alerts(provider_id=provider.id, day=day, issued_on=day, at=noon(day))

    with ThreadPoolExecutor(1) as pool:
        with open_scope(provider.id):
            run()
            second: Future[int] = pool.submit(in_a_thread, run)
            wait_until_somebody_waits()
        second.result()

    with open_scope(provider.id):
        assert Alert.objects.count() == 1
        assert not Parking.objects.exists()


def test_references_prepared_at_once_differ() -> None:
    provider = a_provider("micro-info-service")
    with open_scope(provider.id):
        customer = a_customer()

    def prepare() -> int:
        with open_scope(provider.id):
            contract = a_prepared_contract(customer, starts_on=date(2026, 3, 1))
            return int(contract.reference.removeprefix("C2026-"))

    with ThreadPoolExecutor(1) as pool:
        with open_scope(provider.id):
            first = prepare()
            second: Future[int] = pool.submit(in_a_thread, prepare)
            wait_until_somebody_waits()
        assert (first, second.result()) == (1, 2)


def test_a_siren_registered_twice_at_once_is_refused_like_any_other() -> None:
    provider, siren = a_provider("micro-info-service"), a_siren()

    def register() -> int:
        with open_scope(provider.id):
            a_customer(siren=siren)
        return 1

    with ThreadPoolExecutor(1) as pool:
        with open_scope(provider.id):
            register()
            second: Future[int] = pool.submit(in_a_thread, register)
            wait_until_somebody_waits()
        with pytest.raises(CustomerAlreadyKnown):
            second.result()

    with open_scope(provider.id):
        assert Customer.objects.count() == 1


def test_a_preset_asked_for_twice_at_once_is_published_once() -> None:
    provider, preset, day = a_provider(""), load_preset("micro-info-service"), date(2026, 2, 10)

    def publish() -> None:
        with open_scope(provider.id):
            publish_first_preset(preset=preset, at=noon(day))

    with ThreadPoolExecutor(1) as pool:
        with open_scope(provider.id):
            publish()
            second: Future[None] = pool.submit(in_a_thread, publish)
            wait_until_somebody_waits()
        second.result()

    with open_scope(provider.id):
        assert Offer.objects.count() == OfferVersion.objects.count() == len(preset.offers)
