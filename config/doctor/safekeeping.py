"""What must survive everything: the backup, the chain of documents, the seals of the journal."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from billing.models import Invoice, SeriesCounter
from config.doctor import Finding, fail, ok, warn
from config.safekeeping.verifying import faults_of, newest
from core import clock
from providers.models import Provider
from providers.scoping import open_scope
from providers.trail import first_id_of, unsealed

# Sealing runs every three minutes.
SEALED_WITHIN: Final = timedelta(minutes=15)


def backup() -> Finding:
    """The newest backup in `BACKUP_FOLDER`, by its manifest; only `verify_backup` restores it."""
    if not settings.BACKUP_FOLDER:
        return warn(
            "nobody said where backups are", "Set BACKUP_FOLDER; docs/operations/backup.md."
        )
    found = newest(Path(settings.BACKUP_FOLDER))
    if found is None:
        return fail("there is none", "Run manage.py backup every day, then verify_backup.")
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    faults = faults_of(found, at=clock.now(), secrets=keys)
    if faults:
        return fail(f"{found.name}: {'; '.join(faults)}", "Make another one, and verify it.")
    return ok(found.name)


def seals() -> Finding:
    """Every entry of every journal is sealed soon, and the head leaves with the logs."""
    edge = first_id_of(clock.now() - SEALED_WITHIN)
    late = []
    for provider in Provider.objects.order_by("slug"):
        with open_scope(provider.pk):
            if unsealed().filter(id__lt=edge).exists():
                late.append(provider.slug)
    if late:
        told = f"{len(late)} journals wait for their seals: {', '.join(late[:5])}"
        return fail(told, "Start the worker; run manage.py verify_trail.")
    return ok("every entry is sealed")


def chains() -> Finding:
    """Each series ends where its counter says; `verify_chain` walks all of it."""
    broken, count = [], 0
    for provider in Provider.objects.order_by("slug"):
        with open_scope(provider.pk):
            for row in SeriesCounter.objects.filter(last_number__gt=0).order_by("series", "year"):
                count += 1
                if not _ends_with(row):
                    broken.append(f"{provider.slug} {row.series}-{row.year}")
    if broken:
        told = f"not where the counter says: {', '.join(broken[:5])}"
        return fail(told, "Stop invoicing; run manage.py verify_chain, and call for help.")
    return ok(f"{count} series end where their counters say")


def _ends_with(row: SeriesCounter) -> bool:
    last = Invoice.objects.filter(series=row.series, year=row.year).order_by("-sequence").first()
    return last is not None and (last.sequence, last.hash) == (row.last_number, row.head_hash)
