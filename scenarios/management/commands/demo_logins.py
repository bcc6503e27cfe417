"""Print one login per role of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from scenarios.cast import PASSWORD, logins


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"\n  Password of everybody: {PASSWORD}\n")
        for login in logins():
            self.stdout.write(f"  {login.role:<20} {login.email:<48} {login.place}")
