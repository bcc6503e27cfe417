"""Terms signed under an earlier schema are read as they were agreed, and stay as they were."""

import copy
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.rules.presets import load_preset, preset_codes
from contracts.rules.stored import (
    UPGRADES,
    TermsLibrary,
    UnknownSchema,
    canonical_json,
    read_terms,
    terms_hash,
)
from contracts.rules.terms import SCHEMA_NUMBER, Terms
from core.periods import Period

SAMPLES = Path(__file__).parent / "samples"
# The hash of a signed contract is printed on it: the same text gives the same hash for ever
HASHES = {
    0: "406346274104a54e41893e7d5c689649b6fb0f2d20b149f5e6dab89a4b6d3c53",
    1: "3a1697e1d04ad694ed6dc0c5aa0d90ff618dc20957e4fbe3a38eb943ddf6d8ba",
}


def sample(number: int) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((SAMPLES / f"schema-{number}.json").read_text("utf-8"))
    return stored


def test_every_schema_that_was_ever_written_has_a_sample_and_a_way_up() -> None:
    numbers = set(range(SCHEMA_NUMBER + 1))
    assert {int(file.stem.removeprefix("schema-")) for file in SAMPLES.iterdir()} == numbers
    assert set(UPGRADES) == numbers - {SCHEMA_NUMBER}


@pytest.mark.parametrize("number", range(SCHEMA_NUMBER + 1))
def test_a_sample_is_read_and_left_as_it_was_signed(number: int) -> None:
    stored = sample(number)
    signed = copy.deepcopy(stored)
    terms = read_terms(stored)
    assert isinstance(terms, Terms)
    assert stored == signed
    assert terms_hash(stored) == HASHES[number]


def test_schema_0_meant_a_letter_counted_from_its_sending() -> None:
    terms = read_terms(sample(0))
    assert terms.notice is not None
    assert (terms.notice.months, terms.notice.counts_from) == (2, "sent")
    year = Period(date(2026, 3, 15), date(2027, 3, 14))
    assert terms.notice.deadline(year).value == date(2027, 1, 15)
    assert terms.price.annual == Decimal("480.00")


def test_schema_0_counted_from_the_last_day_for_other_durations() -> None:
    stored = sample(0) | {"duration": {"kind": "first_full_civil_year", "clause": "Art. 4"}}
    notice = read_terms(stored).notice
    assert notice is not None
    assert notice.due == "last_day"


def test_schema_0_without_renewal_had_no_notice() -> None:
    stored = sample(0) | {"duration": {"kind": "civil_year", "clause": "Art. 4"}}
    del stored["notice_months"], stored["notice_clause"]
    assert read_terms(stored).notice is None


@pytest.mark.parametrize("number", [SCHEMA_NUMBER + 1, -1, None, "1"])
def test_an_unknown_schema_is_refused(number: object) -> None:
    with pytest.raises(UnknownSchema) as refusal:
        read_terms(sample(SCHEMA_NUMBER) | {"schema_number": number})
    assert refusal.value.field == "schema_number"


@pytest.mark.parametrize("code", preset_codes())
def test_terms_come_back_the_same_from_their_text(code: str) -> None:
    for offer in load_preset(code).offers.values():
        text = canonical_json(offer.terms)
        again = read_terms(text)
        assert again == offer.terms
        assert canonical_json(again) == text
        assert terms_hash(json.loads(text)) == terms_hash(offer.terms)


def test_the_order_of_names_in_the_database_does_not_change_the_hash() -> None:
    stored = sample(1)
    shuffled = dict(reversed(stored.items()))
    assert terms_hash(shuffled) == terms_hash(stored)


def test_contracts_with_the_same_terms_share_one_value() -> None:
    library = TermsLibrary()
    stored = sample(1)
    digest = terms_hash(stored)
    assert library.get(digest, stored) is library.get(digest, json.dumps(stored))
