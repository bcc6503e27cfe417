"""After a run its mailing: a job with its own bar, which says whom it wrote to, and who is left."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from billing.models import Invoice, InvoiceDocument
from billing.operations import documents
from billing.operations.mailing import MAILING
from contracts.models import Contract
from core.pdf import RenderingFailed
from providers.enums import JobState, MailState, Role
from providers.models import Customer, Job, Mail, Notification, ProviderProfile
from providers.operations.working import run_job
from providers.scoping import open_scope
from providers.tasks import work_on_job
from tests.factories import a_member
from tests.portal.workshop.conftest import NOW, TODAY, Workshop, draw

LAUNCH = "facturation/emission/lancement/"
READER = "lecteur@pins.example"


def launched(owner: Client, workshop: Workshop) -> Job:
    page: Any = owner.get(workshop.at(LAUNCH))
    seen = page.context["fresh"].initial["seen"]
    owner.post(workshop.at(LAUNCH), {"seen": seen, "request_key": "k", "day": TODAY.isoformat()})
    return the_job(workshop, "invoice_run")


def the_job(workshop: Workshop, kind: str = MAILING) -> Job:
    with open_scope(workshop.provider.id):
        return Job.objects.get(kind=kind)


def work(job: Job) -> Job:
    run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: NOW)
    with open_scope(job.provider_id):
        return Job.objects.get(pk=job.pk)


def mails(workshop: Workshop) -> list[Mail]:
    with open_scope(workshop.provider.id):
        return list(Mail.objects.filter(event="invoice_issued").order_by("id"))


@pytest.fixture
def reader(workshop: Workshop, pines: Customer) -> None:
    with open_scope(workshop.provider.id):
        a_member(Role.PRACTICE_ACCOUNTANT, customer=pines, email=READER)


@pytest.fixture
def run(workshop: Workshop, owner: Client, contract: Contract, reader: None) -> Job:
    """A run that is over, of the two invoices of one contract."""
    return work(launched(owner, workshop))


def test_a_run_is_followed_by_its_mailing_and_shows_its_bar(
    workshop: Workshop, owner: Client, run: Job
) -> None:
    job, here = the_job(workshop), workshop.at(f"travaux/{run.pk}/")
    assert job.total == 2
    page = owner.get(here).content.decode()
    assert "Envoi des factures" in page
    assert f'hx-get="{here}suite/" hx-trigger="every 2s"' in page, "the second bar moves"
    assert f'hx-get="{here}avancement/"' not in page, "and it alone"
    assert work(job).state == JobState.FINISHED
    last = owner.get(f"{here}suite/").content.decode()
    assert "every 2s" not in last
    assert "2 sur 2" in last
    assert "<html" not in last
    assert "every 2s" not in owner.get(here).content.decode()
    assert [mail.recipient for mail in mails(workshop)] == [READER, READER]


def test_each_message_is_named_with_its_own_fate(
    workshop: Workshop, owner: Client, run: Job
) -> None:
    job = work(the_job(workshop))
    with open_scope(workshop.provider.id):
        first = Mail.objects.order_by("id").first()
        assert first is not None
        Mail.objects.filter(pk=first.pk).update(state=MailState.BOUNCED)
    page = owner.get(workshop.at(f"travaux/{job.pk}/")).content.decode()
    assert READER in page
    assert "Revenu" in page
    assert workshop.at(f"messages/{first.pk}/") in page


def test_a_document_that_nobody_is_told_of_is_named_and_tried_again(
    workshop: Workshop, owner: Client, contract: Contract, pines: Customer
) -> None:
    work(launched(owner, workshop))
    job = work(the_job(workshop))
    assert (job.done, job.failed) == (0, 2)
    page = owner.get(workshop.at(f"travaux/{job.pk}/")).content.decode()
    assert "Personne, à Cabinet des Pins" in page
    with open_scope(workshop.provider.id):
        a_member(Role.PRACTICE_MANAGER, customer=pines, email=READER)
    owner.post(workshop.at(f"travaux/{job.pk}/recommencer/"))
    job = work(job)
    assert (job.done, job.failed) == (2, 0)
    assert len(mails(workshop)) == 2


def test_whoever_the_relay_told_first_is_not_written_to_twice(workshop: Workshop, run: Job) -> None:
    documents.relay_documents(provider_id=workshop.provider.id, at=NOW)
    assert len(mails(workshop)) == 2
    job = work(the_job(workshop))
    assert (job.done, len(mails(workshop))) == (2, 2)


def test_a_document_without_its_pdf_is_told_of_to_nobody(
    workshop: Workshop, run: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_kwargs: object) -> bytes:
        raise RenderingFailed("no fonts")

    with monkeypatch.context() as patch:
        patch.setattr(documents, "draw_invoice", fails)
        job = work(the_job(workshop))
    assert (job.done, job.failed, mails(workshop)) == (0, 2, [])
    with open_scope(workshop.provider.id):
        assert not Notification.objects.filter(event="invoice_issued").exists()
        assert not InvoiceDocument.objects.exists()


def test_a_run_that_issued_nothing_is_followed_by_nothing(
    workshop: Workshop, owner: Client, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = launched(owner, workshop)
    with open_scope(workshop.provider.id):
        job.items.update(parameters={"gross_amount": "1.00", "invoices": 1})
    assert work(job).failed == 1
    with open_scope(workshop.provider.id):
        assert not Job.objects.filter(kind=MAILING).exists()


def test_the_mailing_begins_without_waiting_for_the_sweep(
    workshop: Workshop, owner: Client, contract: Contract, reader: None
) -> None:
    job = launched(owner, workshop)
    work_on_job(provider_id=str(job.provider_id), job_id=str(job.pk))
    assert the_job(workshop).state == JobState.FINISHED


def test_some_documents_are_sent_again_and_a_double_click_is_one_job(
    workshop: Workshop, owner: Client, invoice: Invoice, reader: None
) -> None:
    with open_scope(workshop.provider.id):
        draw(invoice)
        documents.tell_of(invoice, key=str(invoice.pk), at=NOW)
    assert (
        "Envoyer de nouveau" in owner.get(workshop.at(f"factures/{invoice.pk}/")).content.decode()
    )
    here = workshop.at(f"factures/envoi/?id={invoice.pk}")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page: Any = owner.get(here)
        text = page.content.decode()
        assert "Envoyer de nouveau 1 document par e-mail" in text
        assert f"{invoice.number} · Cabinet des Pins" in text, "which one stands above"
        form = {"form_key": page.context["form_key"]}
        first, second = (owner.post(here, form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    for _ in range(2):
        work(the_job(workshop))
    assert [mail.recipient for mail in mails(workshop)] == [READER, READER]


def test_one_that_was_not_drawn_yet_is_told_of_once(
    workshop: Workshop, owner: Client, invoice: Invoice, reader: None
) -> None:
    owner.post(workshop.at(f"factures/envoi/?id={invoice.pk}"), {"form_key": "k"})
    work(the_job(workshop))
    assert [mail.recipient for mail in mails(workshop)] == [READER]


def test_nobody_is_written_to_about_what_nobody_chose(
    workshop: Workshop, owner: Client, invoice: Invoice
) -> None:
    for asked in ("", "?id=nonsense", "?status=paid"):
        answer = owner.post(workshop.at(f"factures/envoi/{asked}"), {"form_key": "k"})
        assert answer.status_code == 422
    with open_scope(workshop.provider.id):
        assert not Job.objects.exists()


def test_a_mailing_issued_nothing_to_list_or_to_pack(
    workshop: Workshop, owner: Client, run: Job
) -> None:
    job = work(the_job(workshop))
    listed: Any = owner.get(workshop.at(f"travaux/{job.pk}/factures.csv"))
    assert listed.status_code == 200
    assert len(b"".join(listed.streaming_content).decode().splitlines()) == 1
    assert owner.post(workshop.at(f"travaux/{job.pk}/archive/")).status_code == 303


def test_a_demonstration_says_that_nothing_leaves_it(
    workshop: Workshop, owner: Client, run: Job
) -> None:
    with open_scope(workshop.provider.id):
        ProviderProfile.objects.update(is_demonstration=True)
    job = work(the_job(workshop))
    assert (job.skipped, mails(workshop)) == (2, [])
    page = owner.get(workshop.at(f"travaux/{job.pk}/")).content.decode()
    assert "Une démonstration n’écrit à personne" in page


def test_the_practice_next_door_is_not_written_to(
    workshop: Workshop, stranger: Client, neighbour: Workshop, invoice: Invoice
) -> None:
    """The neighbour's owner names an invoice that is not theirs."""
    answer = stranger.post(neighbour.at(f"factures/envoi/?id={invoice.pk}"), {"form_key": "k"})
    assert answer.status_code == 422
    with open_scope(neighbour.provider.id):
        assert not Job.objects.exists()
