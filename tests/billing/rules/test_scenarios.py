"""The subscription invoices of the nine scenarios, from the presets, without a database."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from billing.rules.drafts import Draft
from billing.rules.forecast import InvoiceIssued, PriceRevised, TermOpened, forecast
from billing.rules.plan import due_drafts
from billing.rules.vat import zone_of
from contracts.rules.facts import ContractFacts, PriceChange, VatTreatment
from contracts.rules.index_table import IndexTable, Observation
from contracts.rules.presets import load_preset
from contracts.rules.terms import Terms
from tests.billing.rules.world import contract, line


@cache
def terms_of(preset: str, offer: str) -> Terms:
    return load_preset(preset).offers[offer].terms


def sold(preset: str, offer: str, annual: str, postal_code: str, **values: Any) -> ContractFacts:
    return contract(
        terms_of(preset, offer), annual, vat=VatTreatment(zone_of(postal_code)), **values
    )


def mis(annual: str, signed_on: date, **values: Any) -> ContractFacts:
    usual = {"payment_method": "direct_debit", "cadence": "yearly"}
    return sold(
        "micro-info-service", "maintenance", annual, "83480", signed_on=signed_on, **usual | values
    )


def published(*rows: tuple[str, str, date]) -> IndexTable:
    return IndexTable(
        Observation("revised", month, Decimal(value), day) for month, value, day in rows
    )


def issued(facts: ContractFacts, until: date, table: IndexTable | None = None) -> list[Draft]:
    """The invoices that the daily runs issue from the signature to a day."""
    months = (until.year - facts.signed_on.year) * 12 + until.month - facts.signed_on.month + 1
    events = forecast(facts, table or published(), facts.signed_on, months=months)
    return [e.draft for e in events if isinstance(e, InvoiceIssued) and e.day <= until]


def figures(draft: Draft) -> tuple[date, str, str, str, date]:
    totals = draft.totals
    return draft.issued_on, str(totals.net), str(totals.vat), str(totals.gross), draft.due_date


def test_mis_quarterly_starts_pro_rata_and_is_revised_in_january() -> None:
    facts = mis("1200.00", date(2026, 2, 10), cadence="quarterly")
    table = published(
        ("2025-12", "320.1", date(2026, 1, 30)), ("2026-11", "328.4", date(2026, 12, 31))
    )
    assert [figures(draft) for draft in issued(facts, date(2027, 1, 31), table)] == [
        (date(2026, 2, 10), "166.67", "33.33", "200.00", date(2026, 3, 15)),
        (date(2026, 4, 1), "300.00", "60.00", "360.00", date(2026, 4, 15)),
        (date(2026, 7, 1), "300.00", "60.00", "360.00", date(2026, 7, 15)),
        (date(2026, 10, 1), "300.00", "60.00", "360.00", date(2026, 10, 15)),
        (date(2027, 1, 1), "307.78", "61.56", "369.34", date(2027, 1, 15)),
    ]


def test_mis_first_invoice_explains_itself_in_french() -> None:
    facts = mis("1200.00", date(2026, 2, 10), cadence="quarterly")
    [draft] = due_drafts(facts, date(2026, 2, 10))
    said = {reason.rule: reason.formula.replace("\xa0", " ") for reason in draft.lines[0].reasons}
    assert said == {
        "P5": "1 200,00 € × 3 mois ÷ 12 mois = 300,00 €",
        "P1": "300,00 € × 50 j ÷ 90 j = 166,67 €",
    }
    assert {reason.clause for reason in draft.lines[0].reasons} == {"CGV art. 4"}
    assert [reason.rule for reason in draft.reasons] == ["P5", "B7", "B2"]


def test_mis_term_and_revision_are_in_the_forecast() -> None:
    facts = mis("1200.00", date(2026, 2, 10), cadence="quarterly")
    table = published(
        ("2025-12", "320.1", date(2026, 1, 30)), ("2026-11", "328.4", date(2026, 12, 31))
    )
    events = forecast(facts, table, date(2026, 2, 10))
    [first, second] = [event for event in events if isinstance(event, TermOpened)]
    assert (first.period.last_day, first.notice_deadline) == (date(2027, 12, 31), date(2027, 9, 30))
    assert (second.day, second.number) == (date(2028, 1, 1), 2)
    revisions = [event for event in events if isinstance(event, PriceRevised)]
    assert [str(event.revision.new_price) for event in revisions] == ["1231.12", "1231.12"]
    assert [event.at_unchanged_index for event in revisions] == [True, True]


def test_mis_monthly_of_the_amicable_end() -> None:
    facts = mis("1200.00", date(2026, 1, 15), cadence="monthly")
    drafts = issued(facts, date(2026, 9, 10))
    assert figures(drafts[0]) == (
        date(2026, 1, 15), "54.84", "10.97", "65.81", date(2026, 2, 15)
    )  # fmt: skip
    assert (drafts[0].first_day, drafts[0].last_day) == (date(2026, 1, 15), date(2026, 1, 31))
    assert figures(drafts[1])[:2] == (date(2026, 2, 1), "100.00")
    assert drafts[1].due_date == date(2026, 2, 15)
    assert len(drafts) == 9


def test_mis_notice_in_time_leaves_no_invoice_after_the_end() -> None:
    facts = mis("960.00", date(2026, 2, 10), last_day=date(2027, 12, 31))
    assert [draft.issue_day for draft in issued(facts, date(2028, 2, 1))] == [
        date(2026, 2, 10), date(2027, 1, 1)
    ]  # fmt: skip


def test_mis_notice_late_invoices_one_more_year() -> None:
    facts = mis("960.00", date(2026, 2, 10), last_day=date(2028, 12, 31))
    last = issued(facts, date(2029, 2, 1))[-1]
    assert figures(last) == (
        date(2028, 1, 1), "960.00", "192.00", "1152.00", date(2028, 1, 15)
    )  # fmt: skip


def test_reunion_cmp3_is_invoiced_once_for_the_civil_year() -> None:
    facts = sold(
        "reunion-informatique", "CMP3", "2400.00", "97490",
        signed_on=date(2026, 3, 10), starts_on=date(2026, 3, 17), payment_method="bank_transfer",
    )  # fmt: skip
    [draft] = issued(facts, date(2027, 2, 15))
    assert figures(draft) == (
        date(2026, 3, 17), "1906.85", "162.08", "2068.93", date(2026, 4, 16)
    )  # fmt: skip
    assert (draft.first_day, draft.last_day) == (date(2026, 3, 17), date(2026, 12, 31))


def test_reunion_cmp1_whole_civil_year() -> None:
    facts = sold(
        "reunion-informatique", "CMP1", "1200.00", "97460",
        signed_on=date(2025, 12, 20), starts_on=date(2026, 1, 1), payment_method="bank_transfer",
    )  # fmt: skip
    [draft] = issued(facts, date(2027, 1, 15))
    assert figures(draft)[:4] == (date(2026, 1, 1), "1200.00", "102.00", "1302.00")


def test_si_sante_price_includes_vat_and_is_due_on_order() -> None:
    facts = sold("si-sante", "support", "330.00", "69006", signed_on=date(2026, 3, 15))
    first, second = issued(facts, date(2027, 3, 31))
    assert figures(first) == (
        date(2026, 3, 15), "275.00", "55.00", "330.00", date(2026, 3, 15)
    )  # fmt: skip
    assert (second.issued_on, str(second.totals.gross)) == (date(2027, 3, 15), "330.00")


def test_si_sante_leap_day_keeps_its_anniversary() -> None:
    facts = sold("si-sante", "support", "330.00", "69003", signed_on=date(2028, 2, 29))
    assert [draft.first_day for draft in issued(facts, date(2032, 3, 1))] == [
        date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28),
        date(2032, 2, 29),
    ]  # fmt: skip


def test_integral_micro_half_yearly_is_issued_ahead_and_revised_in_july() -> None:
    facts = sold(
        "integral-micro", "maintenance", "1000.00", "75018",
        signed_on=date(2026, 4, 10), cadence="half-yearly", payment_method="bank_transfer",
    )  # fmt: skip
    table = published(
        ("2026-02", "321.0", date(2026, 3, 31)), ("2026-05", "323.7", date(2026, 6, 30))
    )
    first, second = issued(facts, date(2026, 12, 31), table)
    assert figures(first) == (
        date(2026, 4, 10), "500.00", "100.00", "600.00", date(2026, 4, 25)
    )  # fmt: skip
    assert figures(second) == (
        date(2026, 9, 25), "504.20", "100.84", "605.04", date(2026, 10, 10)
    )  # fmt: skip
    assert (second.first_day, second.last_day) == (date(2026, 10, 10), date(2027, 4, 9))


def test_integral_micro_period_after_an_amendment_is_at_the_new_price() -> None:
    prices = (
        PriceChange(date(2026, 4, 10), Decimal("1000.00")),
        PriceChange(date(2026, 7, 1), Decimal("1008.41")),
        PriceChange(date(2026, 11, 20), Decimal("1128.41")),
    )
    facts = sold(
        "integral-micro", "maintenance", "1000.00", "75018",
        signed_on=date(2026, 4, 10), cadence="half-yearly", payment_method="bank_transfer",
        lines=(line(1, "0", date(2026, 4, 10), prices=prices),),
    )  # fmt: skip
    third = issued(facts, date(2027, 4, 30))[2]
    assert (third.issue_day, str(third.totals.net)) == (date(2027, 3, 26), "564.21")
    assert (third.first_day, third.last_day) == (date(2027, 4, 10), date(2027, 10, 9))
