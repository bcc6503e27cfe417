from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Alert, Contract, Parking
from contracts.operations.alerts import close_alert
from contracts.operations.deadlines import close_passed_alerts, raise_alerts
from contracts.operations.parking import AlreadyReleased, park, release
from contracts.operations.preparing import Extras
from contracts.operations.renewals import renew_and_end
from core.errors import DomainError
from providers.models import AuditEntry, Provider
from providers.tenancy import new_id
from tests.contracts.operations.test_sign_contract import broken_constraint
from tests.factories import a_customer, a_signed_contract, noon


def raise_on(provider: Provider, day: date) -> int:
    return raise_alerts(provider_id=provider.id, day=day, issued_on=day, at=noon(day))


def alerts() -> list[tuple[str, str, date]]:
    rows = Alert.objects.order_by("raised_on", "code")
    return list(rows.values_list("code", "key", "raised_on"))


def a_civil_year(signed_on: date) -> Contract:
    return a_signed_contract(
        a_customer(postal_code="97490"), signed_on=signed_on, annual_price="2400.00"
    )


def test_next_year_is_proposed_sixty_days_before_a_civil_year_ends(reunion: Provider) -> None:
    contract = a_civil_year(date(2026, 3, 17))

    assert raise_on(reunion, date(2026, 10, 31)) == 0
    assert [raise_on(reunion, date(2026, 11, 1)) for _again in range(2)] == [1, 0]
    assert raise_on(reunion, date(2026, 11, 2)) == 0

    assert alerts() == [("renewal_proposal", "2026-12-31", date(2026, 11, 1))]
    alert = Alert.objects.get()
    assert (alert.contract_id, alert.customer_id) == (contract.id, contract.customer_id)
    assert [reason["rule"] for reason in alert.reasons] == ["D1"]


def test_a_civil_year_signed_in_its_last_weeks_is_proposed_again_at_once(
    reunion: Provider,
) -> None:
    a_civil_year(date(2026, 12, 10))

    assert alerts() == [("renewal_proposal", "2026-12-31", date(2026, 12, 10))]


def test_the_notice_deadline_is_recalled_between_three_months_and_one_before(
    mis: Provider,
) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    assert contract.notice_deadline is not None
    reminded = contract.notice_deadline - timedelta(days=60)

    assert raise_on(mis, reminded - timedelta(days=1)) == 0
    assert [raise_on(mis, reminded) for _again in range(2)] == [1, 0]

    assert alerts() == [("notice_deadline", "2027-09-30", date(2027, 8, 1))]
    assert Alert.objects.get().reasons[0]["rule"] == "D17"


def test_a_renewed_term_whose_deadline_is_near_is_recalled_as_it_opens(
    integral: Provider,
) -> None:
    a_signed_contract(a_customer(), signed_on=date(2026, 1, 10), extras=Extras(stated_months=4))
    assert alerts() == [("notice_deadline", "2026-02-09", date(2026, 1, 10))]

    day = date(2026, 5, 10)
    renew_and_end(provider_id=integral.id, day=day, issued_on=day, at=noon(day))

    assert alerts()[1:] == [("notice_deadline", "2026-06-09", day)]


def test_an_alert_is_raised_once_by_its_key(reunion: Provider) -> None:
    a_civil_year(date(2026, 12, 10))

    copy = (
        "INSERT INTO contracts_alert (id, provider_id, customer_id, contract_id, code, key,"
        " raised_on, reasons) SELECT gen_random_uuid(), provider_id, customer_id, contract_id,"
        " code, key, raised_on, reasons FROM contracts_alert"
    )
    assert broken_constraint(copy) == "alert_once"


def test_a_contract_whose_end_is_known_is_not_recalled(mis: Provider) -> None:
    a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    Contract.objects.update(end_reason="notice", ended_on=date(2027, 12, 31))

    assert raise_on(mis, date(2027, 8, 1)) == 0


def test_a_person_closes_an_alert_once(reunion: Provider) -> None:
    a_civil_year(date(2026, 12, 10))
    alert, person = Alert.objects.get(), new_id()

    for day in (11, 12):
        close_alert(alert_id=alert.id, at=noon(date(2026, 12, day)), by=person)

    alert.refresh_from_db()
    assert alert.closed_at == noon(date(2026, 12, 11))
    assert AuditEntry.objects.filter(act="alert.closed").count() == 1


def test_a_day_with_nothing_due_reads_the_contracts_once(mis: Provider) -> None:
    a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))

    with CaptureQueriesContext(connection) as queries:
        raise_on(mis, date(2026, 6, 1))

    assert len([query for query in queries if "contracts_" in query["sql"]]) == 1


def test_a_parked_contract_is_left_alone_and_catches_up_when_released(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    error = DomainError("The price of %(what)s is unknown.", params={"what": "Noël"}, code="lost")
    day = date(2027, 7, 1)
    park(contract=contract, step="invoicing", error=error, day=day, at=noon(day))

    assert raise_on(mis, date(2027, 8, 1)) == 0
    parking = Parking.objects.get()
    assert (parking.step, parking.code, parking.parked_on) == ("invoicing", "lost", day)
    assert parking.message == "The price of Noël is unknown."
    assert (parking.template, parking.params) == (error.message, {"what": "Noël"})

    person = new_id()
    release(parking_id=parking.id, day=date(2027, 8, 20), at=noon(date(2027, 8, 20)), by=person)

    contract.refresh_from_db()
    parking.refresh_from_db()
    assert not contract.is_parked
    assert (parking.released_by, parking.released_at) == (person, noon(date(2027, 8, 20)))
    assert alerts() == [("notice_deadline", "2027-09-30", date(2027, 8, 20))]


def test_the_first_reason_of_a_parking_stays(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    day = date(2026, 3, 1)

    first = park(contract=contract, step="a", error=ValueError("x"), day=day, at=noon(day))
    second = park(contract=contract, step="b", error=ValueError("y"), day=day, at=noon(day))

    assert first is not None
    assert second is None
    assert Parking.objects.get().step == "a"
    assert AuditEntry.objects.filter(act="contract.parked").count() == 1
    copy = (
        "INSERT INTO contracts_parking (id, provider_id, customer_id, contract_id, step, code,"
        " message, template, params, parked_on, parked_at) SELECT gen_random_uuid(), provider_id,"
        " customer_id, contract_id, step, code, message, template, params, parked_on, parked_at"
        " FROM contracts_parking"
    )
    assert broken_constraint(copy) == "parked_once_at_a_time"


def test_a_contract_is_released_once_and_may_be_parked_again(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    day = date(2026, 3, 1)
    parking = park(contract=contract, step="a", error=ValueError("x"), day=day, at=noon(day))
    assert parking is not None

    release(parking_id=parking.id, day=day, at=noon(day))
    with pytest.raises(AlreadyReleased):
        release(parking_id=parking.id, day=day, at=noon(day))
    again = park(contract=contract, step="a", error=ValueError("z"), day=day, at=noon(day))

    assert again is not None


def test_an_alert_is_closed_once_its_day_is_over(reunion: Provider) -> None:
    contract = a_civil_year(date(2026, 12, 10))

    def close_on(day: date) -> int:
        return close_passed_alerts(provider_id=reunion.id, day=day, issued_on=day, at=noon(day))

    assert close_on(date(2026, 12, 31)) == 0, "the day itself still counts"
    assert [close_on(date(2027, 1, 1)) for _again in range(2)] == [1, 0]

    alert = Alert.objects.get()
    assert alert.closed_at == noon(date(2027, 1, 1))
    assert alert.reasons[-1]["formula"] == "le 31 décembre 2026 est passé"
    entry = AuditEntry.objects.get(act="alert.passed")
    assert (entry.subject_id, entry.actor_id) == (contract.pk, None)
