"""Messages for tests, and the whole day that a message may wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

from providers.models import Mail, Provider
from providers.operations.mail import post_mail
from providers.operations.sending import relay_mails
from providers.scoping import open_scope

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "practice": "Cabinet des Pins",
    "number": "F-2026-00012",
    "due_date": NOW.date(),
    "link": "/c/x/factures/",
}


def a_mail(provider: Provider, **given: Any) -> Mail:
    known: dict[str, Any] = {
        "event": "invoice_issued",
        "to": "accueil@cabinet.example",
        "language": "fr",
        "values": VALUES,
        "at": NOW,
    }
    with open_scope(provider.id):
        return post_mail(**(known | given))


def again(provider: Provider, mail: Mail) -> Mail:
    with open_scope(provider.id):
        found: Mail = Mail.objects.get(id=mail.pk)
        return found


def relayed(provider: Provider, after: timedelta = timedelta(0)) -> int:
    return relay_mails(provider_id=provider.id, now=lambda: NOW + after)
