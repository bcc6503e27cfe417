"""What beat wakes: delivered twice, late or out of order, the same rows come out."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from billing.models import Invoice, InvoiceDocument
from billing.tasks import draw_waiting_documents
from providers.enums import ProviderStatus
from providers.models import DueWork, Provider
from providers.scoping import open_scope
from providers.tasks import run_provider_days, wake_due_providers
from tests.factories import a_customer, a_provider, a_signed_contract

pytestmark = pytest.mark.django_db
# 21:00 UTC on 31 December: one in the morning in La Réunion, ten in the evening in Paris.
NEW_YEAR_IN_REUNION = datetime(2026, 12, 31, 21, tzinfo=UTC)


def numbers(provider: Provider) -> list[tuple[str, date]]:
    with open_scope(provider.id):
        rows = Invoice.objects.order_by("year", "sequence")
        return list(rows.values_list("number", "issue_date"))


def done_until(provider: Provider, day: date) -> None:
    at = datetime(2026, 12, 30, 6, tzinfo=UTC)
    DueWork.objects.create(provider=provider, kind="daily", day=day, claimed_at=at, done_at=at)


def yearly(provider: Provider, starts_on: date) -> None:
    with open_scope(provider.id):
        a_signed_contract(
            a_customer(), signed_on=date(2026, 12, 20), starts_on=starts_on, cadence="yearly"
        )


@pytest.fixture
def reunion() -> Provider:
    provider = a_provider("micro-info-service", zone="Indian/Reunion")
    yearly(provider, date(2027, 1, 1))
    done_until(provider, date(2026, 12, 30))
    return provider


@pytest.fixture
def paris() -> Provider:
    provider = a_provider("micro-info-service", zone="Europe/Paris")
    yearly(provider, date(2027, 1, 1))
    done_until(provider, date(2026, 12, 30))
    return provider


def test_the_new_year_begins_earlier_in_la_reunion(reunion: Provider, paris: Provider) -> None:
    with time_machine.travel(NEW_YEAR_IN_REUNION, tick=False):
        assert wake_due_providers() == 2
    assert numbers(reunion) == [("F2027-00001", date(2027, 1, 1))]
    assert numbers(paris) == []
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        assert wake_due_providers() == 1
    assert numbers(paris) == [("F2027-00001", date(2027, 1, 1))]


def test_two_schedulers_and_late_deliveries_change_nothing(reunion: Provider) -> None:
    with time_machine.travel(NEW_YEAR_IN_REUNION, tick=False):
        for _ in range(2):
            wake_due_providers()
            run_provider_days(provider_id=str(reunion.id))
    with time_machine.travel(datetime(2027, 1, 3, 21, tzinfo=UTC), tick=False):
        run_provider_days(provider_id=str(reunion.id), spare="of a newer version")
        run_provider_days(provider_id=str(reunion.id))
    assert numbers(reunion) == [("F2027-00001", date(2027, 1, 1))]
    days = DueWork.objects.filter(provider=reunion).order_by("day").values_list("day", flat=True)
    assert list(days) == [date(2026, 12, 30), date(2026, 12, 31)] + [
        date(2027, 1, n) for n in (1, 2, 3, 4)
    ]
    assert not DueWork.objects.filter(done_at=None).exists()


def test_a_day_whose_worker_died_is_done_again(reunion: Provider) -> None:
    day = date(2027, 1, 1)
    DueWork.objects.create(
        provider=reunion, kind="daily", day=day, claimed_at=NEW_YEAR_IN_REUNION, done_at=None
    )
    with time_machine.travel(NEW_YEAR_IN_REUNION, tick=False):
        wake_due_providers()
    assert numbers(reunion) == [("F2027-00001", day)]
    assert not DueWork.objects.filter(done_at=None).exists()


def test_a_suspended_provider_is_left_alone(reunion: Provider) -> None:
    Provider.objects.filter(id=reunion.id).update(status=ProviderStatus.SUSPENDED)
    with time_machine.travel(NEW_YEAR_IN_REUNION, tick=False):
        assert wake_due_providers() == 0
    assert numbers(reunion) == []


def test_the_sweep_draws_every_waiting_document_once(reunion: Provider) -> None:
    with time_machine.travel(NEW_YEAR_IN_REUNION, tick=False):
        wake_due_providers()
        for _ in range(2):
            draw_waiting_documents()
    with open_scope(reunion.id):
        assert InvoiceDocument.objects.count() == Invoice.objects.count() == 1
