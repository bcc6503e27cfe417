from datetime import date
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contracts.enums import RevisionStatus
from contracts.models import Alert, Contract, LinePrice, Parking, PriceRevision
from contracts.operations.preparing import Extras
from contracts.operations.revisions import revise_prices
from providers.models import AuditEntry, Provider, ProviderProfile
from tests.contracts.operations.test_sign_contract import broken_constraint
from tests.factories import a_customer, a_signed_contract, an_index_value, noon

SIGNED = date(2026, 2, 10)
NEW_YEAR = date(2027, 1, 1)


def revise(provider: Provider, day: date) -> int:
    return revise_prices(provider_id=provider.id, day=day, issued_on=day, at=noon(day))


def revisions(contract: Contract) -> list[tuple[int, str, str, Decimal, Decimal]]:
    rows = PriceRevision.objects.filter(contract=contract).order_by("year")
    return [(row.year, row.status, row.code, row.old_price, row.new_price) for row in rows]


def prices(contract: Contract) -> list[tuple[str, date, Decimal]]:
    rows = LinePrice.objects.filter(line__contract=contract)
    return sorted(rows.values_list("line__code", "applies_from", "annual_price"))


@pytest.fixture
def published(mis: Provider) -> Provider:
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-11", "328.4", date(2026, 12, 31))
    return mis


def test_the_price_follows_the_index_on_the_revision_day(published: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    assert revise(published, date(2026, 12, 31)) == 0
    assert revise(published, NEW_YEAR) == 1

    row = PriceRevision.objects.get()
    assert (row.year, row.revision_date, row.recorded_on) == (2027, NEW_YEAR, NEW_YEAR)
    assert (row.status, row.code) == (RevisionStatus.APPLIED, "")
    assert (row.old_price, row.new_price) == (Decimal("1200.00"), Decimal("1231.12"))
    assert (row.base_month, row.base_value) == (date(2025, 12, 1), Decimal("320.10"))
    assert (row.latest_month, row.latest_value) == (date(2026, 11, 1), Decimal("328.40"))
    assert (row.base_published_on, row.latest_published_on) == (
        date(2026, 1, 30),
        date(2026, 12, 31),
    )
    assert row.reasons[0]["clause"] == "CGV art. 3.2"
    assert prices(contract) == [
        ("base", SIGNED, Decimal("1200.00")),
        ("base", NEW_YEAR, Decimal("1231.12")),
    ]
    assert LinePrice.objects.get(applies_from=NEW_YEAR).revision_id == row.id
    contract.refresh_from_db()
    assert contract.next_revision_on == date(2028, 1, 1)


def test_revising_twice_changes_nothing(published: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    assert [revise(published, NEW_YEAR) for _again in range(2)] == [1, 0]

    assert len(prices(contract)) == 2
    assert AuditEntry.objects.filter(act="price.revised").count() == 1


def test_a_contract_is_revised_once_a_year_whatever_the_job_believes(published: Provider) -> None:
    """Even if its next day were wound back, the constraint refuses and the contract is parked."""
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)
    revise(published, NEW_YEAR)
    Contract.objects.filter(id=contract.id).update(next_revision_on=NEW_YEAR)

    assert revise(published, date(2027, 1, 2)) == 0

    assert Parking.objects.get().code == "IntegrityError"
    assert len(revisions(contract)) == 1
    copy = (
        "INSERT INTO contracts_pricerevision (id, provider_id, customer_id, contract_id, year,"
        " revision_date, status, code, old_price, new_price, recorded_on, reasons) SELECT"
        " gen_random_uuid(), provider_id, customer_id, contract_id, year, revision_date, status,"
        " code, old_price, new_price, recorded_on, reasons FROM contracts_pricerevision"
    )
    assert broken_constraint(copy) == "revision_once_a_year"
    again = (
        "INSERT INTO contracts_lineprice (id, provider_id, customer_id, line_id, applies_from,"
        " annual_price, reasons) SELECT gen_random_uuid(), provider_id, customer_id, line_id,"
        " applies_from, annual_price, reasons FROM contracts_lineprice LIMIT 1"
    )
    assert broken_constraint(again) == "line_price_once"


def test_each_recurring_line_is_rounded_on_its_own(published: Provider) -> None:
    contract = a_signed_contract(
        a_customer(),
        signed_on=SIGNED,
        annual_price="100.01",
        extras=Extras(options={"hosting": Decimal("33.33")}),
    )

    revise(published, NEW_YEAR)

    assert prices(contract) == [
        ("base", SIGNED, Decimal("100.01")),
        ("base", NEW_YEAR, Decimal("102.60")),
        ("hosting", SIGNED, Decimal("33.33")),
        ("hosting", NEW_YEAR, Decimal("34.19")),
    ]
    assert revisions(contract)[0][3:] == (Decimal("133.34"), Decimal("136.79"))


def test_a_falling_index_lowers_the_price(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-11", "310.0", date(2026, 12, 31))
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    revise(mis, NEW_YEAR)

    assert revisions(contract)[0][1:] == (
        RevisionStatus.APPLIED,
        "",
        Decimal("1200.00"),
        Decimal("1162.14"),
    )


def test_no_newer_index_leaves_the_price_and_keeps_the_reason(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    revise(mis, NEW_YEAR)

    assert revisions(contract)[0][1:3] == (RevisionStatus.UNCHANGED, "no_newer_index")
    assert len(prices(contract)) == 1
    assert not Alert.objects.exists()


def test_a_contract_lives_without_any_known_index(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    revise(mis, NEW_YEAR)

    row = PriceRevision.objects.get()
    assert revisions(contract)[0][1:3] == (RevisionStatus.UNCHANGED, "no_index")
    assert (row.base_month, row.latest_month) == (None, None)


def test_the_next_revision_starts_from_the_last_one_applied(published: Provider) -> None:
    """2028 has no newer index; 2029 runs from the index of 2027 over the months since."""
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)
    revise(published, NEW_YEAR)
    revise(published, date(2028, 1, 1))
    an_index_value("2028-11", "340.0", date(2028, 12, 29))
    revise(published, date(2029, 1, 1))

    assert [(year, status) for year, status, *_prices in revisions(contract)] == [
        (2027, RevisionStatus.APPLIED),
        (2028, RevisionStatus.UNCHANGED),
        (2029, RevisionStatus.APPLIED),
    ]
    row = PriceRevision.objects.get(year=2029)
    assert (row.base_month, row.old_price) == (date(2026, 11, 1), Decimal("1231.12"))
    assert row.new_price == Decimal("1274.61")


def test_a_late_run_gives_what_the_runs_on_time_would_have_given(published: Provider) -> None:
    """What was published since is not known on the day that is caught up."""
    on_time = a_signed_contract(a_customer(), signed_on=SIGNED)
    revise(published, NEW_YEAR)
    an_index_value("2026-12", "329.0", date(2027, 1, 29))
    an_index_value("2027-11", "333.3", date(2027, 12, 31))
    revise(published, date(2028, 1, 1))
    late = a_signed_contract(a_customer(), signed_on=SIGNED)

    assert revise(published, date(2028, 3, 15)) == 2

    assert revisions(late) == revisions(on_time)
    assert prices(late) == prices(on_time)
    late.refresh_from_db()
    assert late.next_revision_on == date(2029, 1, 1)


def test_a_span_longer_than_the_price_has_stood_holds_the_revision(mis: Provider) -> None:
    an_index_value("2025-10", "318.0", date(2025, 11, 28))
    an_index_value("2026-11", "328.4", date(2026, 12, 31))
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    revise(mis, NEW_YEAR)

    assert revisions(contract)[0][1:3] == (RevisionStatus.HELD, "index_period_too_long")
    assert len(prices(contract)) == 1
    alert = Alert.objects.get()
    assert (alert.code, alert.key) == ("index_period_too_long", "2027")
    assert "L112-1" in alert.reasons[0]["clause"]


def test_a_guessed_publication_holds_a_real_revision(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-11", "328.4", date(2026, 12, 31), is_estimated=True)
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    revise(mis, NEW_YEAR)

    assert revisions(contract)[0][1:3] == (RevisionStatus.HELD, "index_estimated")
    assert Alert.objects.get().code == "index_estimated"


def test_the_demonstration_accepts_a_guessed_publication(mis: Provider) -> None:
    ProviderProfile.objects.update(is_demonstration=True)
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-11", "328.4", date(2026, 12, 31), is_estimated=True)
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    revise(mis, NEW_YEAR)

    assert revisions(contract)[0][1] == RevisionStatus.APPLIED


def test_a_contract_of_the_old_series_stays_linked_to_it_year_after_year(mis: Provider) -> None:
    an_index_value("2021-11", "276.9", date(2021, 12, 31), series="old")
    an_index_value("2022-11", "289.9", date(2022, 12, 30))
    an_index_value("2023-11", "307.0", date(2023, 12, 29))
    a_signed_contract(a_customer(), signed_on=date(2022, 1, 10), annual_price="1000.00")

    revise(mis, date(2023, 1, 1))
    revise(mis, date(2024, 1, 1))

    first, second = PriceRevision.objects.order_by("year")
    # 289.9 × 0.97975 = 284.029525, over 276.9; then both values linked: their ratio alone.
    assert (first.latest_value, first.new_price) == (Decimal("289.90"), Decimal("1025.75"))
    assert (second.base_value, second.new_price) == (Decimal("289.90"), Decimal("1086.25"))
    assert "289,90 × 0,97975" in second.reasons[0]["formula"].replace("\xa0", " ")


def test_july_contracts_are_revised_in_july(integral: Provider) -> None:
    an_index_value("2026-02", "321.0", date(2026, 3, 31))
    an_index_value("2026-05", "323.7", date(2026, 6, 30))
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 4, 10), annual_price="1000.00")

    revise(integral, date(2026, 7, 1))

    assert revisions(contract)[0] == (
        2026,
        RevisionStatus.APPLIED,
        "",
        Decimal("1000.00"),
        Decimal("1008.41"),
    )


def test_only_the_kinds_of_lines_that_the_terms_name_are_revised(published: Provider) -> None:
    contract = a_signed_contract(
        a_customer(), signed_on=SIGNED, extras=Extras(options={"hosting": Decimal("100.00")})
    )
    terms = contract.terms
    terms["indexation"]["revised_lines"] = ["base"]
    Contract.objects.filter(id=contract.id).update(terms=terms, terms_hash="1" * 64)

    revise(published, NEW_YEAR)

    assert [code for code, day, _price in prices(contract) if day == NEW_YEAR] == ["base"]
    assert revisions(contract)[0][3] == Decimal("1200.00")


def test_a_day_with_nothing_due_reads_the_contracts_once(published: Provider) -> None:
    a_signed_contract(a_customer(), signed_on=SIGNED)

    with CaptureQueriesContext(connection) as queries:
        revise(published, date(2026, 6, 1))

    assert len([query for query in queries if "contracts_" in query["sql"]]) == 1


def test_a_chunk_takes_as_many_queries_as_one_contract(published: Provider) -> None:
    customer = a_customer()
    a_signed_contract(customer, signed_on=SIGNED)
    with CaptureQueriesContext(connection) as one:
        revise(published, NEW_YEAR)
    for _one in range(5):
        a_signed_contract(customer, signed_on=date(2027, 3, 1))
    an_index_value("2027-11", "333.3", date(2027, 12, 31))
    Contract.objects.filter(signed_on=SIGNED).update(is_parked=True)
    with CaptureQueriesContext(connection) as five:
        revise(published, date(2028, 1, 1))

    assert len(five) == len(one)


def test_prices_are_never_edited(published: Provider) -> None:
    a_signed_contract(a_customer(), signed_on=SIGNED)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        LinePrice.objects.update(annual_price=Decimal(1))
