"""Issue what a provider's contracts are due by a day, or only say what it would be."""

import json
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.operations.invoice_run import Run, issue_due
from billing.operations.loading import due_ids, load_contracts, seller_on
from billing.rules.plan import due_drafts
from core import clock
from core.errors import DomainError
from core.money import ZERO
from providers.models import Provider
from providers.scoping import open_scope

MOST = 100_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", required=True, help="the provider's slug")
        parser.add_argument("--date", type=date.fromisoformat, help="the business day (today)")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        provider = Provider.objects.filter(slug=options["provider"]).first()
        if provider is None:
            raise CommandError(f"no provider has the address {options['provider']}")
        today = clock.today(provider.zone)
        day = options["date"] or today
        if options["dry_run"]:
            self.stdout.write(json.dumps(_foreseen(provider, day)))
            return
        issued = issue_due(Run(provider.id, day, today, clock.now()))
        self.stdout.write(json.dumps({"provider": provider.slug, "issued": issued}))


def _foreseen(provider: Provider, day: date) -> dict[str, Any]:
    """How many invoices, for how much, and how many contracts would be parked."""
    count, gross, faulty = 0, ZERO, 0
    with open_scope(provider.id):
        ids = [contract_id for _day, contract_id in due_ids(day, after=None, limit=MOST)]
        for due in load_contracts(ids, seller=seller_on(day)):
            try:
                drafts = due_drafts(due.facts, day)
            except DomainError:
                faulty += 1
                continue
            count += len(drafts)
            gross += sum((draft.totals.gross for draft in drafts), Decimal(0))
    return {"provider": provider.slug, "invoices": count, "gross": str(gross), "parked": faulty}
