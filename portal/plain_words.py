"""The terms of a contract in plain words, each sentence with its clause.

The sentences are those of the terms themselves: what a page says and what the rules do come from
the same value.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.rules.coverage import CoverageLine
from contracts.rules.hours import WEEKDAYS, Hours, Opening
from contracts.rules.part import Part, Words
from contracts.rules.terms import Terms, walk_parts
from core.reasons import Reason
from portal.components import Cover
from portal.formats import is_french

COVERS: Final[dict[str, Cover]] = {
    "included": Cover.COVERED,
    "not_counted": Cover.COVERED,
    "pack": Cover.FROM_PACK,
    "billed": Cover.EXCLUDED,
    "excluded": Cover.EXCLUDED,
}
IN_ORDER: Final = (Cover.COVERED, Cover.FROM_PACK, Cover.EXCLUDED)
CHARGES: Final[dict[str, Promise]] = {
    "time": gettext_lazy("time spent"),
    "travel": gettext_lazy("travel"),
    "parts": gettext_lazy("parts and equipment"),
}
DAY_NAMES: Final[dict[str, Promise]] = {
    "monday": gettext_lazy("Monday"),
    "tuesday": gettext_lazy("Tuesday"),
    "wednesday": gettext_lazy("Wednesday"),
    "thursday": gettext_lazy("Thursday"),
    "friday": gettext_lazy("Friday"),
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One answer to « est-ce couvert ? » with the clause that gives it."""

    cover: Cover
    sentence: str
    detail: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of the terms; empty where the clause speaks for itself."""

    title: str
    sentence: str
    clause: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The clauses about one matter, as a person looks for them."""

    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class OpenDays:
    """Days in a row with the same hours: « Monday to Friday », « 9:00–18:00 »."""

    days: str
    hours: str


def said(words: Words) -> str:
    """The sentence in the reader's language."""
    return words.fr if is_french() else words.en


def statements(terms: Terms, options: Collection[str] = ()) -> list[Statement]:
    """What is covered, then what is drawn from a pack, then what is not.

    A line that waits for an option the contract does not have says nothing.
    """
    lines = terms.coverage.lines if terms.coverage else ()
    chosen = [line for line in lines if line.with_option is None or line.with_option in options]
    return sorted(map(_statement, chosen), key=lambda row: IN_ORDER.index(row.cover))


def _statement(line: CoverageLine) -> Statement:
    reason = Reason(line.rule, line.clause)
    return Statement(COVERS[line.outcome], said(line.summary), _charged(line), (reason,))


def _charged(line: CoverageLine) -> str:
    """What is billed beside the contract, even where the work is included."""
    if line.by_quote:
        return _("On an accepted quote.")
    if not line.charges or line.outcome == "excluded":
        return ""
    return _("Billed: %s.") % ", ".join(str(CHARGES[charge]) for charge in line.charges)


def week(hours: Hours) -> list[OpenDays]:
    """The support hours of the week, days of the same hours said together."""
    days = [(name, getattr(hours.week, name)) for name in WEEKDAYS]
    return [
        OpenDays(capfirst(_days([name for name, _openings in run])), openings_text(openings))
        for openings, run in ((key, list(same)) for key, same in groupby(days, lambda day: day[1]))
    ]


def _days(names: list[str]) -> str:
    first, last = str(DAY_NAMES[names[0]]), str(DAY_NAMES[names[-1]])
    if len(names) == 1:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def openings_text(openings: tuple[Opening, ...]) -> str:
    """The openings of one day."""
    if not openings:
        return _("closed")
    return ", ".join(f"{_time(row.opens)} – {_time(row.closes)}" for row in openings)


def _time(moment: time) -> str:
    """9 h 30 in French, 9:30 in English."""
    if not is_french():
        return f"{moment.hour}:{moment.minute:02d}"
    minutes = f"\u00a0{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}\u00a0h{minutes}"


TITLES: Final[dict[str, Promise]] = {
    "duration": gettext_lazy("Duration"),
    "notice": gettext_lazy("Refusing the renewal"),
    "renewal_reminder": gettext_lazy("Reminder before the renewal"),
    "termination": gettext_lazy("Termination"),
    "withdrawal": gettext_lazy("Right of withdrawal"),
    "suspension": gettext_lazy("Suspension"),
    "force_majeure": gettext_lazy("Force majeure"),
    "assignment": gettext_lazy("Hand-over to another provider"),
    "end": gettext_lazy("At the end"),
    "price": gettext_lazy("Price"),
    "indexation": gettext_lazy("Revision of the price"),
    "billing": gettext_lazy("Invoicing"),
    "payment": gettext_lazy("Payment"),
    "tariffs": gettext_lazy("Work outside the contract"),
    "quotes": gettext_lazy("Quotes"),
    "shop_sales": gettext_lazy("Shop sales"),
    "lateness": gettext_lazy("Late payment"),
    "formal_notice": gettext_lazy("Formal notice"),
    "hours": gettext_lazy("Support hours"),
    "response": gettext_lazy("Response times"),
    "calls": gettext_lazy("Telephone calls"),
    "remote_control": gettext_lazy("Remote control"),
    "site_visits": gettext_lazy("Visits on site"),
    "support_access": gettext_lazy("Who may call"),
    "log": gettext_lazy("Log of the interventions"),
    "counting": gettext_lazy("How interventions count"),
    "guarantee": gettext_lazy("Guarantee of an intervention"),
    "pack": pgettext_lazy("of interventions", "Pack"),
    "meetings": gettext_lazy("Online meetings"),
    "preventive": gettext_lazy("Preventive maintenance"),
    "video": gettext_lazy("Video of an intervention"),
    "backup": gettext_lazy("Backup"),
    "options": gettext_lazy("Options"),
    "fleet": gettext_lazy("Equipment"),
    "eligibility": gettext_lazy("Eligibility"),
    "preparation": gettext_lazy("Before the signature"),
    "checklist": gettext_lazy("Settings of the workstations"),
    "licences": gettext_lazy("Licences"),
    "teletransmission": gettext_lazy("Electronic claims"),
    "supported_products": gettext_lazy("Products supported"),
    "client_duties": gettext_lazy("What the practice does"),
    "provider_duties": gettext_lazy("What the provider does"),
    "partners": gettext_lazy("Partners and sub-processors"),
    "confidentiality": gettext_lazy("Confidentiality"),
    "non_solicitation": gettext_lazy("Non-solicitation of staff"),
    "liability": gettext_lazy("Liability"),
    "insurance": gettext_lazy("Insurance"),
    "consents": gettext_lazy("Consents"),
    "personal_data": gettext_lazy("Personal data"),
    "jurisdiction": gettext_lazy("Law and courts"),
    "documents": gettext_lazy("Documents of the contract"),
}
COMMITMENT: Final = (
    "duration", "notice", "renewal_reminder", "termination", "withdrawal", "suspension",
    "force_majeure", "assignment", "end",
)  # fmt: skip
MONEY: Final = (
    "price", "indexation", "billing", "payment", "tariffs", "quotes", "shop_sales", "lateness",
    "formal_notice",
)  # fmt: skip
SERVICE: Final = (
    "hours", "response", "calls", "remote_control", "site_visits", "support_access", "log",
    "counting", "guarantee", "pack", "meetings", "preventive", "video", "backup", "options",
)  # fmt: skip
PRACTICE: Final = (
    "fleet", "eligibility", "preparation", "checklist", "licences", "teletransmission",
    "supported_products", "client_duties", "provider_duties",
)  # fmt: skip
PARTIES: Final = (
    "partners", "confidentiality", "non_solicitation", "liability", "insurance", "consents",
    "personal_data", "jurisdiction", "documents",
)  # fmt: skip
CHAPTERS: Final[Mapping[Promise, tuple[str, ...]]] = {
    gettext_lazy("Duration, renewal, end"): COMMITMENT,
    gettext_lazy("Price, invoices, payment"): MONEY,
    gettext_lazy("Service"): SERVICE,
    gettext_lazy("The practice and its equipment"): PRACTICE,
    gettext_lazy("What the parties owe each other"): PARTIES,
}


def clauses(
    terms: Terms, names: Collection[str], options: Collection[str] | None = None
) -> list[Clause]:
    """The sentences of some parts of the terms, in the order of their names.

    With the `options` of a contract, what belongs to those it has not chosen is left out.
    """
    return [
        _clause(name, part)
        for name in names
        for path, part in _parts(terms, name)
        if part.summary is not None and (options is None or _is_chosen(path, part, options))
    ]


def without_amounts(found: list[Clause]) -> list[Clause]:
    """For whoever reads no price: a clause that states one is left out whole."""
    return [clause for clause in found if "€" not in clause.sentence]


def _is_chosen(path: str, part: Part, options: Collection[str]) -> bool:
    """Whether a part applies without an option, or with one of these."""
    if path.startswith("options."):
        return path.split(".")[1] in options
    wanted = (getattr(part, name, None) for name in ("with_option", "for_option"))
    return all(option is None or option in options for option in wanted)


def chapters(terms: Terms) -> list[Chapter]:
    """The whole terms but the coverage, which `statements` says."""
    found = (
        Chapter(str(title), tuple(_all_clauses(terms, names))) for title, names in CHAPTERS.items()
    )
    return [chapter for chapter in found if chapter.clauses]


def _all_clauses(terms: Terms, names: Collection[str]) -> Iterator[Clause]:
    """Each part once; one without a sentence of its own is still named with its clause."""
    for name in names:
        parts = [part for _path, part in _parts(terms, name)]
        told = [part for part in parts if part.summary is not None]
        yield from (_clause(name, part) for part in told or parts[:1])


def _parts(terms: Terms, name: str) -> Iterator[tuple[str, Part]]:
    return walk_parts(getattr(terms, name), name)


def _clause(name: str, part: Part) -> Clause:
    sentence = said(part.summary) if part.summary else ""
    return Clause(str(TITLES[name]), sentence, part.clause, part.rules)
