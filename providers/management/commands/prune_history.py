"""Erase the history of edited master data that is older than HISTORY_KEPT_DAYS.

With --subject it erases, whatever their age, the lines about one row (a contact who asks for it),
and the provider's journal says so. It signs in as the owner of the database, alone to erase
history: run it daily beside the portal.
"""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from providers.models import Provider
from providers.operations.forgetting import erase_history_of, forget_history
from providers.scoping import open_scope


class Command(BaseCommand):
    """Prints how many lines of each provider were erased."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", help="one provider's slug; all of them when left out")
        parser.add_argument("--days", type=int, default=settings.HISTORY_KEPT_DAYS)
        parser.add_argument("--subject", type=UUID, help="the row whose history is erased whole")

    def handle(self, *args: Any, **options: Any) -> None:
        providers = Provider.objects.order_by("slug")
        if options["provider"]:
            providers = providers.filter(slug=options["provider"])
        elif options["subject"]:
            raise CommandError("--subject is one provider's: name it with --provider")
        if options["days"] < 1:
            raise CommandError("--days is one at least")
        for provider in providers:
            count = _erase(provider, options["subject"], options["days"])
            self.stdout.write(f"{provider.slug}: {count}")


def _erase(provider: Provider, subject_id: UUID | None, days: int) -> int:
    now = clock.now()
    with open_scope(provider.id):
        if subject_id is not None:
            return erase_history_of(subject_id=subject_id, at=now)
        return forget_history(before=now - timedelta(days=days))
