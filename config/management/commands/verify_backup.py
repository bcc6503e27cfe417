"""Verify a backup: its files, age and key, then a restore into an empty server, compared.

Without `--into` a server of its own is started for the moment, where the programs are installed.
"""

import sys
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded.programs import ServicesError
from config.safekeeping.verifying import (
    OLDEST,
    Restored,
    empty_cluster,
    faults_of,
    newest,
    restored_faults,
)
from core import clock

FAULTY = 1


class Command(BaseCommand):
    """Exit code 0: it can be restored and is complete; 1: it cannot, and why is told."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="a backup, or a folder of them: the newest is taken")
        parser.add_argument(
            "--into", help="administrator's address of an empty database with roles"
        )
        parser.add_argument("--app", help="the app role's address of the same database")
        hours = OLDEST.total_seconds() / 3600
        parser.add_argument("--oldest", type=float, default=hours, help="hours (26)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = newest(Path(options["folder"]))
        if folder is None:
            raise CommandError("there is no backup in this folder")
        secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
        oldest = timedelta(hours=options["oldest"])
        found = faults_of(folder, at=clock.now(), secrets=secrets, oldest=oldest)
        found = found or self._restored(folder, secrets, options)
        for fault in found:
            self.stdout.write(fault)
        if found:
            sys.exit(FAULTY)
        self.stdout.write(f"{folder} is complete: restored, compared, its chains hold.")

    def _restored(self, folder: Path, secrets: list[str], options: dict[str, Any]) -> list[str]:
        if options["into"]:
            if not options["app"]:
                raise CommandError("--into wants --app, the address of the app role there")
            into = Restored(options["into"], options["app"])
            return restored_faults(folder, into, secrets=secrets)
        try:
            with empty_cluster() as into:
                return restored_faults(folder, into, secrets=secrets)
        except ServicesError as error:
            raise CommandError(f"{error}; or give an empty database by --into") from error
