"""The pages of long jobs: progress that ends by itself, stop, resume, retry, file, pill."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from billing.models import Invoice
from portal.archives import ARCHIVE, archive_pieces
from providers.enums import JobItemState, JobState
from providers.models import AuditEntry, Job, JobItem
from providers.operations.jobs import start_job
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.harness.sign_in import grow_stale
from tests.permissions.reading import body_of
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    NOW,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    draw,
)


@pytest.fixture
def archive(workshop: Workshop, invoice: Invoice) -> Job:
    with open_scope(workshop.provider.id):
        draw(invoice)
        return start_job(
            kind=ARCHIVE,
            key="k",
            pieces=archive_pieces([(invoice.pk, invoice.number)]),
            parameters={"name": "factures-2026", "language": "fr", "about": "février 2026"},
            at=NOW,
        )


def work(job: Job) -> None:
    run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: NOW)


def read(job: Job) -> Job:
    with open_scope(job.provider_id):
        return Job.objects.get(pk=job.pk)


def at(workshop: Workshop, job: Job, more: str = "") -> str:
    return workshop.at(f"travaux/{job.pk}/{more}")


def test_the_page_asks_again_until_the_job_has_ended(
    workshop: Workshop, owner: Client, archive: Job
) -> None:
    page = owner.get(at(workshop, archive)).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "En attente de son tour" in page
    part = owner.get(at(workshop, archive, "avancement/")).content.decode()
    assert "0 sur 1" in part
    assert "<html" not in part
    work(archive)
    last = owner.get(at(workshop, archive, "avancement/")).content.decode()
    assert "hx-trigger" not in last
    assert "hx-get" not in last
    assert 'data-milestone="100-0-1"' in last
    assert "Terminé" in last
    assert "http-equiv" not in owner.get(at(workshop, archive)).content.decode()


def test_the_header_shows_the_job_at_work_on_every_page(
    workshop: Workshop, sign_in: SignIn, archive: Job
) -> None:
    assert "job-pill" in sign_in(ACCOUNTANT).get(workshop.at("factures/")).content.decode()
    work(archive)
    assert "job-pill" not in sign_in(ACCOUNTANT).get(workshop.at("factures/")).content.decode()


def test_it_is_stopped_resumed_and_stays_audited(
    workshop: Workshop, owner: Client, archive: Job
) -> None:
    assert owner.post(at(workshop, archive, "arreter/")).status_code == 303
    assert read(archive).state == JobState.STOPPED
    again = owner.post(at(workshop, archive, "arreter/"), follow=True)
    assert "déjà terminé" in again.content.decode()
    assert owner.post(at(workshop, archive, "reprendre/")).status_code == 303
    assert read(archive).state == JobState.WAITING
    work(archive)
    with open_scope(workshop.provider.id):
        acts = AuditEntry.objects.filter(subject_id=archive.pk).values_list("act", "actor_id")
        assert sorted(act for act, _ in acts) == ["job.asked", "job.resumed", "job.stopped"]


def test_what_failed_is_tried_again_one_by_one(
    workshop: Workshop, owner: Client, archive: Job
) -> None:
    work(archive)
    with open_scope(workshop.provider.id):
        item = JobItem.objects.get(job=archive)
        JobItem.objects.update(state=JobItemState.FAILED, template="This job is over already.")
        Job.objects.update(done=0, failed=1)
    page = owner.get(at(workshop, archive)).content.decode()
    assert "Ce travail est déjà terminé." in page
    assert f'value="{item.pk}"' in page
    for chosen in ("nonsense", str(item.pk)):
        owner.post(at(workshop, archive, "recommencer/"), {"items": [chosen]})
    work(archive)
    assert (read(archive).done, read(archive).failed) == (1, 0)


def test_the_file_is_given_to_those_who_may_read_invoices(
    workshop: Workshop, sign_in: SignIn, stranger: Client, archive: Job
) -> None:
    assert sign_in(OWNER).get(at(workshop, archive, "archive.zip")).status_code == 404
    work(archive)
    answer: Any = sign_in(ACCOUNTANT).get(at(workshop, archive, "archive.zip"))
    assert answer.status_code == 200
    assert 'filename="factures-2026.zip"' in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"].startswith("sandbox")
    content = body_of(answer)
    assert len(content) == read(archive).file_size
    assert content.startswith(b"PK")
    assert sign_in(TECHNICIAN).get(at(workshop, archive, "archive.zip")).status_code == 403
    assert stranger.get(at(workshop, archive, "archive.zip")).status_code == 404


def test_a_proof_leads_back_to_the_page_of_the_job(
    workshop: Workshop, sign_in: SignIn, archive: Job
) -> None:
    client = sign_in(ACCOUNTANT)
    grow_stale(client)
    led = client.get(at(workshop, archive, "archive.zip"))["Location"]
    assert parse_qs(urlsplit(led).query)["next"] == [at(workshop, archive)]
