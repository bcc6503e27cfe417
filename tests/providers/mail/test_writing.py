"""What is written: closed places, hostile values, two languages, one look."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from providers.mailing.letters import PORTAL, WrongPlaces, _day, _euros, absolute, write
from providers.models import Mail, Provider
from providers.operations import FieldRefused
from providers.rules.events import EVENTS, Event, Nature, UnknownEvent
from providers.scoping import open_scope
from tests.providers.mail.posting import VALUES, a_mail

HOSTILE = [
    "{{ settings.SECRET_KEY }}",
    "{% load static %}{% debug %}",
    "%(x)s %s %n",
    "{0.__class__.__mro__}",
    "{sender.name.__class__}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "${7*7} #{7*7}",
]
BREAKING = "Pins\r\nBcc: all@world.example\r\n\r\n<b>x"


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_hostile_value_stays_the_text_it_is(value: str, language: str) -> None:
    letter = write(
        EVENTS["invoice_issued"],
        VALUES | {"practice": value, "number": value},
        language=language,
        sender=PORTAL,
    )
    assert value in letter.subject
    assert value in letter.text
    assert "<script>alert" not in letter.html
    assert "<img" not in letter.html
    assert "SECRET" not in letter.html.replace("settings.SECRET_KEY", "")


@pytest.mark.django_db
def test_no_value_adds_a_header_or_a_line(provider: Provider) -> None:
    mail = a_mail(provider, values=VALUES | {"number": BREAKING})
    assert "\n" not in mail.subject
    assert mail.subject.startswith("Facture Pins Bcc: all@world.example")


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["a@b.example\nBcc: c@d.example", "", "nobody", "a@b.fr, c@d.fr"])
def test_an_address_that_is_none_is_refused(provider: Provider, to: str) -> None:
    with pytest.raises(FieldRefused) as caught:
        a_mail(provider, to=to)
    assert caught.value.field == "recipient"
    with open_scope(provider.id):
        assert not Mail.objects.exists()


@pytest.mark.parametrize("values", [{}, VALUES | {"password": "x"}])
def test_the_places_are_a_closed_list(values: dict[str, Any]) -> None:
    with pytest.raises(WrongPlaces):
        write(EVENTS["invoice_issued"], values, language="fr", sender=PORTAL)


@pytest.mark.django_db
def test_an_event_without_an_entry_is_a_fault(provider: Provider) -> None:
    with pytest.raises(UnknownEvent):
        a_mail(provider, event="gossip")


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "c/x", "/a\nb"]
)
def test_a_link_leads_to_the_portal_alone(path: str) -> None:
    with pytest.raises(WrongPlaces):
        absolute(path)


def test_a_full_address_of_the_portal_is_a_link(settings: Any) -> None:
    assert absolute(f"{settings.BASE_URL}/c/x/") == f"{settings.BASE_URL}/c/x/"


# --- Every event ----------------------------------------------------------------------------------


def sample(event: Event) -> dict[str, Any]:
    """Words that no template says by itself."""
    known = {
        "link": "/une/adresse/",
        **{name: VALUES["due_date"] for name in event.places if "_on" in name},
    }
    return {name: known.get(name, f"mot-{name}") for name in event.places}


@pytest.mark.parametrize("code", EVENTS)
def test_every_event_is_written_in_both_languages_and_both_forms(code: str) -> None:
    event = EVENTS[code]
    french, english = (
        write(event, sample(event), language=language, sender=PORTAL) for language in ("fr", "en")
    )
    for mine, other in (
        (french.subject, english.subject),
        (french.text, english.text),
        (french.html, english.html),
    ):
        assert mine != other
    for letter in (french, english):
        assert "/une/adresse/" in letter.text
        assert 'lang="' in letter.html
        assert "{{" not in letter.html + letter.text
    assert "ne peut être" in french.text or event.is_optional
    assert "mot-link" not in french.text


def test_amounts_and_days_are_said_in_the_readers_language() -> None:

    with translation.override("en"):
        assert _euros(Decimal("-1234.5")) == "-€1,234.50"
        assert _day(VALUES["due_date"]) == "15 June 2026"
    with translation.override("fr"):
        assert _euros(Decimal("1234.5")) == "1\u00a0234,50\u00a0€"
        assert _day(VALUES["due_date"]) == "15 juin 2026"


def test_only_optional_messages_offer_to_stop() -> None:
    assert EVENTS["invoice_issued"].nature is Nature.LEGAL
