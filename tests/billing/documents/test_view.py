"""The view says what the frozen copy says, and refuses what no document may say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest

from billing.documents.snapshot import IssuedSnapshot
from billing.documents.view import IncoherentDocument, from_issued
from tests.billing.documents import samples


def test_the_view_holds_typed_values() -> None:
    view = from_issued(samples.one_line())
    assert view.net_amount == Decimal("1906.85")
    assert view.gross_amount == Decimal("2068.93")
    assert (view.first_day, view.last_day) == (date(2026, 3, 17), date(2026, 12, 31))
    assert view.lines[0].reasons[0].clause == "Contrat CMP3, « Facturation »"
    assert view.seller.share_capital == Decimal("10000.00")
    assert view.title == "Facture F2026-00001 – LΣGON INFORMATIQUΣ"


def test_vat_is_that_of_the_sum_of_the_lines() -> None:
    view = from_issued(samples.two_rates())
    assert [(row.vat_rate, row.vat_amount) for row in view.vat_rows] == [
        (Decimal("8.50"), Decimal("0.20")),
        (Decimal("20.00"), Decimal("40.00")),
    ]


def test_a_sole_trader_is_named_with_ei() -> None:
    assert from_issued(samples.exempt()).seller.display_name == "Dominique Fictif EI"


def test_the_mentions_of_the_parties_are_left_to_their_blocks() -> None:
    issued = samples.one_line()
    assert {"seller_name", "buyer_siren"} <= {mention["code"] for mention in issued["mentions"]}
    codes = [mention.code for mention in from_issued(issued).mentions]
    assert codes == [
        "operation_category",
        "recovery_fee",
        "late_penalty",
        "early_payment_discount",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"net_amount": "1906.86", "gross_amount": "2068.94"}, "lines do not add up"),
        ({"vat_amount": "162.09", "gross_amount": "2068.94"}, "VAT amounts per rate"),
        ({"gross_amount": "2068.94"}, "Net and VAT"),
        ({"number": ""}, "names its number"),
        ({"kind": "CREDIT_NOTE"}, "names the invoice it credits"),
        ({"credits": {"number": "F1", "issue_date": "2026-01-01"}}, "names the invoice it credits"),
        ({"lines": [], "net_amount": "0.00", "vat_breakdown": []}, "VAT amounts per rate"),
        ({"buyer": {**samples.PRACTICE, "name": ""}}, "names its number, its seller"),
        ({"seller": {**samples.REUNION, "siren": ""}}, "names its number, its seller"),
    ],
)
def test_an_incoherent_document_is_refused(changes: dict[str, Any], message: str) -> None:
    issued = cast("IssuedSnapshot", {**samples.one_line(), **changes})
    with pytest.raises(IncoherentDocument, match=message):
        from_issued(issued)


def test_a_document_has_lines_and_no_negative_amount() -> None:
    negative = samples.document(
        [samples.line("Contrat", "100.00"), samples.line("Remise", "-20.00")]
    )
    with pytest.raises(IncoherentDocument, match="positive amounts"):
        from_issued(negative)


def test_net_amounts_per_rate_add_up() -> None:
    issued = samples.one_line()
    issued["vat_breakdown"][0]["net_amount"] = "1906.84"
    with pytest.raises(IncoherentDocument, match="net amounts per VAT rate"):
        from_issued(issued)


def test_a_logo_is_an_image() -> None:
    assert from_issued(samples.one_line(), logo=samples.logo()).brand.logo
    with pytest.raises(IncoherentDocument, match="neither PNG nor JPEG"):
        from_issued(samples.one_line(), logo=b"<svg onload=alert(1)>")


def test_a_view_never_changes() -> None:
    view = from_issued(samples.one_line())
    assert replace(view) == view == from_issued(samples.one_line())
    assert hash(view) == hash(from_issued(samples.one_line()))
