"""Forgetting what files said: the values of an import are kept for as long as it may be undone."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models.functions import Greatest

from imports.models import Import, ImportTable

KEPT: Final = timedelta(days=90)
TOUCHED: Final = Greatest("sent_at", "checked_at", "committed_at", "undone_at")


@transaction.atomic
def erase_old_values(*, at: datetime) -> int:
    """Erase the values of imports that nobody has touched for ninety days; what they did stays.

    An import that a job works on is left for the next time.
    """
    untouched = Import.objects.alias(touched_at=TOUCHED).filter(touched_at__lt=at - KEPT)
    old = untouched.filter(values_erased_at=None).select_for_update(skip_locked=True)
    for imported in old:
        imported.rows.all().delete()
        ImportTable.objects.filter(imported=imported).delete()
        imported.values_erased_at = at
        imported.save(update_fields=["values_erased_at"])
    return len(old)
