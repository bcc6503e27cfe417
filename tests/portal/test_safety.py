"""`security.txt`, and what browsers report of the content policy."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.safety import LARGEST_REPORT, REPORTS_A_MINUTE
from tests.portal.places import NOW

TXT, REPORTS = "/.well-known/security.txt", "/rapports/politique/"
SECRET = "cabinet-des-pins"
FRAME = {"logger", "request", "timestamp"}
OLD = {
    "csp-report": {
        "document-uri": f"https://c.example/accessibilite/?q={SECRET}",
        "violated-directive": "script-src-elem 'self'",
        "blocked-uri": f"https://evil.example/{SECRET}.js",
        "script-sample": SECRET,
        "referrer": f"https://c.example/{SECRET}",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://c.example/c/01a21faf-c6c1-70e7-a158-16bd54f0bfca/",
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
        },
    }
]


# --- security.txt ---------------------------------------------------------------------------------


def test_whom_to_tell_is_said_with_a_day_that_is_still_to_come(settings: Any) -> None:
    settings.SECURITY_CONTACT, settings.BASE_URL = "mailto:s@c.example", "https://c.example"
    for at in (NOW, NOW.replace(year=2031, month=12, day=31)):
        with time_machine.travel(at):
            answer = Client().get(TXT)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        lines = answer.content.decode().splitlines()
        said = dict(line.split(": ", 1) for line in lines)
        assert len(said) == len(lines)
        expires = datetime.strptime(said.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert timedelta(days=30) < expires - at < timedelta(days=365)
        assert said == {
            "Contact": "mailto:s@c.example",
            "Preferred-Languages": "fr, en",
            "Canonical": f"https://c.example{TXT}",
        }


def test_without_somebody_named_there_is_no_file(db: None, settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    assert Client().get(TXT).status_code == 404


# --- Reports --------------------------------------------------------------------------------------


@pytest.fixture
def reader(db: None, settings: Any) -> Client:
    settings.BASE_URL = "https://c.example"
    return Client(raise_request_exception=False)


class Ear(logging.Handler):
    """What the lines of one logger say, but for when and in which request."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        said: Any = record.msg
        self.lines.append({name: said[name] for name in said.keys() - FRAME})


def send(reader: Client, body: bytes | str, kind: str = "application/csp-report") -> list[Any]:
    """What is logged of a report; the answer is always the same."""
    logger, ear = logging.getLogger("portal.safety"), Ear()
    logger.addHandler(ear)
    try:
        answer = reader.generic("POST", REPORTS, body, content_type=kind)
    finally:
        logger.removeHandler(ear)
    assert (answer.status_code, answer.content) == (204, b"")
    return ear.lines


def test_every_page_names_where_to_report(db: None) -> None:
    policy = Client().get("/accessibilite/")["Content-Security-Policy"]
    assert f"report-uri {REPORTS}" in policy


def test_a_report_is_told_without_its_words(reader: Client) -> None:
    [told] = send(reader, json.dumps(OLD))
    assert SECRET not in str(told)
    assert told == {
        "event": "policy_refusal",
        "level": "warning",
        "directive": "script-src",
        "page": "accessibility",
        "refused": "elsewhere",
    }
    [told] = send(reader, json.dumps(NEW), "application/reports+json")
    assert (told["directive"], told["page"]) == ("style-src", "practice:home")
    assert told["refused"] == "inline"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"[[]]", b'"x"', b"1e999", b"{", b'{"csp-report": 1}',
        b'{"csp-report": {"document-uri": 1, "blocked-uri": [], "effective-directive": {}}}',
        b'{"csp-report": {"document-uri": "http://[", "blocked-uri": "\\ud800"}}',
        b"[" * 10_000, b'{"a":' * 3_000, b"9" * 6_000,
    ],
)  # fmt: skip
def test_whatever_is_sent_is_answered_alike(reader: Client, body: bytes) -> None:
    for kind in ("application/csp-report", "multipart/form-data", "text/plain"):
        for told in send(reader, body, kind):
            assert set(told.values()) <= {"policy_refusal", "warning", "other", "elsewhere"}


def test_a_large_body_is_not_read(reader: Client) -> None:
    report = json.dumps(OLD)
    assert send(reader, report + " " * (LARGEST_REPORT - len(report)))
    assert not send(reader, report + " " * (LARGEST_REPORT + 1 - len(report)))
    assert len(send(reader, json.dumps(NEW * 50))) == 5


def test_one_network_is_heard_so_often_a_minute(reader: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        heard = [bool(send(reader, json.dumps(OLD))) for _turn in range(REPORTS_A_MINUTE + 5)]
    assert heard == [True] * REPORTS_A_MINUTE + [False] * 5
    with time_machine.travel(NOW.replace(minute=1), tick=False):
        assert send(reader, json.dumps(OLD))
