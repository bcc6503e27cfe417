"""What the clock asks of imports."""

from typing import Any

from celery import shared_task

from core import clock
from imports.operations.forgetting import erase_old_values
from providers.models import Provider
from providers.scoping import open_scope


@shared_task(name="imports.erase_old_values")
def erase_values(**spare: Any) -> int:
    """Erase what files said more than ninety days ago."""
    erased = 0
    for provider_id in Provider.objects.order_by("slug").values_list("id", flat=True):
        with open_scope(provider_id):
            erased += erase_old_values(at=clock.now())
    return erased
