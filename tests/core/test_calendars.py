"""Calendar files, read back by the grammar of RFC 5545 as any other program reads them."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import DayEvent, calendar_file

AT = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
LINE = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=[^:;]+)*):(.*)", re.DOTALL)
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")  # an unescaped comma would part two values
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=200
)


def read_back(content: bytes) -> list[dict[str, str]]:
    """The events of a file; a name with its parameters, the value unfolded and unescaped."""
    assert content.endswith(b"\r\n")
    folded = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in folded)
    for line in folded:
        line.decode()  # no sign is cut in two
    lines = content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    return list(_events(lines))


def _events(lines: list[str]) -> "list[dict[str, str]]":
    found: list[dict[str, str]] = []
    inside: list[str] = []
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, line
        name, parameters, value = match.groups()
        if name == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                found.append({"alarms": ""})
        elif name == "END":
            assert inside.pop() == value
        elif inside[-1] == "VALARM" and name == "TRIGGER":
            found[-1]["alarms"] += value
        elif inside[-1] == "VEVENT":
            assert name == "URL" or TEXT.fullmatch(value), line
            found[-1][name + parameters] = re.sub(
                r"\\[\\;,nN]", lambda escape: ESCAPES[escape.group()], value
            )
    return found


def test_a_day_is_a_whole_day_and_says_when_the_file_was_made() -> None:
    event = DayEvent("a@b", date(2026, 12, 31), "Fin", "Réf", "https://c.example/", alarms=(30, 7))
    [found] = read_back(calendar_file([event], at=AT))
    assert found == {
        "UID": "a@b",
        "DTSTAMP": "20260615T093000Z",
        "DTSTART;VALUE=DATE": "20261231",
        "DTEND;VALUE=DATE": "20270101",
        "SUMMARY": "Fin",
        "DESCRIPTION": "Réf",
        "URL": "https://c.example/",
        "TRANSP": "TRANSPARENT",
        "alarms": "-P30D-P7D",
    }


@pytest.mark.parametrize("sign", ["x", "é", "\u202f", "👩", ";"])
@pytest.mark.parametrize("before", range(4))
def test_a_line_is_folded_between_two_signs(sign: str, before: int) -> None:
    text = "a" * before + sign * 120
    [found] = read_back(calendar_file([DayEvent("a@b", date(2026, 6, 15), text)], at=AT))
    assert found["SUMMARY"] == text


@given(texts, texts)
def test_whatever_a_text_says_comes_back(summary: str, description: str) -> None:
    event = DayEvent("a@b", date(2026, 6, 15), summary, description)
    [found] = read_back(calendar_file([event, event], at=AT))[:1]
    assert found["SUMMARY"] == summary
    assert found.get("DESCRIPTION", "") == description


def test_a_text_writes_no_line_of_its_own() -> None:
    hostile = "x\r\nEND:VEVENT\rATTACH:https://evil.example/\x00\x1b\ud800"
    [found] = read_back(calendar_file([DayEvent("a@b", date(2026, 6, 15), hostile)], at=AT))
    assert "ATTACH" not in found
    assert found["SUMMARY"] == "x\nEND:VEVENT\nATTACH:https://evil.example/"
