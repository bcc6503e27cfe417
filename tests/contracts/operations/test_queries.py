from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts import queries
from contracts.models import Contract
from contracts.operations.revisions import revise_prices
from contracts.operations.signing import SIGNED_CONTRACT
from contracts.queries import prices_in_force, sheet_of, terms_by_hash, terms_of
from providers.models import Provider
from providers.scoping import open_scope
from tests.factories import (
    a_customer,
    a_prepared_contract,
    a_signed_contract,
    an_index_value,
    noon,
)

DAY = date(2026, 2, 10)


def test_the_same_terms_are_read_once(mis: Provider) -> None:
    customer = a_customer()
    first, second = (a_signed_contract(customer, signed_on=DAY) for _one in range(2))

    assert terms_of(first) is terms_of(second)
    with CaptureQueriesContext(connection) as captured:
        found = terms_by_hash([first.terms_hash, second.terms_hash])
    assert (len(found), len(captured)) == (1, 0)


def test_terms_this_process_never_read_cost_one_query(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=DAY)
    queries._read.clear()

    with CaptureQueriesContext(connection) as captured:
        found = terms_by_hash([contract.terms_hash, "f" * 64])

    assert len(captured) == 1
    assert found == {contract.terms_hash: terms_of(contract)}


def test_the_shelf_of_terms_has_an_end(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=DAY)
    terms = terms_of(contract)
    for number in range(queries.MOST_TERMS_KEPT + 5):
        queries._keep(f"{number:064d}", terms)

    assert len(queries._read) == queries.MOST_TERMS_KEPT
    queries._read.clear()


def test_one_contract_is_read_whole_in_a_constant_number_of_queries(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=DAY)

    with CaptureQueriesContext(connection) as captured:
        sheet = sheet_of(contract, day=DAY)

    assert len(captured) == 5
    assert sheet.annual_price == Decimal("1200.00")
    assert [term.number for term in sheet.term_rows] == [1]
    assert [document.kind for document in sheet.documents] == [SIGNED_CONTRACT]
    assert (sheet.revisions, sheet.open_alerts, sheet.parking) == ([], [], None)


def test_a_contract_to_sign_shows_the_prices_it_was_prepared_with(mis: Provider) -> None:
    contract = a_prepared_contract(a_customer(), starts_on=DAY, annual_price="990.00")

    sheet = sheet_of(contract, day=DAY)

    assert sheet.annual_price == Decimal("990.00")
    assert sheet.lines[0].applies_from is None


def test_a_practice_reads_its_own_contract_and_nobody_elses(mis: Provider) -> None:
    contract = a_signed_contract(a_customer("Cabinet des Pins"), signed_on=DAY)
    other = a_signed_contract(a_customer("Cabinet du Port"), signed_on=DAY)

    with open_scope(mis.id, contract.customer_id):
        assert sheet_of(Contract.objects.get(), day=DAY).annual_price == Decimal("1200.00")
        assert not prices_in_force([other.id], DAY)


def test_a_price_is_that_of_the_periods_that_start_on_the_day(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-11", "328.4", date(2026, 12, 31))
    contract = a_signed_contract(a_customer(), signed_on=DAY)
    new_year = date(2027, 1, 1)
    revise_prices(provider_id=mis.id, day=new_year, issued_on=new_year, at=noon(new_year))

    for day, price in ((date(2026, 12, 31), "1200.00"), (new_year, "1231.12")):
        assert sheet_of(contract, day=day).annual_price == Decimal(price)
