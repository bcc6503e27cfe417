from datetime import date, time

import pytest
from pydantic import ValidationError

from contracts.rules.hours import Hours, Opening, Week
from contracts.rules.presets import load_preset
from core.workdays import holidays_of

MONDAY, SATURDAY, SUNDAY = date(2026, 4, 13), date(2026, 4, 18), date(2026, 4, 19)
EASTER_MONDAY = date(2026, 4, 6)
ABOLITION = date(2027, 12, 20)  # a Monday, a holiday of La Réunion


def hours_of(preset: str, offer: str) -> Hours:
    hours = load_preset(preset).offers[offer].terms.hours
    assert hours is not None
    return hours


def openings(preset: str, offer: str, day: date) -> list[tuple[str, str]]:
    calendar = load_preset(preset).holidays
    found = hours_of(preset, offer).openings_on(
        day, is_holiday=day in holidays_of(calendar, day.year)
    )
    return [(f"{span.opens:%H:%M}", f"{span.closes:%H:%M}") for span in found]


@pytest.mark.parametrize(
    ("preset", "offer", "day", "expected"),
    [
        ("reunion-informatique", "CMP0", MONDAY, [("09:00", "12:00"), ("13:30", "16:00")]),
        ("reunion-informatique", "CMP0", SATURDAY, []),
        ("reunion-informatique", "CMP0", ABOLITION, []),
        ("reunion-informatique", "CMP1", MONDAY, [("07:00", "20:00")]),
        ("reunion-informatique", "CMP1", SATURDAY, [("07:00", "16:00")]),
        ("reunion-informatique", "CMP3", SUNDAY, [("09:00", "12:00")]),
        ("reunion-informatique", "CMP3", ABOLITION, [("09:00", "12:00")]),
        ("si-sante", "support", MONDAY, [("08:00", "18:30")]),
        ("si-sante", "support", EASTER_MONDAY, []),
        ("si-sante", "support", SATURDAY, []),
        ("micro-info-service", "maintenance", MONDAY, [("09:00", "18:00")]),
        ("micro-info-service", "maintenance", ABOLITION, [("09:00", "18:00")]),
        ("integral-micro", "maintenance", MONDAY, [("09:00", "18:00")]),
        ("integral-micro", "maintenance", SUNDAY, []),
    ],
)
def test_hours_of_the_presets(
    preset: str, offer: str, day: date, expected: list[tuple[str, str]]
) -> None:
    assert openings(preset, offer, day) == expected


def test_sundays_and_holidays_are_served_at_a_distance_for_the_practice_on_duty() -> None:
    hours = hours_of("reunion-informatique", "CMP1")
    assert hours.is_on_duty_day(SUNDAY, is_holiday=False)
    assert hours.is_on_duty_day(ABOLITION, is_holiday=True)
    assert not hours.is_on_duty_day(SATURDAY, is_holiday=False)
    assert hours.on_duty is not None
    assert hours.on_duty.remote_only
    assert hours.on_duty.declared_practices_only
    assert not hours_of("si-sante", "support").is_on_duty_day(SUNDAY, is_holiday=False)


@pytest.mark.parametrize(
    "spans",
    [
        [("12:00", "09:00")],
        [("09:00", "09:00")],
        [("13:30", "16:00"), ("09:00", "12:00")],
        [("09:00", "13:00"), ("12:30", "16:00")],
    ],
)
def test_a_day_out_of_order_is_refused(spans: list[tuple[str, str]]) -> None:
    with pytest.raises(ValidationError):
        Week(
            monday=tuple(
                Opening(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
                for opens, closes in spans
            )
        )
