from decimal import Decimal
from typing import Any

import pytest

from contracts.rules.duration import CivilYear, FixedMonths
from contracts.rules.indexation import SyntecIndexation
from contracts.rules.overrides import TermsRefused, with_overrides
from contracts.rules.payment import DebitDay
from contracts.rules.presets import load_preset

TERMS = load_preset("micro-info-service").offers["maintenance"].terms


def test_nothing_to_change_gives_the_same_terms() -> None:
    assert with_overrides(TERMS, {}) is TERMS


def test_one_name_changes_and_its_neighbours_stay() -> None:
    changed = with_overrides(
        TERMS, {"billing": {"lead_days": 20}, "termination": {"early": {"clause": "Avenant 1"}}}
    )
    assert changed.billing.lead_days == 20
    assert changed.billing.cadences == TERMS.billing.cadences
    assert changed.termination.early is not None
    assert changed.termination.early.clause == "Avenant 1"
    assert changed.termination.early.amicable_discount_percent == Decimal(20)
    assert TERMS.billing.lead_days == 0, "the terms of other contracts are left alone"


def test_a_deep_name_inside_a_table_of_methods() -> None:
    changed = with_overrides(TERMS, {"payment": {"methods": {"direct_debit": {"day": 5}}}})
    direct_debit = changed.payment.methods["direct_debit"]
    assert isinstance(direct_debit, DebitDay)
    assert (direct_debit.day, direct_debit.notice_days) == (5, 14)


def test_another_kind_starts_anew_and_keeps_the_clause() -> None:
    changed = with_overrides(
        TERMS, {"duration": {"kind": "months", "months": 24}, "indexation": {"kind": "none"}}
    )
    assert isinstance(changed.duration, FixedMonths)
    assert (changed.duration.months, changed.duration.clause) == (24, "CGV art. 5")
    assert not isinstance(changed.indexation, SyntecIndexation)


def test_a_part_can_be_taken_out() -> None:
    civil_year = with_overrides(TERMS, {"duration": {"kind": "civil_year"}, "notice": None})
    assert isinstance(civil_year.duration, CivilYear)
    assert civil_year.notice is None


def test_a_list_is_replaced_whole() -> None:
    changed = with_overrides(
        TERMS, {"billing": {"cadences": ["half-yearly"], "default_cadence": "half-yearly"}}
    )
    assert changed.billing.cadences == ("half-yearly",)


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"biling": {"lead_days": 20}}, "biling"),
        ({"billing": {"lead_day": 20}}, "billing.lead_day"),
        ({"billing": {"lead_days": "20"}}, "billing.lead_days"),
        ({"billing": {"lead_days": -1}}, "billing.lead_days"),
        ({"duration": {"kind": "months"}}, "duration.months"),
        ({"payment": {"methods": {"card": {"kind": "on_issue"}}}}, "payment.methods.card"),
        ({"price": {"base": 12.5}}, "price.base"),
        ({"indexation": {"series": "old"}}, "indexation.series"),
        ({"notice": None}, ""),
        ({"price": {"annual": "100.00"}}, "price"),
        ({"options": {"severity-1-4h": None}}, "options.severity-1-4h"),
        ({"schema_number": 2}, "schema_number"),
    ],
)
def test_what_cannot_be_is_refused_at_its_name(overrides: dict[str, Any], field: str) -> None:
    with pytest.raises(TermsRefused) as refusal:
        with_overrides(TERMS, overrides)
    assert refusal.value.field == field


def test_an_unknown_name_is_called_so() -> None:
    with pytest.raises(TermsRefused, match=r"refused at billing\.lead_day: unknown name"):
        with_overrides(TERMS, {"billing": {"lead_day": 20}})


def test_an_option_that_a_target_waits_for_cannot_disappear() -> None:
    without_options = TERMS.model_copy(update={"options": {}})
    with pytest.raises(TermsRefused, match="there is no option backup, severity-1-4h"):
        with_overrides(without_options, {"billing": {"lead_days": 1}})
