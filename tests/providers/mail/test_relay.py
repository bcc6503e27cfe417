"""From the row to the mail server: once, in spite of repeats, refusals and a silent server."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core import steps
from providers.enums import MailState
from providers.models import OutboxItem, Provider, RefusedAddress
from providers.operations.mail import cancel_mails
from providers.operations.sending import PAUSES
from providers.scoping import open_scope
from providers.tasks import send_mails_of, send_waiting_mails
from tests.factories import a_provider
from tests.harness.smtp import Sink
from tests.providers.mail.posting import NOW, a_mail, again, relayed

pytestmark = pytest.mark.django_db


def test_a_message_leaves_once_however_often_it_is_posted_and_relayed(
    provider: Provider, sink: Sink
) -> None:
    mail = a_mail(provider)
    assert a_mail(provider).pk == mail.pk
    assert [relayed(provider), relayed(provider)] == [1, 0]
    assert sink.ids == [mail.message_id]
    sent = again(provider, mail)
    assert (sent.state, sent.sent_at, sent.attempts) == (MailState.SENT, NOW, 1)


def test_what_is_rolled_back_is_not_sent(provider: Provider, sink: Sink) -> None:
    with transaction.atomic():
        a_mail(provider)
        transaction.set_rollback(True)
    assert relayed(provider) == 0
    assert sink.messages == []


def test_the_message_says_whom_it_comes_from_in_two_forms(provider: Provider, sink: Sink) -> None:
    a_mail(provider)
    relayed(provider)
    [message] = sink.messages
    assert message["Subject"] == "Facture F-2026-00012"
    assert message["From"].addresses[0].display_name == "L’Atelier & Fils"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message
    forms = [part.get_content_type() for part in message.walk()]
    assert forms == ["multipart/alternative", "text/plain", "text/html"]


def test_three_relays_at_once_send_each_message_once(
    transactional_db: None, provider: Provider, sink: Sink
) -> None:
    mails = [a_mail(provider, key=str(number)) for number in range(12)]
    errors: list[BaseException] = []

    def work() -> None:
        try:
            relayed(provider)
        except BaseException as error:  # noqa: BLE001  told to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert sorted(sink.ids) == sorted(mail.message_id for mail in mails)


def test_the_tasks_run_twice_send_once(provider: Provider, sink: Sink) -> None:
    """The clock of the tasks is after the instant of the posting."""
    mail = a_mail(provider)
    send_waiting_mails()
    send_waiting_mails()
    send_mails_of(provider_id=str(provider.id))
    assert sink.ids == [mail.message_id]


def test_a_task_comes_back_while_more_wait(provider: Provider, sink: Sink) -> None:
    for number in range(60):
        a_mail(provider, key=str(number))
    send_mails_of(provider_id=str(provider.id))
    assert len(sink.messages) == 60


def test_a_cancelled_message_is_not_sent(provider: Provider, sink: Sink) -> None:
    mail = a_mail(provider, key="x")
    with open_scope(provider.id):
        assert cancel_mails(event="invoice_issued", key="x") == 1
        assert cancel_mails(event="invoice_issued", key="x") == 0
    assert relayed(provider) == 1
    assert sink.messages == []
    assert again(provider, mail).state == MailState.CANCELLED


def test_cancelled_between_taking_and_sending_is_not_sent(provider: Provider, sink: Sink) -> None:
    a_mail(provider, key="x")

    def cancel(step: str) -> None:
        if step == "mail_taken":
            with open_scope(provider.id):
                cancel_mails(event="invoice_issued", key="x")

    steps.listen(cancel)
    try:
        relayed(provider)
    finally:
        steps.listen(None)
    assert sink.messages == []


def test_a_server_that_is_down_loses_nothing(provider: Provider, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    first, second = a_mail(provider, key="1"), a_mail(provider, key="2")
    assert relayed(provider) == 0
    assert again(provider, first).state == MailState.WAITING
    assert "ConnectionRefused" in again(provider, first).answer
    # The round stopped at the first: the second was not even tried.
    assert again(provider, second).attempts == 0


def test_what_waited_leaves_when_the_server_is_back(
    provider: Provider, sink: Sink, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    mail = a_mail(provider)
    relayed(provider)
    settings.EMAIL_PORT = port
    assert relayed(provider) == 0  # a minute first
    assert relayed(provider, PAUSES[0]) == 1
    assert sink.ids == [mail.message_id]


def test_a_message_put_off_for_a_day_is_given_up_and_shown(provider: Provider, sink: Sink) -> None:
    mail = a_mail(provider)
    sink.refused["accueil@cabinet.example"] = "451 4.3.0 try later"
    passed, rounds = timedelta(0), 0
    while again(provider, mail).state == MailState.WAITING:
        relayed(provider, passed)
        passed += PAUSES[min(rounds, len(PAUSES) - 1)]
        rounds += 1
        assert rounds < 20
    assert rounds == len(PAUSES) + 1
    assert timedelta(hours=23) < sum(PAUSES, timedelta(0)) < timedelta(hours=25)
    lost = again(provider, mail)
    assert (lost.state, lost.answer) == (MailState.ABANDONED, "451 4.3.0 try later")
    with open_scope(provider.id):
        assert OutboxItem.objects.get(subject_id=mail.pk).parked_at is not None
    assert relayed(provider, timedelta(days=30)) == 0


def test_a_refused_address_is_not_written_to_again(provider: Provider, sink: Sink) -> None:
    sink.refused["accueil@cabinet.example"] = "550 5.1.1 no such user"
    first = a_mail(provider, key="1")
    relayed(provider)
    assert again(provider, first).state == MailState.REFUSED
    assert again(provider, first).answer == "550 5.1.1 no such user"
    sink.refused.clear()
    second, other = a_mail(provider, key="2"), a_mail(provider, key="2", to="a@cabinet.example")
    relayed(provider)
    assert again(provider, second).state == MailState.REFUSED
    assert sink.ids == [other.message_id]


@pytest.mark.parametrize("answer", ["550 5.7.1 relay denied", "554 5.7.1 looks like spam"])
def test_a_policy_of_the_server_says_nothing_of_the_address(
    provider: Provider, sink: Sink, answer: str
) -> None:
    sink.refused["accueil@cabinet.example"] = answer
    mail = a_mail(provider)
    relayed(provider)
    assert again(provider, mail).state == MailState.REFUSED
    with open_scope(provider.id):
        assert not RefusedAddress.objects.exists()


def test_a_message_refused_for_its_content_ends_there(provider: Provider, sink: Sink) -> None:
    sink.at_data = "554 5.6.0 content refused"
    mail = a_mail(provider)
    relayed(provider)
    assert again(provider, mail).state == MailState.REFUSED
    with open_scope(provider.id):
        assert not RefusedAddress.objects.exists()


def test_a_refusal_at_one_provider_is_none_at_another(provider: Provider, sink: Sink) -> None:
    sink.refused["accueil@cabinet.example"] = "550 5.1.1 no such user"
    a_mail(provider)
    relayed(provider)
    sink.refused.clear()
    other = a_provider()
    a_mail(other)
    assert relayed(other) == 1
    assert len(sink.messages) == 1


def test_a_link_that_opens_a_door_is_hidden_once_the_message_has_left(
    provider: Provider, sink: Sink
) -> None:
    values = {
        "inviter": "Camille",
        "house": "Atelier",
        "role": "gérant",
        "expires_on": NOW.date(),
        "link": "/invitation/s3cr3t-tok3n/",
    }
    mail = a_mail(provider, event="invitation", values=values)
    relayed(provider)
    body = sink.messages[0].get_body(("plain",))
    assert body is not None
    assert "s3cr3t-tok3n" in body.get_content()
    kept = again(provider, mail)
    assert "s3cr3t" not in kept.text + kept.html + kept.secret
