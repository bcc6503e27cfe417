"""What a sending service reports, and messages of sign-in."""

import json
from typing import Any

import pytest
from anymail.exceptions import AnymailAPIError
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from config.env import BadEnvironment
from config.mail import mail_settings
from providers.enums import MailState, Role
from providers.mailing.courier import Outcome, _read
from providers.models import Provider, RefusedAddress
from providers.scoping import open_scope
from tests.factories import a_member, a_provider
from tests.harness.smtp import Sink
from tests.providers.mail.posting import a_mail, again, relayed

SECRET = "0123456789abcdef0123456789"


def test_a_mail_server_a_service_and_the_terminal() -> None:
    server = mail_settings("smtp+tls://u:p@mail.example:587")
    assert (server["EMAIL_HOST"], server["EMAIL_PORT"], server["EMAIL_USE_TLS"]) == (
        "mail.example",
        587,
        True,
    )
    assert mail_settings("consolemail://")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    service = mail_settings("brevo://xkeysib-Ab%2Fc", webhook_secret=SECRET)
    assert service["ANYMAIL"]["BREVO_API_KEY"] == "xkeysib-Ab/c"
    assert (service["MAIL_SERVICE"], service["MAIL_WEBHOOK_SECRET"]) == ("brevo", SECRET)
    assert mail_settings("mailjet://Key:Sec")["ANYMAIL"]["MAILJET_SECRET_KEY"] == "Sec"


@pytest.mark.parametrize("url", ["pigeon://x", "brevo://", "mailjet://key", ""])
def test_an_address_that_cannot_send_is_refused(url: str) -> None:
    with pytest.raises(BadEnvironment, match="EMAIL_URL"):
        mail_settings(url)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(BadEnvironment, match="MAIL_WEBHOOK_SECRET"):
        mail_settings("brevo://key", webhook_secret="short")


def test_a_silent_service_concerns_every_message() -> None:
    assert _read(AnymailAPIError("no answer"), "a@b.example").outcome is Outcome.DOWN


# --- Reports --------------------------------------------------------------------------------------


@pytest.fixture
def service(settings: Any) -> str:
    settings.MAIL_SERVICE, settings.MAIL_WEBHOOK_SECRET = "brevo", SECRET
    return f"/retours/{SECRET}/"


def report(client: Client, address: str, **event: Any) -> int:
    answer = client.post(address, json.dumps(event), content_type="application/json")
    return answer.status_code


def about(mail: Any, provider: Provider) -> str:
    return json.dumps({"provider": str(provider.pk), "mail": str(mail.pk)})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event", "state"),
    [
        ("hard_bounce", MailState.BOUNCED),
        ("blocked", MailState.BOUNCED),
        ("spam", MailState.COMPLAINED),
        ("soft_bounce", MailState.SENT),
        ("delivered", MailState.SENT),
        ("opened", MailState.SENT),
    ],
)
def test_bad_news_of_a_message_are_noted_and_its_address_left_alone(
    client: Client, provider: Provider, sink: Sink, service: str, event: str, state: str
) -> None:
    mail = a_mail(provider)
    relayed(provider)
    told = {"event": event, "reason": "550 unknown", "X-Mailin-custom": about(mail, provider)}
    assert [report(client, service, **told) for _ in range(2)] == [200, 200]
    assert again(provider, mail).state == state
    with open_scope(provider.id):
        assert RefusedAddress.objects.exists() == (state != MailState.SENT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "secret", ["x", "", SECRET[:-1], SECRET.upper(), SECRET + "0", "None", "é" * 26]
)
def test_a_wrong_secret_finds_nothing(client: Client, service: str, secret: str) -> None:
    assert report(client, f"/retours/{secret}/", event="hard_bounce") == 404


@pytest.mark.django_db
def test_without_a_secret_or_a_service_there_is_no_page(client: Client, settings: Any) -> None:
    settings.MAIL_SERVICE, settings.MAIL_WEBHOOK_SECRET = "brevo", ""
    assert report(client, "/retours/x/", event="spam") == 404
    settings.MAIL_SERVICE, settings.MAIL_WEBHOOK_SECRET = "", SECRET
    assert report(client, f"/retours/{SECRET}/", event="spam") == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"\xff", b"null", b"7", b'{"items":[]}']
)
def test_what_is_not_understood_is_refused(client: Client, service: str, body: bytes) -> None:
    assert client.post(service, body, content_type="application/json").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("custom", ["{}", "7", '{"provider": "x", "mail": 1}', "null"])
def test_a_report_about_no_message_of_ours_is_left(
    client: Client, service: str, custom: str
) -> None:
    told = {"event": "hard_bounce", "X-Mailin-custom": custom}
    assert report(client, service, **told) == 200


@pytest.mark.django_db
def test_a_report_about_another_providers_message_touches_nothing(
    client: Client, provider: Provider, service: str
) -> None:
    mail, other = a_mail(provider), a_provider()
    told = {"event": "hard_bounce", "X-Mailin-custom": about(mail, other)}
    assert report(client, service, **told) == 200
    assert again(provider, mail).state == MailState.WAITING


# --- Sign-in --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_forgotten_password_is_answered_in_both_forms(client: Client, provider: Provider) -> None:
    with open_scope(provider.id):
        owner = a_member(Role.OWNER)
    client.post("/compte/oubli/", {"email": owner.user.email})
    [message] = outbox.outbox
    assert isinstance(message, EmailMultiAlternatives)
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert "/compte/oubli/" in str(html)
    assert 'class="button"' in str(html)
    assert "/compte/oubli/" in str(message.body)


@pytest.mark.django_db
@pytest.mark.parametrize("is_known", [True, False])
def test_a_mail_server_that_is_down_does_not_break_the_page(
    client: Client, provider: Provider, settings: Any, is_known: bool
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with open_scope(provider.id):
        owner = a_member(Role.OWNER)
    address = owner.user.email if is_known else "nobody@portal.example"
    assert client.post("/compte/oubli/", {"email": address}).status_code == 302
