from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from contracts.models import IndexObservation
from contracts.operations.index_values import (
    KNOWN_VALUES,
    IndexValueTwice,
    WrongIndexMonth,
    WrongIndexValue,
    load_known_values,
    record_index_value,
)
from contracts.queries import index_table
from core.periods import DayOutOfRange
from providers.models import Provider
from providers.scoping import open_scope
from tests.factories import a_provider, an_index_value, noon

DAY = date(2026, 1, 30)


def test_a_republished_value_names_the_one_it_supersedes(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", DAY)
    an_index_value("2025-12", "320.4", date(2026, 3, 2))

    old, new = IndexObservation.objects.order_by("published_on")
    assert (old.supersedes, new.supersedes) == (None, old)
    table = index_table()
    assert [
        found.value
        for day in (date(2026, 3, 1), date(2026, 3, 2))
        if (found := table.latest_on(day))
    ] == [Decimal("320.1"), Decimal("320.4")]


def test_a_guessed_publication_is_forgotten_once_the_true_one_is_known(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", date(2026, 1, 31), is_estimated=True)
    an_index_value("2025-12", "320.1", date(2026, 2, 14))

    table = index_table()
    assert table.latest_on(date(2026, 2, 13)) is None
    known = table.latest_on(date(2026, 2, 14))
    assert known is not None
    assert not known.is_estimated


def test_a_month_has_one_value_a_day_of_publication(mis: Provider) -> None:
    an_index_value("2025-12", "320.1", DAY)

    with pytest.raises(IndexValueTwice) as refusal:
        an_index_value("2025-12", "320.2", DAY)

    assert refusal.value.field == "published_on"
    assert IndexObservation.objects.get().value == Decimal("320.1")


@pytest.mark.parametrize(
    ("month", "value", "published_on", "series", "error", "field"),
    [
        ("2025-13", "320.1", DAY, "revised", WrongIndexMonth, "month"),
        ("december", "320.1", DAY, "revised", WrongIndexMonth, "month"),
        ("2026-02", "320.1", DAY, "revised", WrongIndexMonth, "published_on"),
        ("2022-08", "280.0", DAY, "old", WrongIndexMonth, "month"),
        ("2025-12", "0", DAY, "revised", WrongIndexValue, "value"),
        ("2025-12", "-3", DAY, "revised", WrongIndexValue, "value"),
        ("2025-12", "NaN", DAY, "revised", WrongIndexValue, "value"),
        ("1999-12", "200.0", DAY, "old", DayOutOfRange, "month"),
        ("2025-12", "320.1", date(2100, 1, 1), "revised", DayOutOfRange, "published_on"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    mis: Provider,
    month: str,
    value: str,
    published_on: date,
    series: str,
    error: type[Exception],
    field: str,
) -> None:
    with pytest.raises(error) as refusal:
        record_index_value(
            month=month,
            value=Decimal(value),
            published_on=published_on,
            series=series,
            at=noon(DAY),
        )

    assert getattr(refusal.value, "field", "") == field
    assert not IndexObservation.objects.exists()


def test_the_known_values_are_loaded_once(mis: Provider) -> None:
    lines = KNOWN_VALUES.read_text().count("\n") - 1

    assert load_known_values(at=noon(DAY)) == lines
    assert load_known_values(at=noon(DAY)) == 0
    assert IndexObservation.objects.count() == lines
    said = set(IndexObservation.objects.values_list("origin", "source"))
    assert said == {("list", "syntec.csv"), ("unverified_list", "syntec.csv")}


def test_an_unknown_publication_is_the_last_day_of_the_next_month_and_says_so(
    mis: Provider,
) -> None:
    load_known_values(at=noon(DAY))

    guessed = IndexObservation.objects.get(series="revised", month=date(2024, 1, 1))
    known = IndexObservation.objects.get(series="revised", month=date(2022, 8, 1))
    assert (guessed.published_on, guessed.is_estimated) == (date(2024, 2, 29), True)
    assert (known.published_on, known.is_estimated) == (date(2022, 9, 30), False)


def test_revised_values_before_the_change_are_kept_and_never_used(mis: Provider) -> None:
    load_known_values(at=noon(DAY))

    assert IndexObservation.objects.filter(series="revised", month=date(2022, 1, 1)).exists()
    spring = index_table().latest_on(date(2022, 6, 30))
    assert spring is not None
    assert spring.series == "old"


def test_a_damaged_file_names_its_line(mis: Provider, tmp_path: Path) -> None:
    file = tmp_path / "syntec.csv"
    file.write_text("series,month,value,published,verified\nrevised,2024-01,many,,yes\n")

    with pytest.raises(WrongIndexValue, match=r"syntec\.csv, line 2"):
        load_known_values(at=noon(DAY), path=file)

    assert not IndexObservation.objects.exists()


def test_sentences_kept_for_the_values_of_a_list_become_their_code(
    transactional_db: None, owner_connection: Any
) -> None:
    """What older versions wrote; a person's own words stay, and the wall stands again."""
    kept = {
        "2025-01": ("Syntec (syntec.csv)", "list", "syntec.csv"),
        "2025-02": ("syntec.csv, à vérifier", "unverified_list", "syntec.csv"),
        "2025-03": ("Syntec (lettre de mai)", "typed", "Syntec (lettre de mai)"),
    }
    provider = a_provider()
    with open_scope(provider.id):
        for month, (sentence, _origin, _source) in kept.items():
            an_index_value(month, "318.0", DAY)
            IndexObservation.objects.filter(source="").update(source=sentence)
    cursor = owner_connection.cursor()
    cursor.execute(import_module("contracts.migrations.0012_code_the_known_origins").CODE)
    with open_scope(provider.id):
        found = list(IndexObservation.objects.order_by("month").values_list("origin", "source"))
    assert found == [(origin, source) for _said, origin, source in kept.values()]
    cursor.execute("SELECT count(*) FROM contracts_indexobservation")
    assert cursor.fetchone() == (0,)
