"""The invoice run: what is due is issued once, in one series, whatever happens around it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Model

from billing.enums import SettlementStatus
from billing.models import Claim, Invoice, InvoiceLine, PreparedInvoice, SeriesCounter, Settlement
from billing.operations import issuing
from billing.operations.invoice_run import Run, invoice_due, issue_due
from billing.operations.releasing import release_prepared
from billing.rules.errors import IssueDateTooEarly
from billing.rules.forecast import InvoiceIssued
from contracts.models import Contract, Parking
from contracts.operations.parking import release
from core.periods import ONE_DAY, add_months
from portal.forecasting import forecast_of
from providers.daily import ClockWentAstray, due_days, run_day, run_due_days
from providers.enums import InvoicingMode
from providers.models import AuditEntry, DueWork, OutboxItem, Provider
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider, a_signed_contract, an_index_value, noon

pytestmark = pytest.mark.django_db
SIGNED = date(2026, 2, 10)


def mis_quarterly(provider: Provider) -> Contract:
    with open_scope(provider.id):
        return a_signed_contract(
            a_customer(), signed_on=SIGNED, cadence="quarterly", payment_method="direct_debit"
        )


def live(provider: Provider, first: date, last: date) -> None:
    day = first
    while day <= last:
        run_day(provider_id=provider.id, day=day, issued_on=day, at=noon(day))
        day += ONE_DAY


def issued(provider: Provider) -> list[tuple[str, date, Decimal]]:
    with open_scope(provider.id):
        rows = Invoice.objects.order_by("year", "sequence")
        return list(rows.values_list("number", "issue_date", "net_amount"))


def test_the_first_invoice_is_pro_rata_and_carries_everything() -> None:
    provider = a_provider()
    contract = mis_quarterly(provider)
    invoice_due(provider_id=provider.id, day=SIGNED, issued_on=SIGNED, at=noon(SIGNED))
    with open_scope(provider.id):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.net_amount, invoice.vat_amount, invoice.gross_amount) == (
            "F2026-00001", Decimal("166.67"), Decimal("33.33"), Decimal("200.00"),
        )  # fmt: skip
        assert invoice.due_date == date(2026, 3, 15)
        assert {why["rule"] for why in invoice.reasons} == {"P5", "B7", "B2"}
        line = invoice.lines.get()
        assert "300,00 € × 50 j ÷ 90 j = 166,67 €" in line.reasons[-1]["formula"].replace(
            "\xa0", " "
        )
        assert invoice.buyer["name"] == "Cabinet des Pins"
        assert invoice.seller["legal_name"] == "Atelier des Tilleuls"
        assert any(mention["code"] == "recovery_fee" for mention in invoice.mentions)
        assert Settlement.objects.get().status == SettlementStatus.OPEN
        assert Claim.objects.get().first_day == SIGNED
        assert OutboxItem.objects.get().subject_id == invoice.id
        assert AuditEntry.objects.filter(act="invoice.issued", subject_id=invoice.id).exists()
        assert Contract.objects.get(id=contract.id).next_invoice_on == date(2026, 4, 1)


def test_running_twice_issues_once() -> None:
    provider = a_provider()
    mis_quarterly(provider)
    for _ in range(3):
        live(provider, SIGNED, SIGNED)
    assert [number for number, _day, _net in issued(provider)] == ["F2026-00001"]


def test_the_columns_written_are_those_of_the_models() -> None:
    def columns(model: type[Model]) -> set[str | None]:
        return {field.column for field in model._meta.concrete_fields}

    assert set(issuing.INVOICE_COLUMNS) == columns(Invoice)
    assert set(issuing.LINE_COLUMNS) == columns(InvoiceLine)
    assert set(issuing.CLAIM_COLUMNS) == columns(Claim)
    # PostgreSQL fills these in, for COPY as for any other statement.
    by_default = {"transaction", "updated_at"}
    assert set(issuing.SETTLEMENT_COLUMNS) == columns(Settlement) - by_default
    assert set(issuing.AUDIT_COLUMNS) == columns(AuditEntry) - by_default
    assert set(issuing.OUTBOX_COLUMNS) == columns(OutboxItem)


def test_a_three_day_outage_is_caught_up_with_the_real_date() -> None:
    """The same periods, once, same amounts; the date, year and due date are the real ones."""
    provider = a_provider()
    mis_quarterly(provider)
    live(provider, SIGNED, date(2026, 12, 30))
    back = date(2027, 1, 3)
    DueWork.objects.create(
        provider=provider, kind="daily", day=date(2026, 12, 30),
        claimed_at=noon(SIGNED), done_at=noon(SIGNED),
    )  # fmt: skip
    reports = run_due_days(provider=provider, today=back, now=lambda: noon(back))
    assert [report.day for report in reports] == [date(2026, 12, 31)] + [
        date(2027, 1, 1) + timedelta(days=n) for n in range(3)
    ]
    with open_scope(provider.id):
        invoice = Invoice.objects.get(year=2027)
    assert (invoice.number, invoice.issue_date) == ("F2027-00001", back)
    assert (invoice.business_day, invoice.first_day) == (date(2027, 1, 1), date(2027, 1, 1))
    assert (invoice.net_amount, invoice.due_date) == (Decimal("300.00"), date(2027, 2, 15))
    assert run_due_days(provider=provider, today=back, now=lambda: noon(back)) == []


def test_days_out_of_order_give_the_same_invoices() -> None:
    late, clean = a_provider(), a_provider()
    for provider in (late, clean):
        mis_quarterly(provider)
    live(clean, SIGNED, date(2026, 7, 2))
    for day in (date(2026, 7, 2), date(2026, 4, 1), SIGNED, date(2026, 7, 1)):
        run_day(provider_id=late.id, day=day, issued_on=date(2026, 7, 2), at=noon(day))
    assert [net for _n, _d, net in issued(late)] == [net for _n, _d, net in issued(clean)]


def test_a_clock_that_goes_back_takes_no_number() -> None:
    provider = a_provider()
    mis_quarterly(provider)
    live(provider, SIGNED, SIGNED)
    with open_scope(provider.id):
        a_signed_contract(a_customer("Cabinet du Port"), signed_on=SIGNED)
    earlier = SIGNED - ONE_DAY
    with pytest.raises(IssueDateTooEarly):
        issue_due(Run(provider.id, SIGNED, earlier, noon(earlier)))
    assert len(issued(provider)) == 1
    with open_scope(provider.id):
        assert SeriesCounter.objects.get().last_number == 1


def test_a_clock_that_jumps_three_years_ahead_is_refused() -> None:
    provider = a_provider()
    DueWork.objects.create(
        provider=provider, kind="daily", day=SIGNED, claimed_at=noon(SIGNED), done_at=noon(SIGNED)
    )
    assert len(due_days(provider_id=provider.id, today=add_months(SIGNED, 36))) > 1000
    with pytest.raises(ClockWentAstray):
        due_days(provider_id=provider.id, today=add_months(SIGNED, 37))


def test_a_faulty_contract_is_parked_and_the_others_are_invoiced() -> None:
    provider = a_provider()
    with open_scope(provider.id):
        faulty = a_signed_contract(a_customer("Sans SIREN", siren=""), signed_on=SIGNED)
        a_signed_contract(a_customer("Avec SIREN"), signed_on=SIGNED)
    live(provider, SIGNED, SIGNED)
    assert [number for number, _day, _net in issued(provider)] == ["F2026-00001"]
    with open_scope(provider.id):
        parking = Parking.objects.get()
        assert (parking.contract_id, parking.step) == (faulty.id, "invoicing")
        assert "siren" in parking.message
        faulty.customer.siren = "404833048"
        faulty.customer.save()
        release(parking_id=parking.id, day=SIGNED, at=noon(SIGNED))
    live(provider, SIGNED, SIGNED)
    assert [number for number, _day, _net in issued(provider)] == ["F2026-00001", "F2026-00002"]


def test_a_contract_refused_by_the_database_is_parked_alone() -> None:
    """A chunk that fails in PostgreSQL is replayed contract by contract."""
    provider = a_provider()
    with open_scope(provider.id):
        sound = a_signed_contract(a_customer("Cabinet sain"), signed_on=SIGNED)
        faulty = a_signed_contract(a_customer("Cabinet fautif"), signed_on=SIGNED)
        live(provider, SIGNED, SIGNED)
        # Its claim stands, yet the contract is made due again: only the database can refuse it.
        first = Claim.objects.get(contract=faulty)
        Claim.objects.filter(id=first.id).update(last_day=date(2026, 12, 30))
        Claim.objects.filter(id=first.id).update(first_day=SIGNED + ONE_DAY)
        for contract in (sound, faulty):
            Contract.objects.filter(id=contract.id).update(next_invoice_on=date(2027, 1, 1))
        Claim.objects.filter(id=first.id).update(last_day=date(2027, 1, 5))
    live(provider, date(2027, 1, 1), date(2027, 1, 1))
    with open_scope(provider.id):
        parking = Parking.objects.get()
        assert parking.contract_id == faulty.id
        assert list(Invoice.objects.filter(year=2027).values_list("contract_id", flat=True)) == [
            sound.id
        ]
        assert SeriesCounter.objects.get(year=2027).last_number == 1


def test_on_approval_nothing_is_issued_until_a_person_releases() -> None:
    provider = a_provider(invoicing_mode=InvoicingMode.ON_APPROVAL)
    contract = mis_quarterly(provider)
    live(provider, SIGNED, date(2026, 4, 1))
    assert issued(provider) == []
    with open_scope(provider.id):
        waiting = PreparedInvoice.objects.order_by("first_day")
        assert [row.gross_amount for row in waiting] == [Decimal("200.00"), Decimal("360.00")]
    day = date(2026, 4, 3)
    for _ in range(2):
        release_prepared(provider_id=provider.id, contract_ids=[contract.id], day=day, at=noon(day))
    assert issued(provider) == [
        ("F2026-00001", day, Decimal("166.67")),
        ("F2026-00002", day, Decimal("300.00")),
    ]
    with open_scope(provider.id):
        assert not PreparedInvoice.objects.exists()


@pytest.mark.parametrize(
    ("preset", "cadence", "method"),
    [
        ("micro-info-service", "quarterly", "direct_debit"),
        ("micro-info-service", "monthly", "bank_transfer"),
        ("integral-micro", "half-yearly", "bank_transfer"),
        ("si-sante", "yearly", "cheque"),
        ("reunion-informatique", "yearly", "bank_transfer"),
    ],
)
def test_the_forecast_is_what_the_daily_runs_then_issue(
    preset: str, cadence: str, method: str
) -> None:
    """To the cent and the day, over twelve months with a revision inside."""
    provider = a_provider(preset)
    end = add_months(SIGNED, 12)
    price = "330.00" if preset == "si-sante" else "1000.00"
    with open_scope(provider.id):
        an_index_value("2025-12", "320.1", date(2026, 1, 30))
        an_index_value("2026-01", "321.7", date(2026, 2, 9))
        contract = a_signed_contract(
            a_customer(),
            signed_on=SIGNED,
            cadence=cadence,
            payment_method=method,
            annual_price=price,
        )
        events = forecast_of(contract, SIGNED, months=12)
    foreseen = [
        (event.draft.issue_day, event.draft.first_day, event.draft.due_date, *event.draft.totals)
        for event in events
        if isinstance(event, InvoiceIssued) and event.draft.issue_day < end
    ]
    live(provider, SIGNED, end - ONE_DAY)
    with open_scope(provider.id):
        columns = (
            "issue_date",
            "first_day",
            "due_date",
            "net_amount",
            "vat_amount",
            "gross_amount",
        )
        real = list(Invoice.objects.order_by("year", "sequence").values_list(*columns))
    assert foreseen == real
    assert real
