"""Who is told, how they chose to be told, and once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from billing.operations.documents import relay_documents
from billing.operations.invoice_run import Run, issue_due
from billing.operations.news import tell_due_days
from billing.tasks import tell_news_of, wake_for_news
from contracts.operations.parking import park
from core.errors import DomainError
from providers.daily import DAILY
from providers.enums import EmailChoice, MailState, Role
from providers.mailing.unsubscribing import unsubscribe_url
from providers.models import DueWork, Mail, Membership, Notification, Preference, Provider
from providers.operations.notifications import KEPT, Wish, notify, send_digests
from providers.operations.preferences import NotOptional, choose_notifications, unsubscribe
from providers.operations.sending import report_mail, resend_mail
from providers.permissions import Capability, Level, may
from providers.rules.events import EVENTS
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_signed_contract, noon
from tests.harness.smtp import Sink
from tests.providers.mail.posting import NOW, a_mail, again, relayed

pytestmark = pytest.mark.django_db
LINES: dict[str, Any] = {"count": 2, "lines": ["C-1 · Pins", "C-2 · Lilas"]}


@pytest.fixture
def owner(provider: Provider) -> Membership:
    with open_scope(provider.id):
        return a_member(Role.OWNER)


def tell(provider: Provider, key: str = "k", event: str = "price_revised") -> int:
    with open_scope(provider.id):
        return notify(event=event, key=key, values=LINES, at=NOW)


def lines(provider: Provider) -> list[Notification]:
    with open_scope(provider.id):
        return list(Notification.objects.order_by("id"))


def mails(provider: Provider) -> list[Mail]:
    with open_scope(provider.id):
        return list(Mail.objects.order_by("id"))


@pytest.mark.parametrize("event", [e for e in EVENTS.values() if e.path], ids=lambda e: e.code)
def test_each_event_leads_to_a_page_and_to_one_side(event: Any, provider: Provider) -> None:
    path = event.path.format(slug=provider.slug, customer=provider.pk, subject=provider.pk)
    assert resolve(path).url_name
    sides = {role in Role.practice() for role in event.audience}
    assert len(sides) == 1
    assert path.startswith("/c/" if event.is_for_practice else "/atelier/")


def test_whoever_is_told_of_a_job_may_have_one() -> None:
    """Nobody chooses how to be told of what never happens to them."""
    starts = {role for role in Role.staff() if may(role, Capability.JOBS, Level.WRITE)}
    reads = {role for role in Role.practice() if may(role, Capability.JOBS)}
    assert set(EVENTS["job_ended"].audience) == starts
    assert set(EVENTS["archive_ready"].audience) == reads


def test_a_person_is_told_once_under_the_bell_and_by_mail(
    provider: Provider, owner: Membership, sink: Sink
) -> None:
    assert [tell(provider), tell(provider)] == [1, 0]
    [line], [mail] = lines(provider), mails(provider)
    assert line.user_id == owner.user_id
    assert line.title == mail.subject == "Prix révisés\u00a0: 2"
    assert line.path == f"/atelier/{provider.slug}/indices/"
    relayed(provider)
    [message] = sink.messages
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/desabonnement/" in str(message["List-Unsubscribe"])


def test_only_the_roles_concerned_are_told(provider: Provider) -> None:
    with open_scope(provider.id):
        for role in (Role.MANAGER, Role.TECHNICIAN, Role.ACCOUNTANT):
            a_member(role)
    assert tell(provider) == 0
    assert tell(provider, event="contracts_parked") == 1


@pytest.mark.parametrize(
    ("choice", "in_portal", "mailed"),
    [(EmailChoice.OFF, True, 0), (EmailChoice.DAILY, False, 0), (EmailChoice.IMMEDIATE, False, 1)],
)
def test_each_person_is_told_as_they_chose(
    provider: Provider, owner: Membership, choice: str, in_portal: bool, mailed: int
) -> None:
    wish = {"price_revised": Wish(choice, in_portal=in_portal)}
    choose_notifications(user_id=owner.user_id, wishes=wish)
    tell(provider)
    assert len(mails(provider)) == mailed
    assert [line.is_shown for line in lines(provider)] == [in_portal]


@pytest.mark.parametrize("code", ["invoice_issued", "invitation", "gossip"])
def test_what_has_effects_in_law_is_not_switched_off(owner: Membership, code: str) -> None:
    with pytest.raises(NotOptional):
        choose_notifications(user_id=owner.user_id, wishes={code: Wish(EmailChoice.OFF, False)})
    with pytest.raises(NotOptional):
        unsubscribe(user_id=owner.user_id, event=code)
    assert not Preference.objects.exists()


def test_the_digest_comes_once_a_day_with_every_line(provider: Provider, owner: Membership) -> None:
    wish = {"price_revised": Wish(EmailChoice.DAILY, in_portal=True)}
    choose_notifications(user_id=owner.user_id, wishes=wish)
    tell(provider, "1")
    tell(provider, "2")
    for _ in range(2):
        send_digests(provider_id=provider.id, day=NOW.date(), at=NOW)
    [mail] = mails(provider)
    assert mail.event == "digest"
    assert mail.text.count("Prix révisés") == 2


def test_what_is_old_goes(provider: Provider, owner: Membership) -> None:
    tell(provider)
    send_digests(provider_id=provider.id, day=NOW.date(), at=NOW + KEPT)
    assert len(lines(provider)) == 1
    send_digests(provider_id=provider.id, day=NOW.date(), at=NOW + KEPT + timedelta(seconds=1))
    assert lines(provider) == []


def test_the_practice_is_told_of_an_invoice_once_its_pdf_exists(provider: Provider) -> None:
    day = noon(NOW.date()).date()
    with open_scope(provider.id):
        customer, other = a_customer(), a_customer("Cabinet des Lilas")
        manager = a_member(Role.PRACTICE_MANAGER, customer=customer)
        a_member(Role.PRACTICE_STAFF, customer=customer)
        a_member(Role.PRACTICE_MANAGER, customer=other)
        a_signed_contract(customer, signed_on=day)
    assert [line.event for line in lines(provider)] == ["contract_signed"]
    issue_due(Run(provider.id, day, day, NOW))
    assert [line.event for line in lines(provider)] == ["contract_signed"]
    relay_documents(provider_id=provider.id, at=NOW)
    relay_documents(provider_id=provider.id, at=NOW)
    told = lines(provider)[1:]
    assert {line.event for line in told} == {"invoice_issued"}
    assert {line.user_id for line in told} == {manager.user_id}
    assert {line.customer_id for line in told} == {customer.id}
    with open_scope(provider.id, other.id):
        assert not Notification.objects.exists()


def test_the_news_of_a_day_are_told_after_its_run_and_once(
    provider: Provider, owner: Membership
) -> None:
    day = NOW.date()
    with open_scope(provider.id):
        contract = a_signed_contract(a_customer(), signed_on=day)
        fault = DomainError("no price", code="fault")
        park(contract=contract, step="invoicing", error=fault, day=day, at=NOW)
    assert tell_due_days(provider=provider, today=day, at=NOW) == 0  # its day is not done
    DueWork.objects.create(provider=provider, kind=DAILY, day=day, claimed_at=NOW, done_at=NOW)
    assert tell_due_days(provider=provider, today=day, at=NOW) == 1
    assert tell_due_days(provider=provider, today=day, at=NOW) == 0
    [line] = lines(provider)
    assert (line.event, line.title) == ("contracts_parked", "Contrats mis de côté\u00a0: 1")
    tell_news_of(provider_id=str(provider.pk))
    tell_news_of(provider_id=str(provider.pk))
    wake_for_news()
    assert DueWork.objects.filter(provider=provider, kind="news").count() == 1


# --- What comes back ------------------------------------------------------------------------------


def test_a_message_that_came_back_is_told_and_sent_again_after_correction(
    provider: Provider, owner: Membership, sink: Sink
) -> None:
    mail = a_mail(provider, key="f")
    relayed(provider)
    report: dict[str, Any] = {
        "provider_id": provider.id,
        "mail_id": mail.pk,
        "state": MailState.BOUNCED,
        "told": "550 unknown",
        "at": NOW,
    }
    assert [report_mail(**report), report_mail(**report)] == [True, False]
    assert again(provider, mail).state == MailState.BOUNCED
    [line] = lines(provider)
    assert (line.event, line.user_id) == ("mail_refused", owner.user_id)
    with open_scope(provider.id):
        sent = resend_mail(mail_id=mail.pk, to="Livres@cabinet.example", at=NOW)
    relayed(provider)
    assert again(provider, sent).state == MailState.SENT
    assert [message["To"] for message in sink.messages][1] == "livres@cabinet.example"


# --- Pages ----------------------------------------------------------------------------------------


def test_the_bell_counts_and_a_line_leads_to_its_page(
    client: Client, provider: Provider, owner: Membership
) -> None:
    tell(provider, "1")
    tell(provider, "2")
    client.force_login(owner.user)
    address = f"/atelier/{provider.slug}/notifications/"
    page = client.get(address).content.decode()
    assert '<span class="badge text-bg-danger">2<' in page
    assert page.count("Prix révisés") == 2
    first = lines(provider)[0]
    response = client.post(f"{address}lues/", {"notification": str(first.pk)})
    assert (response.status_code, response["Location"]) == (303, first.path)
    assert '<span class="badge text-bg-danger">1<' in client.get(address).content.decode()
    assert client.post(f"{address}lues/", {"notification": "nobody's"}).status_code == 303
    assert client.post(f"{address}lues/").status_code == 303
    assert "badge text-bg-danger" not in client.get(address).content.decode()


def test_the_choices_of_a_person_are_kept(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    page = client.get("/compte/notifications/").content.decode()
    assert "email-price_revised-DAILY" in page
    assert "email-invitation" not in page
    sent = {"email-price_revised": "OFF", "email-mail_refused": "bogus", "email-invitation": "OFF"}
    assert client.post("/compte/notifications/", sent).status_code == 303
    row = Preference.objects.get(user=owner.user, event="price_revised")
    assert (row.email, row.in_portal) == ("OFF", False)
    assert Preference.objects.count() == 1


def test_the_link_of_a_message_ends_it_without_signing_in(
    provider: Provider, owner: Membership
) -> None:
    strict = Client(enforce_csrf_checks=True)
    link = unsubscribe_url(owner.user_id, "price_revised").replace("http://localhost:8000", "")
    assert strict.get(link).status_code == 200
    assert not Preference.objects.exists()
    for _ in range(2):
        answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    tell(provider)
    assert mails(provider) == []
    assert len(lines(provider)) == 1


@pytest.mark.parametrize("token", ["x", "None", "a:b:c", "%00", "..", "admin"])
def test_a_link_of_nobody_shows_nothing(client: Client, token: str) -> None:
    assert client.get(f"/desabonnement/{token}/").status_code == 404


def test_a_link_cannot_end_what_has_effects_in_law(client: Client, owner: Membership) -> None:
    link = unsubscribe_url(owner.user_id, "invoice_issued").replace("http://localhost:8000", "")
    assert client.post(link).status_code == 404


def test_the_staff_reads_what_was_sent_and_sends_it_again(
    client: Client, provider: Provider, owner: Membership, sink: Sink
) -> None:
    sink.refused["accueil@cabinet.example"] = "550 5.1.1 no such user"
    mail = a_mail(provider)
    relayed(provider)
    client.force_login(owner.user)
    home = f"/atelier/{provider.slug}/messages/"
    assert "Facture F-2026-00012" in client.get(f"{home}?status=failed").content.decode()
    page = client.get(f"{home}{mail.pk}/").content.decode()
    assert "550 5.1.1 no such user" in page
    again_at = f"{home}{mail.pk}/renvoyer/"
    assert client.post(again_at, {"recipient": "nobody"}).status_code == 422
    assert client.post(again_at, {"recipient": "b@cabinet.example"}).status_code == 303
    assert (
        client.post(f"{home}{mails(provider)[1].pk}/renvoyer/", {"recipient": "b@c.fr"}).status_code
        == 422
    )


def test_a_practice_reads_the_letters_it_received_and_no_others(
    client: Client, provider: Provider
) -> None:
    with open_scope(provider.id):
        customer, other = a_customer(), a_customer("Cabinet des Lilas")
        manager = a_member(Role.PRACTICE_MANAGER, customer=customer)
    mine = a_mail(provider, key="1", customer_id=customer.id)
    theirs = a_mail(provider, key="2", customer_id=other.id)
    client.force_login(manager.user)
    home = f"/c/{customer.id}/messages/"
    assert str(mine.pk) in client.get(home).content.decode()
    assert str(theirs.pk) not in client.get(home).content.decode()
    assert client.get(f"{home}{mine.pk}/").status_code == 200
    assert client.get(f"{home}{theirs.pk}/").status_code == 404
