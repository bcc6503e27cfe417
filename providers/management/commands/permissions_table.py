"""`manage.py permissions_table > docs/permissions.md`: the table in code, for people to read."""

from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils.translation import override

from providers.enums import Role
from providers.permissions import Capability, Level, level_of, may_grant

ABOUT: Final = {
    Capability.NOTICES: "one's own notifications",
    Capability.MAILS: "messages sent; to a practice, the letters it received",
    Capability.COVERAGE: "what a contract covers, hours, clauses; never an amount",
    Capability.CUSTOMERS: "practices and their contacts",
    Capability.CONTRACTS: "contracts with their prices, documents and forecasts",
    Capability.REVENUE: "what all contracts bring in a year, and why it moves",
    Capability.OFFERS: "offers and their terms",
    Capability.INDEX: "Syntec values, price revisions and those held",
    Capability.INVOICES: "issued invoices and credit notes, PDF, ZIP and CSV",
    Capability.INVOICING: "the invoice run: prepared invoices, contracts set aside",
    Capability.PAYMENTS: "payments recorded by hand",
    Capability.BANK_DETAILS: "the account on which the provider is paid",
    Capability.SEE_AS: "a practice’s space as it sees it, read only, within one’s rights",
    Capability.AUDIT: "the journal: who did and who read what; a practice’s, about itself",
    Capability.LEGAL_IDENTITY: "who issues the documents, by law",
    Capability.MEMBERS: "who works here, with which role",
    Capability.JOBS: "long jobs and their files; each asks for its own capability too",
    Capability.PRACTICE_MEMBERS: "the people of a practice, with which role",
    Capability.API_TOKENS: "keys to the programming interface, made and revoked",
    Capability.IMPORTS: "customers, contacts, equipment and contracts brought in from files",
}
WORDS: Final = {Level.NONE: "–", Level.READ: "read", Level.WRITE: "write"}
HEAD: Final = """# Who may do what

Written by `manage.py permissions_table > docs/permissions.md` from `providers/permissions.py`,
which doors, menus and tests read; a test compares the two. `write` includes `read`.
"""
FOOT: Final = """
## What a refusal looks like

| Who asks | Answer |
|---|---|
| by a method that the page does not have | 405 |
| nobody signed in, or a disabled account | 302 to the sign-in page |
| a stranger to the address, or a member about what is not theirs | 404: nothing is said to exist |
| staff or an operator without a second factor | 302 to the page that sets one up, and back |
| a member whose role lacks the capability | 403, naming the missing right |
| whoever may, about a sensitive act, with no fresh proof | 302 to the page that asks for it |

Every route carries its rule (`providers/doors.py`); `tests/permissions/` asks every route by every
method as every role, and a route without a rule fails the build. PostgreSQL's row-level security
stands behind all of it (`docs/decisions/0001-tenancy.md`).
"""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _roles() -> list[str]:
    with override("en"):
        return [str(role.label) for role in Role]


def _givers() -> str:
    """Who may give which role, as sentences."""
    with override("en"):
        lines = [
            f"- {giver.label}: {', '.join(given)}"
            for giver in Role
            if (given := [str(role.label) for role in Role if may_grant(giver, role)])
        ]
    head = (
        "## Who may give a role\n\nNobody gives a right they do not hold; a practice’s manager "
        "gives roles in their own practice alone.\n"
    )
    return "\n".join([head, *lines])


def permissions_text() -> str:
    """The whole page."""
    rows = [
        _row([f"`{code}`", ABOUT[code], *(WORDS[level_of(role, code)] for role in Role)])
        for code in Capability
    ]
    table = [_row(["capability", "about", *_roles()]), "|---" * (2 + len(Role)) + "|", *rows]
    return "\n".join([HEAD, *table, "", _givers(), FOOT])


class Command(BaseCommand):
    help = "Prints docs/permissions.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(permissions_text(), ending="")
