"""What people keep for themselves, as the open space sees it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portal.models import SavedView
from providers.scoping import current_scope


def ownership(user_id: UUID, listing: str) -> dict[str, Any]:
    """Whose views of which list: a practice's are apart from the provider's and from another's."""
    customer_id = current_scope().customer_id
    return {"user_id": user_id, "listing": listing, "customer_id": customer_id}


def own_views(user_id: UUID, listing: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(**ownership(user_id, listing))
