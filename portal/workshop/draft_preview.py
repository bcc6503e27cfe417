"""« Ce que cela change pour un client qui signe aujourd’hui »: unsaved terms, run for 24 months."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.rules.forecast import Event, InvoiceIssued, PriceRevised, TermOpened
from contracts.rules.drafting import Problem, parse_draft
from contracts.rules.terms import Terms
from core.errors import DomainError
from core.money import ZERO
from portal.clauses.problems import sentence_of
from portal.clauses.sections import section_of
from portal.clauses.wording import label_of
from portal.components import Fact, Moment
from portal.forecasting import MONTHS, forecast_of_terms
from portal.formats import sentence, short_day
from portal.workshop.forecasts import moments_of
from portal.workshop.offer_forms import SignerForm
from providers.queries import legal_identity_on


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What prevents terms from being whole, and the page on which it is put right."""

    section: str
    title: str
    part: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Either what the terms do to their next customer, or what prevents them from being run."""

    form: SignerForm
    obstacles: list[Obstacle] = field(default_factory=list)
    problem: str = ""
    facts: list[Fact] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    total: Decimal = ZERO
    months: int = MONTHS


def obstacles_of(problems: list[Problem]) -> list[Obstacle]:
    """One line for each part and sentence, whatever the number of values concerned."""
    found = dict[tuple[str, str], Obstacle]()
    for problem in problems:
        section = section_of(problem)
        part = label_of("Terms", str(problem.path[0])) if problem.path else ""
        told = sentence_of(problem)
        obstacle = Obstacle(section.slug, str(section.title), part, told)
        found.setdefault((part, told), obstacle)
    return list(found.values())


def preview_of(plain: Mapping[str, Any], data: Any, day: date, *, name: str) -> Preview:
    """The forecast of a draft for the customer that the form beside it describes."""
    terms, problems = parse_draft(plain)
    form = SignerForm(data, terms=terms, postal_code=_own_postal_code(day), day=day)
    if terms is None:
        return Preview(form, obstacles_of(problems))
    if not form.is_valid():
        return Preview(form, problem=_("Tell a little more about the customer, below."))
    try:
        events = forecast_of_terms(terms, form.signer(), day, name=name)
    except DomainError as error:
        return Preview(form, problem=sentence(error))
    return _foreseen(form, terms, events)


def _own_postal_code(day: date) -> str:
    """Most customers are near; a house without an identity yet is nowhere."""
    try:
        return legal_identity_on(day).postal_code
    except DomainError:
        return ""


def _foreseen(form: SignerForm, terms: Terms, events: list[Event]) -> Preview:
    invoices = [event for event in events if isinstance(event, InvoiceIssued)]
    total = sum((event.draft.totals.gross for event in invoices), ZERO)
    facts = [*_terms_facts(events), *_invoice_facts(invoices), *_counted(form, terms)]
    moments = sorted([*moments_of(events), *_deadlines(events)], key=lambda moment: moment.day)
    return Preview(form, facts=facts, moments=moments, total=total)


def _terms_facts(events: list[Event]) -> list[Fact]:
    first = next((event for event in events if isinstance(event, TermOpened)), None)
    if first is None:
        return []
    days = f"{short_day(first.period.first_day)} – {short_day(first.period.last_day)}"
    facts = [Fact(_("First term"), days, reasons=first.reasons)]
    if first.notice_deadline is not None:
        facts.append(Fact(_("Last day to refuse the renewal"), first.notice_deadline))
    revised = next((event for event in events if isinstance(event, PriceRevised)), None)
    return [*facts, *([Fact(_("First revision"), revised.day)] if revised else [])]


def _invoice_facts(invoices: list[InvoiceIssued]) -> list[Fact]:
    if not invoices:
        return []
    draft = invoices[0].draft
    reasons = tuple(reason for line in draft.lines for reason in line.reasons)
    hint = _("issued on %(issued)s, due on %(due)s") % {
        "issued": short_day(invoices[0].day),
        "due": short_day(draft.due_date),
    }
    return [Fact(_("First invoice"), draft.totals.gross, hint, (*reasons, *draft.reasons))]


def _counted(form: SignerForm, terms: Terms) -> list[Fact]:
    """Whether this customer’s interventions are counted (I4)."""
    if terms.counting is None:
        return []
    is_counted = terms.counting.counted_for == "everybody" or form.cleaned_data["is_group"]
    told = _("Not counted: a practitioner in their own name.")
    if is_counted and terms.pack is not None:
        told = _("Drawn from a pack of %s a period.") % terms.pack.units
    elif is_counted:
        told = _("Counted.")
    return [Fact(_("Interventions"), told)]


def _deadlines(events: list[Event]) -> list[Moment]:
    return [
        Moment(
            event.notice_deadline,
            _("Last day to refuse the renewal"),
            detail=_("After it, term %(number)s follows.") % {"number": event.number + 1},
            reasons=event.reasons,
        )
        for event in events
        if isinstance(event, TermOpened) and event.notice_deadline is not None
    ]
