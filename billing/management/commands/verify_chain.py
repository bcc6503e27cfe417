"""Check that every issued document is still what was issued, in every series of a provider."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from billing.models import SeriesCounter
from billing.queries import verify_series
from billing.rules.chain import Break
from providers.models import Provider
from providers.scoping import open_scope

BROKEN = 1


class Command(BaseCommand):
    """Exit code 0: every chain holds; 1: one is broken, its first wrong document is named."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", help="one provider's slug; all of them when left out")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        providers = Provider.objects.order_by("slug")
        if options["provider"]:
            providers = providers.filter(slug=options["provider"])
        found = [row for provider in providers for row in _verified(provider)]
        for row in found:
            self.stdout.write(json.dumps(row) if options["format"] == "json" else _shown(row))
        if any(row["broken_at"] for row in found):
            sys.exit(BROKEN)


def _verified(provider: Provider) -> list[dict[str, Any]]:
    with open_scope(provider.id):
        counters = SeriesCounter.objects.order_by("series").values_list("series", flat=True)
        return [_row(provider, series, verify_series(series)) for series in sorted(set(counters))]


def _row(provider: Provider, series: str, broken: Break | None) -> dict[str, Any]:
    return {
        "provider": provider.slug,
        "series": series,
        "broken_at": broken.number if broken else None,
        "code": broken.code if broken else None,
    }


def _shown(row: dict[str, Any]) -> str:
    verdict = f"broken at {row['broken_at']} ({row['code']})" if row["broken_at"] else "holds"
    return f"{row['provider']} {row['series']}: {verdict}"
