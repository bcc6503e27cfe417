"""The pages of the editor, in the order in which a person reads a contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.rules.drafting import PARTS, Problem


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the editor: its place in the address, its title, the parts of the terms on it."""

    slug: str
    title: Promise
    lead: Promise
    parts: tuple[str, ...]


NAMED: Final = (
    Section(
        "duree",
        _("Duration and renewal"),
        _("How long the contract runs, and how either party says no to the next term."),
        ("duration", "notice", "renewal_reminder"),
    ),
    Section(
        "prix",
        _("Price and its revision"),
        _("What a year costs, how the price moves, and what is charged beside the subscription."),
        ("price", "indexation", "tariffs"),
    ),
    Section(
        "facturation",
        _("Invoicing"),
        _("When invoices are issued, and how a part of a period is priced."),
        ("billing", "quotes", "shop_sales"),
    ),
    Section(
        "paiement",
        _("Payment and late payment"),
        _("By when an invoice is to be paid, and what happens when it is not."),
        ("payment", "lateness", "formal_notice"),
    ),
    Section(
        "fin",
        _("Termination and pauses"),
        _("Every way in which a contract stops before its end, pauses or changes hands."),
        ("termination", "withdrawal", "suspension", "force_majeure", "assignment", "end"),
    ),
    Section(
        "horaires",
        _("Support hours"),
        _("When the support answers, and what happens outside."),
        ("hours",),
    ),
    Section(
        "couverture",
        _("What is covered"),
        _("The matrix is read from the top: the first line that fits decides."),
        ("coverage",),
    ),
    Section(
        "forfait",
        _("Pack and counting"),
        _("How interventions count, and from which pack they are drawn."),
        ("pack", "counting", "guarantee", "log", "meetings"),
    ),
    Section(
        "delais",
        _("Response times"),
        _("How fast the provider answers, and who is served first."),
        ("response", "calls", "remote_control", "site_visits", "support_access"),
    ),
    Section(
        "sauvegarde",
        _("Backup"),
        _("What is backed up, what is checked every day, what an overrun costs."),
        ("backup",),
    ),
    Section(
        "options",
        _("Options"),
        _("What a customer may add, its price and the terms that come with it."),
        ("options",),
    ),
    Section(
        "parc",
        _("Equipment and eligibility"),
        _("The equipment that the price stands on, and what a practice must have."),
        ("fleet", "eligibility", "preparation", "checklist"),
    ),
    Section(
        "services",
        _("Services beside"),
        _("Preventive maintenance, recordings, licences, electronic claims."),
        ("preventive", "video", "licences", "teletransmission", "supported_products"),
    ),
    Section(
        "obligations",
        _("What the parties owe each other"),
        _("Duties, partners, confidentiality, personal data, law."),
        (
            "client_duties", "provider_duties", "partners", "confidentiality", "non_solicitation",
            "liability", "insurance", "consents", "personal_data", "jurisdiction", "documents",
        ),
    ),
)  # fmt: skip


def _sections() -> tuple[Section, ...]:
    """Every part has its page: one that nobody placed yet goes to a page of its own."""
    placed = {name for section in NAMED for name in section.parts}
    left = tuple(name for name in PARTS if name not in placed)
    more = Section("autres", _("Other clauses"), _("Clauses that have no page of their own."), left)
    return (*NAMED, *((more,) if left else ()))


SECTIONS: Final = _sections()
BY_SLUG: Final[Mapping[str, Section]] = {section.slug: section for section in SECTIONS}


def section_of(problem: Problem) -> Section:
    """The page on which a problem can be solved."""
    name = str(problem.path[0]) if problem.path else ""
    if problem.sentence.startswith("there is no option"):
        name = "options"
    elif not name:
        name = "notice"  # the one check of the whole that names no part
    return next(section for section in SECTIONS if name in section.parts)


def values_of(section: Section, terms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: terms.get(name) for name in section.parts}
