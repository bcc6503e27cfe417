"""Load the demonstration: four invented providers, their practices, a life up to today."""

from argparse import ArgumentParser
from datetime import date
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from scenarios.cast import houses
from scenarios.demonstration import Plan, load_demonstration
from scenarios.digest import digest_of


class Command(BaseCommand):
    """Prints a digest of each provider's business values: the same seed and day give the same."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=date.fromisoformat, help="the day it ends on")
        parser.add_argument("--months", type=int, default=18, help="how long it has lived")
        parser.add_argument("--seed", type=int, default=1, help="who pays when")
        parser.add_argument("--provider", action="append", default=[], metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan(
            today=options["date"] or clock.today("Europe/Paris"),
            months=options["months"],
            seed=options["seed"],
            slugs=tuple(options["provider"]),
        )
        unknown = set(plan.slugs) - {house.slug for house in houses()}
        if unknown or plan.months < 1:
            raise CommandError(f"Unknown: {', '.join(sorted(unknown)) or plan.months}")
        begun = monotonic()
        for provider in load_demonstration(plan):
            spent, begun = monotonic() - begun, monotonic()
            said = (
                f"{provider.slug}: {plan.months} months up to {plan.today}, {spent:.0f} s, digest "
            )
            self.stdout.write(said + digest_of(provider)[:16])
