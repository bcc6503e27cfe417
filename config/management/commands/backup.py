"""Write a backup: the database as one snapshot, the folder of files, and a sealed manifest.

`BACKUP_DATABASE_URL` names the backup role, the only one that may read every row; the newest
backup is a folder named by its instant. It counts once `manage.py verify_backup` has restored it.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded.places import Place
from config.env import Environment
from config.safekeeping.making import EmptyBackup, make_backup
from config.safekeeping.programs import ProgramFailed
from core import clock
from providers.roles import BACKUP


def backup_address() -> str:
    """Of the backup role; the embedded services know their own."""
    known = Environment().text("BACKUP_DATABASE_URL", "")
    return known or (Place.here().database_url(BACKUP) if settings.IS_EMBEDDED else "")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        help_ = "where its folder is made (BACKUP_FOLDER when left out)"
        parser.add_argument("folder", nargs="?", default=settings.BACKUP_FOLDER, help=help_)

    def handle(self, *args: Any, **options: Any) -> None:
        address = backup_address()
        if not options["folder"] or not address:
            raise CommandError("name a folder, or set BACKUP_FOLDER; and set BACKUP_DATABASE_URL")
        try:
            made = make_backup(
                Path(options["folder"]),
                address=address,
                files=Path(settings.MEDIA_ROOT),
                at=clock.now(),
                secret=settings.SECRET_KEY,
            )
        except (EmptyBackup, ProgramFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made))
