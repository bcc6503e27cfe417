"""Whatever terms there are, their form posted unchanged gives the same terms (no database)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from contracts.rules.drafting import PARTS, parse_draft, parse_part, parts_of
from contracts.rules.presets import load_preset, preset_codes
from contracts.rules.terms import Terms
from portal.clauses.changing import blank, changed
from portal.clauses.choices import CHOICES
from portal.clauses.drawing import Block, draw
from portal.clauses.labels import LABELS
from portal.clauses.problems import BY_CODE, control_of, sentence_of
from portal.clauses.reading import read
from portal.clauses.sections import SECTIONS
from portal.clauses.shapes import Keyed, Kinds, Leaf, Maybe, Record, Rows, Shape, Spans, parts
from portal.clauses.telling import differences, matters

OFFERS = [
    pytest.param(offer.terms, id=f"{code}-{offer.code}")
    for code in preset_codes()
    for offer in load_preset(code).offers.values()
]


def as_posted(blocks: list[Block]) -> QueryDict:
    """What a browser sends of a form that nobody touched."""
    sent = QueryDict(mutable=True)
    for block in blocks:
        for name, value in block.hidden:
            sent.appendlist(name, value)
        if block.kind == "field" and (value := block.bound.value()) not in (None, False):
            for one in value if isinstance(value, list) else [value]:
                sent.appendlist(block.path, str(one))
        for name, values in as_posted(block.children).lists():
            sent.setlist(name, values)
    return sent


def reread(plain: dict[str, Any], language: str = "fr") -> dict[str, Any]:
    with translation.override(language):
        sent = as_posted(draw(PARTS, plain).blocks)
    found = {name: read(shape, name, sent, plain.get(name)) for name, shape in parts().items()}
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("terms", OFFERS)
def test_terms_posted_unchanged_are_the_same_terms(terms: Terms, language: str) -> None:
    again, problems = parse_draft(reread(parts_of(terms), language))
    assert problems == []
    assert again == terms


@pytest.mark.parametrize("terms", OFFERS)
def test_terms_are_told_and_differ_in_nothing_from_themselves(terms: Terms) -> None:
    plain = parts_of(terms)
    assert differences(plain, reread(plain)) == []
    told = [matter for section in SECTIONS for matter in matters(section, plain)]
    assert all(matter.is_valid for matter in told)
    assert any(matter.sentences for matter in told)


def leaves(shape: Shape, model: str, name: str) -> Iterator[tuple[str, str, Leaf]]:
    match shape:
        case Leaf():
            yield model, name, shape
        case Maybe():
            yield from leaves(shape.inner, model, name)
        case Rows() | Keyed() | Spans():
            yield from leaves(shape.item, model, name)
        case Record():
            for inner_name, inner in shape.fields.items():
                yield from leaves(inner, shape.name, inner_name)
        case Kinds():
            for kind, record in shape.records.items():
                yield from leaves(record, record.name, "kind")
                yield "", "kind", Leaf("one", choices=(kind,))


ALL_LEAVES = [leaf for name, shape in parts().items() for leaf in leaves(shape, "Terms", name)]


def test_every_name_and_choice_has_its_words() -> None:
    assert len(ALL_LEAVES) > 300
    unnamed = {
        name
        for model, name, _ in ALL_LEAVES
        if not (LABELS.get(f"{model}.{name}") or LABELS.get(name))
    }
    silent = {
        f"{name}.{choice}"
        for _, name, leaf in ALL_LEAVES
        for choice in leaf.choices
        if not leaf.is_settled and f"{name}.{choice}" not in CHOICES and str(choice) not in CHOICES
    }
    assert (unnamed, silent) == (set(), set())


def test_every_part_stands_on_one_page() -> None:
    placed = [name for section in SECTIONS for name in section.parts]
    assert sorted(placed) == sorted(PARTS)


KINDS = [
    pytest.param(name, kind, id=f"{name}-{kind}")
    for name, shape in parts().items()
    if isinstance(shape, Kinds)
    for kind in shape.records
]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_another_kind_brings_its_own_fields_and_keeps_the_clause(name: str, kind: str) -> None:
    before = {"kind": "nothing known", "clause": "CGV art. 5"}
    sent = QueryDict(mutable=True)
    sent.update({f"{name}-kind": kind, f"{name}-drawn": "other", f"{name}-clause": "CGV art. 5"})
    shape = parts()[name]
    value = read(shape, name, sent, before)
    assert isinstance(shape, Kinds)
    assert value == {**blank(shape.records[kind]), "clause": "CGV art. 5", "kind": kind}


def notice(**given: Any) -> dict[str, Any]:
    return {"clause": "CGV art. 5", "months": 3, "due": "last_day", "form": "any"} | given


REFUSALS = [
    ("notice", notice(months=None), "notice-months", "missing"),
    ("notice", notice(months="trois"), "notice-months", "int_type"),
    ("notice", notice(months=0), "notice-months", "greater_than_equal"),
    ("notice", notice(months=121), "notice-months", "less_than_equal"),
    ("notice", notice(due="hier"), "notice-due", "literal_error"),
    ("notice", notice(clause=None), "notice-clause", "missing"),
    ("notice", notice(clause="x" * 601), "notice-clause", "string_too_long"),
    ("notice", notice(summary={"fr": "Oui.", "en": None}), "notice-summary-en", "missing"),
    ("duration", {"kind": "never"}, "duration-kind", "union_tag_invalid"),
    ("duration", {"kind": "months", "clause": "x"}, "duration-months", "missing"),
    ("price", {"clause": "x", "annual": "cent"}, "price-annual", "decimal_parsing"),
    ("price", {"clause": "x", "annual": "NaN"}, "price-annual", "finite_number"),
    ("price", {"clause": "x", "annual": "1.234"}, "price-annual", "value_error"),
    ("price", {"clause": "x", "annual": "-1"}, "price-annual", "greater_than_equal"),
    ("price", {"clause": "x", "annual": "1", "base": "1"}, "price-annual", "value_error"),
    ("billing", {"clause": "x", "cadences": [], "default_cadence": "yearly", "anchor": "calendar"},
     "billing-cadences", "too_short"),
    ("payment", {"clause": "x", "methods": {}, "default_method": "cheque"},
     "payment-methods-direct_debit-is_there", "too_short"),
    ("hours", {"clause": "x", "holidays": "closed", "outside": "billed",
               "week": {"monday": [{"opens": "18:00", "closes": "09:00"}]}},
     "hours-week-monday-0-closes", "value_error"),
    ("hours", {"clause": "x", "holidays": "closed", "outside": "billed",
               "week": {"monday": [{"opens": "neuf", "closes": "12:00"}]}},
     "hours-week-monday-0-opens", "time_parsing"),
    ("coverage", {"clause": "x", "lines": []}, "coverage-lines-rows", "too_short"),
    ("options", {"?0": {"clause": "x", "name": {"fr": "a", "en": "b"}}},
     "options-0-key", "string_pattern_mismatch"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "control", "code"), REFUSALS)
def test_each_refusal_is_said_in_words_at_its_control(
    name: str, value: dict[str, Any], control: str, code: str
) -> None:
    _part, problems = parse_part(name, value)
    found = next(row for row in problems if row.code == code)
    assert control_of(parts(), {name: value}, found) == control
    said = sentence_of(found)
    assert said
    assert "nput should" not in said
    assert code == "value_error" or code in BY_CODE


def test_rows_are_added_moved_and_removed() -> None:
    shape, value = parts()["client_duties"], [{"code": "a"}, {"code": "b"}]
    assert [row["code"] for row in changed(shape, value, ["1"], "up")] == ["b", "a"]
    assert [row["code"] for row in changed(shape, value, ["0"], "down")] == ["b", "a"]
    assert changed(shape, value, ["0"], "remove") == [{"code": "b"}]
    assert len(changed(shape, value, [], "add")) == 3


@pytest.mark.parametrize("steps", [["9"], ["x"], ["-1"], ["0", "nothing"], ["0", "code", "more"]])
@pytest.mark.parametrize("verb", ["up", "remove", "put", "drop", "add", "nonsense"])
def test_an_act_without_sense_does_nothing(steps: list[str], verb: str) -> None:
    value = [{"code": "a"}]
    assert changed(parts()["client_duties"], value, steps, verb) == value


def test_what_was_not_asked_is_not_read() -> None:
    sent = QueryDict("notice-is_there=yes&notice-months=3&notice-owner=me&schema_number=9")
    found = read(parts()["notice"], "notice", sent)
    assert "owner" not in found
    assert found["months"] == 3


def test_choices_without_an_order_keep_the_one_they_had() -> None:
    sent = QueryDict("billing-cadences=yearly&billing-cadences=monthly&billing-cadences=quarterly")
    before = {"cadences": ["monthly", "yearly"]}
    found = read(parts()["billing"], "billing", sent, before)
    assert found["cadences"] == ["monthly", "yearly", "quarterly"]
