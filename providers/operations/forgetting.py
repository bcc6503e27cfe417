"""Erasing history: what has aged, and what a person asks to have erased (GDPR, article 17).

Only the owner of the database holds the privilege, and the table refuses whoever does not say
that they erase: `manage.py prune_history` is the one place where both come together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection, models, transaction

from providers.audit import record
from providers.models import HistoryRow, Provider
from providers.scoping import current_scope


@transaction.atomic
def forget_history(*, before: datetime) -> int:
    """Erase the open provider's lines older than an instant; how many they were."""
    return _erased(HistoryRow.objects.filter(at__lt=before))


@transaction.atomic
def erase_history_of(*, subject_id: UUID, at: datetime) -> int:
    """Erase every line about one row, and write in the journal that it was done."""
    count = _erased(HistoryRow.objects.filter(subject_id=subject_id))
    provider = Provider.objects.get(id=current_scope().provider_id)
    record("history.erased", provider, at=at, count=count)
    return count


def _erased(rows: "models.QuerySet[HistoryRow]") -> int:
    with _saying_so():
        return rows.delete()[0]


@contextmanager
def _saying_so() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.erasure', 'on', true)")
        yield
        cursor.execute("SELECT set_config('app.erasure', '', true)")
