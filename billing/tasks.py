"""Documents are drawn in the background, a few at a time, by whoever is free."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from celery import shared_task

from billing.operations.documents import relay_documents
from billing.operations.news import tell_due_days
from core import clock
from providers.enums import ProviderStatus
from providers.models import Provider

AT_ONCE = 50
MORNING = 7  # nobody is written to in the middle of the night


@shared_task(name="billing.draw_waiting_documents", expires=55)
def draw_waiting_documents(**spare: Any) -> None:
    """Sweep: every provider's waiting documents, also those whose worker died."""
    for provider_id in Provider.objects.filter(status=ProviderStatus.ACTIVE).values_list(
        "id", flat=True
    ):
        draw_documents_of.delay(provider_id=str(provider_id))


@shared_task(name="billing.draw_documents_of")
def draw_documents_of(*, provider_id: str, **spare: Any) -> int:
    """Draw a batch, and come back while more wait."""
    drawn = relay_documents(provider_id=UUID(provider_id), at=clock.now(), limit=AT_ONCE)
    if drawn == AT_ONCE:
        draw_documents_of.delay(provider_id=provider_id)
    return drawn


@shared_task(name="billing.wake_for_news", expires=595)
def wake_for_news(**spare: Any) -> None:
    """In the morning of each provider: what the day's run did, and the digests."""
    for provider in Provider.objects.filter(status=ProviderStatus.ACTIVE).order_by("slug"):
        if clock.now().astimezone(ZoneInfo(provider.zone)).hour >= MORNING:
            tell_news_of.delay(provider_id=str(provider.pk))


@shared_task(name="billing.tell_news_of")
def tell_news_of(*, provider_id: str, **spare: Any) -> int:
    """Tell what is due; a second delivery finds it told."""
    provider = Provider.objects.get(id=UUID(provider_id))
    return tell_due_days(provider=provider, today=clock.today(provider.zone), at=clock.now())
