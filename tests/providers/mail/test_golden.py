"""Every message as its reader gets it, in both languages, against `tests/golden/emails/`.

After a wanted change, `CLAUSIER_WRITE_GOLDEN=1` writes them anew; the difference is then reviewed.
"""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from providers.enums import JobState, Role
from providers.mailing.letters import Letter, Sender, write
from providers.rules.events import EVENTS, Event

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "emails"
SENDER = Sender("L’Atelier & Fils", "#0b5c6b", "04 94 00 00 00", "bonjour@atelier.example")
LANGUAGES = ("fr", "en")
CONTRACTS = ["C2026-00004 · Cabinet des Pins", "C2026-00011 · Maison de santé du Port"]
VALUES: dict[str, Any] = {
    "about": "Clients, clients-2026.csv",
    "address": "compta@cabinet-des-pins.example",
    "count": 2,
    "due_date": date(2026, 7, 15),
    "expires_on": date(2026, 6, 29),
    "failed": 3,
    "house": "Cabinet des Pins",
    "inviter": "Claude Exemple",
    "job": "Import",
    "lines": CONTRACTS,
    "link": "/une/adresse/",
    "number": "F2026-00012",
    "person": "Dominique Exemple",
    "practice": "Cabinet des Pins",
    "reference": "C2026-00004",
    "role": Role.PRACTICE_MANAGER.label,
    "signed_on": date(2026, 6, 1),
    "state": JobState.FINISHED.label,
    "total": 250,
}
# Words of an event that are not those of the others.
OWN: dict[str, dict[str, Any]] = {"mail_refused": {"about": "Facture F2026-00012"}}
NAMES = [f"{code}.{language}" for code in EVENTS for language in LANGUAGES]


def letter(event: Event, language: str) -> Letter:
    own = VALUES | OWN.get(event.code, {})
    return write(
        event,
        {name: own[name] for name in event.places},
        language=language,
        sender=SENDER,
        unsubscribe_url="https://portail.example/desabonnement/x/" if event.is_optional else "",
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["txt", "html"])
def test_each_message_says_what_it_said(name: str, form: str, settings: LazySettings) -> None:
    settings.BASE_URL = "https://portail.example"
    code, language = name.split(".")
    found = letter(EVENTS[code], language)
    words = found.html if form == "html" else f"{found.subject}\n\n{found.text}"
    golden = GOLDEN / f"{name}.{form}"
    if os.environ.get("CLAUSIER_WRITE_GOLDEN"):
        golden.write_text(words, encoding="utf-8")
    assert words == golden.read_text(encoding="utf-8")


def test_no_golden_message_is_forgotten() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(NAMES)
