"""What beat wakes: the database says what is due, the queue only carries ids."""

from typing import Any
from uuid import UUID

from celery import shared_task

from core import clock
from providers import daily
from providers.enums import ProviderStatus
from providers.models import Provider
from providers.operations.mail import relay_mails


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
