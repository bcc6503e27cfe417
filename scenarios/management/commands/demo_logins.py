"""Print one login per role of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from scenarios.cast import ACCOUNTING_FIRM, HOUSES, OPERATOR, PASSWORD, email_of

HOUSE = next(house for house in HOUSES if house.preset == "micro-info-service")
PRACTICE = HOUSE.practices[0]


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        logins = {
            "owner": email_of(HOUSE.owner, HOUSE.slug),
            "manager": email_of(HOUSE.manager, HOUSE.slug),
            "technician": email_of(HOUSE.technician, HOUSE.slug),
            "accountant": email_of(HOUSE.accountant, HOUSE.slug),
            "practice manager": email_of(PRACTICE.manager, HOUSE.slug),
            "practice staff": email_of(PRACTICE.staff, HOUSE.slug),
            "accounting firm": email_of(ACCOUNTING_FIRM, "delmas-expertise"),
            "platform operator": OPERATOR,
        }
        self.stdout.write(f"\n  {HOUSE.name} and {PRACTICE.name}; password: {PASSWORD}\n")
        for role, email in logins.items():
            self.stdout.write(f"  {role:<18} {email}")
