"""What beat wakes: the database says what is due, the queue only carries ids."""

from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from django.db import transaction

from core import clock
from providers import daily
from providers.enums import ProviderStatus
from providers.models import Job, Provider
from providers.operations.jobs import purge_files
from providers.operations.kept_answers import forget_old_answers
from providers.operations.sealing import seal_entries
from providers.operations.sending import relay_mails
from providers.operations.working import run_job
from providers.scoping import open_scope
from providers.trail import AT_ONCE, head

log = structlog.get_logger("clausier.trail")


@shared_task(name="providers.wake_due_providers", expires=55)
def wake_due_providers(**spare: Any) -> int:
    """Hand over every provider whose local day is not done yet; woken every minute."""
    woken = 0
    for provider in Provider.objects.filter(status=ProviderStatus.ACTIVE).order_by("slug"):
        if daily.due_days(provider_id=provider.id, today=clock.today(provider.zone)):
            run_provider_days.delay(provider_id=str(provider.id))
            woken += 1
    return woken


@shared_task(name="providers.run_provider_days")
def run_provider_days(*, provider_id: str, **spare: Any) -> int:
    """Do the days a provider is due, in order; a second delivery finds nothing left."""
    provider = Provider.objects.get(id=UUID(provider_id))
    today = clock.today(provider.zone)
    return len(daily.run_due_days(provider=provider, today=today, now=clock.now))


MAILS_AT_ONCE = 50


@shared_task(name="providers.send_waiting_mails", expires=25)
def send_waiting_mails(**spare: Any) -> None:
    """Sweep: every provider's waiting messages, also those whose worker died."""
    active = Provider.objects.filter(status=ProviderStatus.ACTIVE)
    for provider_id in active.values_list("id", flat=True):
        send_mails_of.delay(provider_id=str(provider_id))


@shared_task(name="providers.send_mails_of")
def send_mails_of(*, provider_id: str, **spare: Any) -> int:
    """Send a batch, and come back while more wait."""
    sent = relay_mails(provider_id=UUID(provider_id), now=clock.now, limit=MAILS_AT_ONCE)
    if sent == MAILS_AT_ONCE:
        send_mails_of.delay(provider_id=provider_id)
    return sent


@shared_task(name="providers.wake_jobs", expires=55)
def wake_jobs(**spare: Any) -> int:
    """Sweep: every job that nobody has begun, or whose worker died; and files past their days."""
    woken, now = 0, clock.now()
    for provider in Provider.objects.filter(status=ProviderStatus.ACTIVE).order_by("slug"):
        with open_scope(provider.id):
            waiting = list(
                Job.objects.all().to_take(now).order_by("id").values_list("id", flat=True)
            )
            purge_files(at=now)
        for job_id in waiting:
            work_on_job.delay(provider_id=str(provider.id), job_id=str(job_id))
            woken += 1
    return woken


@shared_task(name="providers.work_on_job")
def work_on_job(*, provider_id: str, job_id: str, **spare: Any) -> None:
    """Work on one job; a long one is handed back, so that others have their turn."""
    following = run_job(provider_id=UUID(provider_id), job_id=UUID(job_id), now=clock.now)
    if following is not None:
        work_on_job.delay(provider_id=provider_id, job_id=str(following.pk))


def wake_job(job: Job) -> None:
    """Wake a worker once the job is committed; without a broker the sweep finds it."""
    ids = {"provider_id": str(job.provider_id), "job_id": str(job.pk)}

    # By its name: Django asks for it when the call fails, and a partial has none.
    def wake() -> None:
        work_on_job.delay(**ids)

    transaction.on_commit(wake, robust=True)


@shared_task(name="providers.seal_trails", expires=170)
def seal_trails(**spare: Any) -> None:
    """Every provider's audit trail, also of those that are suspended; woken every three minutes."""
    for provider_id in Provider.objects.values_list("id", flat=True):
        seal_trail.delay(provider_id=str(provider_id))


@shared_task(name="providers.seal_trail")
def seal_trail(*, provider_id: str, **spare: Any) -> int:
    """Seal a batch, and come back while more wait; the head leaves the database with the logs."""
    sealed = seal_entries(provider_id=UUID(provider_id), at=clock.now())
    if sealed == AT_ONCE:
        seal_trail.delay(provider_id=provider_id)
    elif sealed:
        with open_scope(UUID(provider_id)):
            found = head()
        log.info("trail sealed", provider=provider_id, position=found.position, head=found.hash)
    return sealed


@shared_task(name="providers.forget_kept_answers")
def forget_kept_answers(**spare: Any) -> int:
    """Forget what the programming interface answered more than thirty days ago."""
    gone = 0
    for provider_id in Provider.objects.order_by("slug").values_list("id", flat=True):
        with open_scope(provider_id):
            gone += forget_old_answers(at=clock.now())
    return gone
