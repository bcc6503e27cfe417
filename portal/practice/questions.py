"""The questions of a practice's first page, each with its answer and where to read on."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.rules.forecast import InvoiceIssued
from contracts.models import Contract
from contracts.queries import prices_in_force
from core.errors import DomainError
from core.money import ZERO
from core.workdays import holidays_of
from portal.answers import Answer
from portal.components import Text, Tone
from portal.forecasting import forecast_of
from portal.formats import euros, short_day
from portal.plain_words import openings_text
from portal.practice import queries
from portal.practice.frame import url
from portal.practice.standing import Standing
from providers.permissions import Capability, may

A_YEAR = 13  # months: a yearly invoice and the day it is issued on


def answers(standing: Standing) -> Iterator[Answer]:
    """Six for the manager; for the staff those without an amount."""
    role = standing.member.role
    yield _cover(standing)
    yield from _until(standing)
    if may(role, Capability.CONTRACTS):
        yield from _price(standing)
    if may(role, Capability.INVOICES):
        yield _due(standing)
        yield from _next_invoice(standing)
    yield from _call(standing)


def _cover(standing: Standing) -> Answer:
    question = _("Am I covered?")
    if not standing.current:
        none = _("No contract in force")
        return Answer(question, none, _("Call your provider."), Tone.WARNING, "shield-off", "")
    names = ", ".join(dict.fromkeys(row.offer_name for row in standing.current))
    first = standing.address(standing.current[0], "#couverture")
    if standing.in_force:
        return Answer(question, _("Yes"), names, Tone.SUCCESS, "shield-check", first)
    starts = _("From %s on") % short_day(min(row.starts_on for row in standing.to_come))
    return Answer(question, starts, names, Tone.INFO, "shield", first)


def _until(standing: Standing) -> Iterator[Answer]:
    """The end of the term that ends first, and the last day to act on it."""
    if not standing.current:
        return
    contract = min(standing.current, key=lambda row: row.ends_on or date.max)
    yield Answer(
        _("Until when?"),
        contract.ends_on,
        _renewal(contract, standing.day),
        Tone.NEUTRAL,
        "calendar",
        standing.address(contract),
    )


def _renewal(contract: Contract, day: date) -> str:
    last = contract.notice_deadline
    if last is None:
        return _("Not renewed by itself")
    if last < day:
        return _("Renewed by itself; the last day to refuse it was %s") % short_day(last)
    return _("Renewed by itself; last day to refuse it: %s") % short_day(last)


def _price(standing: Standing) -> Iterator[Answer]:
    """The yearly price of all contracts; none when some count VAT in and others do not."""
    contracts, question = standing.current, _("What is the price a year?")
    if len({standing.terms_of(row).price.includes_vat for row in contracts}) != 1:
        return
    day = max(standing.day, *(row.starts_on for row in contracts))
    lines = prices_in_force([row.pk for row in contracts], day)
    total = sum((line.annual_price for rows in lines.values() for line in rows), ZERO)
    address = standing.address(contracts[0], "#prix")
    yield Answer(question, total, _price_detail(standing), Tone.NEUTRAL, "tag", address)


def _price_detail(standing: Standing) -> str:
    first = standing.terms_of(standing.current[0])
    said = _("VAT included") if first.price.includes_vat else _("Excluding VAT")
    revised_on = min(filter(None, (row.next_revision_on for row in standing.current)), default=None)
    if revised_on is None:
        return said
    return _("%(vat)s; next revision: %(day)s") % {"vat": said, "day": short_day(revised_on)}


def _due(standing: Standing) -> Answer:
    question, due = _("What is due?"), queries.amount_due(standing.day)
    address = url(standing.member, "invoices")
    if not due.invoices:
        nothing = _("Nothing is due")
        return Answer(question, nothing, "", Tone.SUCCESS, "circle-check", address)
    detail = ngettext("%(count)s invoice", "%(count)s invoices", due.invoices)
    detail %= {"count": due.invoices}
    if due.overdue:
        said = {"invoices": detail, "overdue": due.overdue}
        detail = _("%(invoices)s, %(overdue)s overdue") % said
    elif due.next_due_date:
        said = {"invoices": detail, "day": short_day(due.next_due_date)}
        detail = _("%(invoices)s, due on %(day)s") % said
    tone = Tone.DANGER if due.overdue else Tone.INFO
    address += "?status=unpaid"
    return Answer(question, due.amount, detail, tone, "receipt-euro", address)


def _next_invoice(standing: Standing) -> Iterator[Answer]:
    to_invoice = [row for row in standing.in_force + standing.to_come if row.next_invoice_on]
    if not to_invoice:
        return
    contract = min(to_invoice, key=lambda row: row.next_invoice_on or date.max)
    yield Answer(
        _("Next invoice?"),
        contract.next_invoice_on,
        _foreseen(contract, standing.day),
        Tone.NEUTRAL,
        "calendar-clock",
        standing.address(contract, "#dates"),
    )


def _foreseen(contract: Contract, day: date) -> Text:
    """What that invoice will come to, by the rules that will issue it; nothing where they stop."""
    if contract.is_parked:
        return ""
    try:
        events = forecast_of(contract, day, months=A_YEAR)
    except DomainError:
        return ""
    found = next((row for row in events if isinstance(row, InvoiceIssued)), None)
    if found is None:
        return ""
    said = {"amount": euros(found.draft.totals.gross), "day": short_day(found.draft.due_date)}
    if found.at_unchanged_index:
        return _("%(amount)s VAT included if the index does not move; due on %(day)s") % said
    return _("%(amount)s VAT included; due on %(day)s") % said


def _call(standing: Standing) -> Iterator[Answer]:
    """Whom to call, and whether somebody answers that day."""
    profile = standing.profile
    if profile.phone:
        address = f"tel:{profile.phone.replace(' ', '')}"
        yield _contact(standing, profile.phone, address, "phone")
    elif profile.email:
        yield _contact(standing, profile.email, f"mailto:{profile.email}", "mail")


def _contact(standing: Standing, value: str, address: str, icon: str) -> Answer:
    detail = _hours_today(standing)
    return Answer(_("Whom do I call?"), value, detail, Tone.NEUTRAL, icon, address)


def _hours_today(standing: Standing) -> str:
    day, found = standing.day, [standing.terms_of(row).hours for row in standing.in_force]
    hours = next(filter(None, found), None)
    if hours is None:
        return standing.profile.trade_name
    is_holiday = day in holidays_of(standing.profile.holidays, day.year)
    openings = hours.openings_on(day, is_holiday=is_holiday)
    return _("Today: %s") % openings_text(openings)
