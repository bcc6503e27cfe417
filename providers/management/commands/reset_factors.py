"""Take away the second factors of somebody who lost their device and their recovery codes.

For accounts that no house may help alone: they open several houses, or are an operator's. Make
sure who is asking first: whoever reads their mail then needs nothing but the mail. They are signed
out everywhere and written to; every house that the account opens reads of it in its journal.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import DomainError
from providers.models import User
from providers.operations.lost_factors import reset_factors_as_operator

REFUSED = 1


class Command(BaseCommand):
    """Exit code 0: taken away; 1: refused, nothing changed; 2: wrong arguments."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="what the person signs in with")
        parser.add_argument("--by", required=True, help="the operator whom the journals name")

    def handle(self, *args: Any, **options: Any) -> None:
        person, operator = _account(options["email"]), _account(options["by"])
        if not (operator.is_operator and operator.is_active):
            raise CommandError(f"{operator.email} is no operator of the portal", returncode=REFUSED)
        try:
            reset_factors_as_operator(user_id=person.pk, at=clock.now(), by=operator.pk)
        except DomainError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        self.stdout.write(f"{person.email}: taken away, signed out everywhere, written to")


def _account(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"nobody signs in with {email}", returncode=REFUSED)
    return found
