"""Whether a provider is served at all: an operator decides, and the provider reads it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from providers.audit import record
from providers.enums import ProviderStatus
from providers.models import Provider
from providers.scoping import open_scope


@transaction.atomic
def change_service(
    *, provider_id: UUID, status: ProviderStatus | str, at: datetime, by: UUID
) -> Provider:
    """Suspend a provider or serve it again; what it is already changes nothing.

    Suspended, its people find no page and no work of its own is done; nothing of it is lost.
    """
    provider = Provider.objects.select_for_update().get(id=provider_id)
    if provider.status == ProviderStatus(status):
        return provider
    provider.status = ProviderStatus(status)
    provider.save(update_fields=["status"])
    is_served = provider.status == ProviderStatus.ACTIVE
    with open_scope(provider.pk):
        act = "provider.reactivated" if is_served else "provider.suspended"
        record(act, provider, at=at, actor_id=by)
    return provider
