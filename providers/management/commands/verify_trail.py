"""Check that the audit trail of a provider is still what was written, entry by entry.

`--head POSITION:HASH` adds what no one inside the database can forge: a head exported earlier
(from the journal's page, from the logs, or from an earlier run of this command).
"""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from providers.models import Provider
from providers.scoping import open_scope
from providers.trail import Head, verify

BROKEN = 1


def kept_head(text: str) -> Head:
    position, _colon, digest = text.partition(":")
    if not position.isdecimal() or len(digest) != 64:
        raise ArgumentTypeError("a head is written POSITION:HASH")
    return Head(int(position), digest)


class Command(BaseCommand):
    """Exit code 0: every trail holds; 1: one does not, and its first fault is told."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", help="one provider's slug; all of them when left out")
        parser.add_argument("--head", type=kept_head, help="a head kept outside: POSITION:HASH")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        providers = Provider.objects.order_by("slug")
        if options["provider"]:
            providers = providers.filter(slug=options["provider"])
        elif options["head"]:
            raise CommandError("--head is one provider's: name it with --provider")
        found = [_row(provider, options["head"]) for provider in providers]
        for row in found:
            self.stdout.write(json.dumps(row) if options["format"] == "json" else _shown(row))
        if any(row["fault"] for row in found):
            sys.exit(BROKEN)


def _row(provider: Provider, kept: Head | None) -> dict[str, Any]:
    with open_scope(provider.id):
        found = verify(kept=kept)
    fault = found.fault
    return {
        "provider": provider.slug,
        "position": found.head.position,
        "head": found.head.hash,
        "fault": fault.code if fault else None,
        "at": fault.position if fault else None,
        "entry": str(fault.entry_id) if fault and fault.entry_id else None,
    }


def _shown(row: dict[str, Any]) -> str:
    if not row["fault"]:
        return f"{row['provider']}: holds, {row['position']}:{row['head']}"
    entry = f", entry {row['entry']}" if row["entry"] else ""
    return f"{row['provider']}: broken at {row['at']} ({row['fault']}){entry}"
