"""Load the demonstration: four invented providers, their practices, a life up to today."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from scenarios.demonstration import load_demonstration


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="the day it ends on")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or clock.today("Europe/Paris")
        for provider in load_demonstration(today=today):
            self.stdout.write(f"{provider.slug}: loaded up to {today}")
