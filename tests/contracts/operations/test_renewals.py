from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.enums import ContractStatus, EndReason
from contracts.models import Contract, ContractTerm, Parking
from contracts.operations import chunks
from contracts.operations.preparing import Extras
from contracts.operations.renewals import renew_and_end
from providers.models import AuditEntry, Provider
from providers.scoping import open_scope
from tests.contracts.operations.test_sign_contract import broken_constraint
from tests.factories import a_customer, a_provider, a_signed_contract, noon


def renew(provider: Provider, day: date) -> int:
    return renew_and_end(provider_id=provider.id, day=day, issued_on=day, at=noon(day))


def everything_is_invoiced() -> None:
    """What the invoice step leaves of a contract that has no more to invoice."""
    Contract.objects.update(next_invoice_on=None)


def terms(contract: Contract) -> list[tuple[int, date, date, date | None]]:
    rows = ContractTerm.objects.filter(contract=contract).order_by("number")
    return [(row.number, row.first_day, row.last_day, row.notice_deadline) for row in rows]


def test_a_contract_is_renewed_the_day_after_its_term_and_not_before(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))

    assert renew(mis, date(2027, 12, 31)) == 0
    assert renew(mis, date(2028, 1, 1)) == 1

    contract.refresh_from_db()
    assert terms(contract)[1:] == [(2, date(2028, 1, 1), date(2028, 12, 31), date(2028, 9, 30))]
    assert (contract.term_number, contract.ends_on) == (2, date(2028, 12, 31))
    assert contract.notice_deadline == date(2028, 9, 30)
    assert contract.status == ContractStatus.SIGNED


def test_renewing_twice_changes_nothing(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))

    assert [renew(mis, date(2028, 1, 1)) for _again in range(2)] == [1, 0]

    assert len(terms(contract)) == 2
    assert AuditEntry.objects.filter(act="contract.renewed").count() == 1


def test_a_term_is_opened_once(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    copy = (
        "INSERT INTO contracts_contractterm (id, provider_id, customer_id, contract_id, number,"
        " first_day, last_day, opened_on, reasons) SELECT gen_random_uuid(), provider_id,"
        " customer_id, contract_id, number, first_day, last_day, opened_on, reasons"
        " FROM contracts_contractterm WHERE contract_id = %s"
    )

    assert broken_constraint(copy, contract.id) == "term_once"
    backwards = "UPDATE contracts_contractterm SET last_day = first_day - 1 WHERE contract_id = %s"
    assert broken_constraint(backwards, contract.id) == "term_ends_after_it_starts"


def test_several_missed_terms_are_opened_one_by_one(si_sante: Provider) -> None:
    leap_day = date(2028, 2, 29)
    late = a_signed_contract(a_customer(), signed_on=leap_day, annual_price="330.00")
    on_time = a_signed_contract(a_customer(), signed_on=leap_day, annual_price="330.00")
    for day in (date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28)):
        Contract.objects.filter(id=late.id).update(is_parked=True)
        renew(si_sante, day)
    Contract.objects.filter(id=late.id).update(is_parked=False)
    renew(si_sante, date(2032, 2, 29))

    assert terms(late) == terms(on_time)
    assert [(first, last) for _number, first, last, _deadline in terms(late)] == [
        (date(2028, 2, 29), date(2029, 2, 27)),
        (date(2029, 2, 28), date(2030, 2, 27)),
        (date(2030, 2, 28), date(2031, 2, 27)),
        (date(2031, 2, 28), date(2032, 2, 28)),
        (date(2032, 2, 29), date(2033, 2, 27)),
    ]


def test_months_stated_in_the_contract_are_those_of_each_renewal(integral: Provider) -> None:
    contract = a_signed_contract(
        a_customer(), signed_on=date(2026, 1, 31), extras=Extras(stated_months=1)
    )

    renew(integral, date(2026, 3, 30))
    assert len(terms(contract)) == 2
    renew(integral, date(2026, 3, 31))

    assert [(first, last) for _number, first, last, _deadline in terms(contract)] == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
    ]


def test_a_civil_year_ends_by_itself_with_its_clause(reunion: Provider) -> None:
    contract = a_signed_contract(
        a_customer(postal_code="97490"), signed_on=date(2026, 3, 10), annual_price="2400.00"
    )
    everything_is_invoiced()

    assert renew(reunion, date(2026, 12, 31)) == 0
    assert [renew(reunion, date(2027, 1, 1)) for _again in range(2)] == [1, 0]

    contract.refresh_from_db()
    assert contract.status == ContractStatus.ENDED
    assert (contract.ended_on, contract.end_recorded_on) == (date(2026, 12, 31), date(2027, 1, 1))
    assert contract.end_reason == EndReason.CIVIL_YEAR
    assert [reason["rule"] for reason in contract.end_reasons] == ["D1"]
    assert len(terms(contract)) == 1


def test_the_end_waits_for_the_invoice_that_a_person_has_not_released(reunion: Provider) -> None:
    contract = a_signed_contract(
        a_customer(postal_code="97490"), signed_on=date(2026, 3, 10), annual_price="2400.00"
    )

    assert renew(reunion, date(2027, 1, 1)) == 0
    contract.refresh_from_db()
    assert contract.status == ContractStatus.SIGNED

    everything_is_invoiced()
    assert renew(reunion, date(2027, 2, 1)) == 1
    contract.refresh_from_db()
    assert (contract.ended_on, contract.end_recorded_on) == (date(2026, 12, 31), date(2027, 2, 1))


def test_other_terms_without_renewal_end_with_the_term(db: None) -> None:
    provider = a_provider(
        "si-sante", overrides={"duration": {"tacit_renewal": False}, "notice": None}
    )
    with open_scope(provider.id):
        contract = a_signed_contract(
            a_customer(), signed_on=date(2026, 3, 15), annual_price="330.00"
        )
        everything_is_invoiced()
        renew(provider, date(2027, 3, 15))
        contract.refresh_from_db()

    assert (contract.ended_on, contract.end_reason) == (date(2027, 3, 14), EndReason.TERM_OVER)
    assert [reason["rule"] for reason in contract.end_reasons] == ["D2"]


def test_a_contract_whose_end_is_known_opens_no_other_term(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    Contract.objects.filter(id=contract.id).update(
        ended_on=contract.ends_on, end_reason=EndReason.NOTICE, end_recorded_on=date(2027, 9, 1)
    )
    Contract.objects.update(next_revision_on=date(2028, 1, 1))
    everything_is_invoiced()

    renew(mis, date(2028, 1, 1))

    contract.refresh_from_db()
    assert (contract.status, contract.end_reason) == (ContractStatus.ENDED, EndReason.NOTICE)
    assert contract.end_recorded_on == date(2027, 9, 1)
    assert len(terms(contract)) == 1


def test_a_faulty_contract_is_parked_and_the_others_go_on(
    mis: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    customer = a_customer()
    contracts = [a_signed_contract(customer, signed_on=date(2026, 2, 10)) for _one in range(3)]
    faulty = contracts[1]
    broken = {**faulty.terms, "duration": {"kind": "until_the_cows_come_home"}}
    Contract.objects.filter(id=faulty.id).update(terms=broken, terms_hash="0" * 64)

    assert renew(mis, date(2028, 1, 1)) == 2

    parking = Parking.objects.get()
    assert (parking.contract_id, parking.step) == (faulty.id, "renewals")
    assert parking.code == "TermsRefused"
    assert "duration" in parking.message
    assert [len(terms(contract)) for contract in contracts] == [2, 1, 2]


def test_a_chunk_takes_as_many_queries_as_one_contract(mis: Provider) -> None:
    customer = a_customer()
    a_signed_contract(customer, signed_on=date(2026, 2, 10))
    with CaptureQueriesContext(connection) as one:
        renew(mis, date(2028, 1, 1))
    for _one in range(5):
        a_signed_contract(customer, signed_on=date(2027, 2, 10))
    Contract.objects.filter(term_number=2).update(is_parked=True)
    with CaptureQueriesContext(connection) as five:
        renew(mis, date(2029, 1, 1))

    assert len(five) == len(one)


def test_a_day_with_nothing_due_reads_the_contracts_once(mis: Provider) -> None:
    a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))

    with CaptureQueriesContext(connection) as queries:
        renew(mis, date(2026, 6, 1))

    reads = [query["sql"] for query in queries if "contracts_" in query["sql"]]
    assert len(reads) == 1
