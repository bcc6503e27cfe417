"""What parts of the terms mean, in sentences made from their values: they never lag behind.

A part without sentences here is told fact by fact (`portal.clauses.telling`).
"""

from collections.abc import Callable
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.rules.backup import Backup
from contracts.rules.billing import Billing
from contracts.rules.coverage import Coverage
from contracts.rules.hours import Hours
from contracts.rules.indexation import NoIndexation, SyntecIndexation
from contracts.rules.lateness import FormalNotice, Lateness
from contracts.rules.notice import Notice
from contracts.rules.options import Option
from contracts.rules.pack import Counting, Guarantee, Pack
from contracts.rules.payment import DueRule, Payment
from contracts.rules.practice import Eligibility
from contracts.rules.price import Price
from contracts.rules.response import Response, Target
from contracts.rules.termination import RenewalReminder
from contracts.rules.withdrawal import Withdrawal
from core.french import MONTHS
from portal.clauses.wording import choice_of
from portal.formats import ENGLISH_MONTHS, euros, is_french, number, percent
from portal.plain_words import said, week

Told = list[str]


def _months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _listed(words: list[str]) -> str:
    """One, two and three."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _day_of_month(day: int) -> str:
    """As it is said of any month: the 1st, the 5th; le 1er, le 5."""
    if is_french():
        return "1er" if day == 1 else str(day)
    is_teen = 11 <= day <= 13
    return f"{day}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _day_of_year(month: int, day: int) -> str:
    if is_french():
        return f"{_day_of_month(day)}\u00a0{MONTHS[month - 1]}"
    return f"{day} {ENGLISH_MONTHS[month - 1]}"


def duration(part: Any) -> Told:
    match part.kind:
        case "civil_year":
            return [_("The contract runs from its start to 31 December of that year.")]
        case "months":
            first = _("The contract runs for %s from its start.") % _months(part.months)
        case "as_stated":
            first = _("The contract runs for as long as it states, %s when it states nothing.")
            first %= _months(part.default_months)
        case _:
            first = _("The contract runs to 31 December of the year that follows its signature.")
    renewed_for = _months(part.renewal_months) if part.kind == "first_full_civil_year" else ""
    return [first, _renewal(renewed_for, is_renewed=part.is_renewed)]


def _renewal(months: str, *, is_renewed: bool) -> str:
    if not is_renewed:
        return _("It is not renewed by itself.")
    if months:
        return _("It is then tacitly renewed, %s at a time.") % months
    return _("It is then tacitly renewed for as long, unless one of the parties refuses.")


def notice(part: Notice) -> Told:
    values = {
        "form": choice_of("form", part.form),
        "months": _months(part.months),
        "due": choice_of("due", part.due),
        "counted": choice_of("counts_from", part.counts_from),
    }
    return [
        _("Either party may refuse the renewal (%(form)s) at least %(months)s before %(due)s.")
        % values,
        _("What counts is %(counted)s.") % values,
    ]


def renewal_reminder(part: RenewalReminder) -> Told:
    values = {
        "first": _months(part.first_months_before),
        "last": _months(part.last_months_before),
    }
    return [
        _("The customer is reminded between %(first)s and %(last)s before the last day to refuse.")
        % values
    ]


def withdrawal(part: Withdrawal) -> Told:
    values = {
        "days": _days(part.days),
        "employees": part.most_employees,
        "free": _days(part.days_without_payment),
    }
    return [
        _(
            "A practice of %(employees)s employees at most that signs on its premises has %(days)s "
            "to withdraw; nothing is paid in the first %(free)s."
        )
        % values
    ]


def price(part: Price) -> Told:
    vat = _("VAT included") if part.includes_vat else _("excluding VAT")
    told = Told()
    if part.annual is not None:
        values = {"amount": euros(part.annual), "vat": vat}
        told.append(_("The subscription costs %(amount)s a year, %(vat)s.") % values)
    elif part.base is not None:
        values = {"amount": euros(part.base), "vat": vat}
        told.append(_("A base of %(amount)s a year, %(vat)s, whatever the equipment.") % values)
    elif not part.grid:
        told.append(_("The yearly price is agreed in each contract, %s.") % vat)
    told += [
        _("%(label)s: %(amount)s a year.")
        % {"label": _leveled(line.label, line.level), "amount": euros(line.annual)}
        for line in part.grid
    ]
    if part.sample:
        told.append(_("These are sample prices: no contract is signed on them yet."))
    return told


def _leveled(label: str, level: str | None) -> str:
    return f"{label} ({level})" if level else label


def indexation(part: NoIndexation | SyntecIndexation) -> Told:
    if part.kind == "none":
        return [_("The price changes by agreement alone.")]
    day = _day_of_year(part.month, part.day)
    falls = _("A falling index lowers it.") if part.may_fall else _("A falling index leaves it.")
    return [_("Every %(day)s the price follows the Syntec index.") % {"day": day}, falls]


def billing(part: Billing) -> Told:
    rhythms = _listed([choice_of("cadences", code) for code in part.cadences])
    when = (
        _("The invoice is issued on the first day of its period.")
        if not part.lead_days
        else _("The invoice is issued %s before the first day of its period.")
        % _days(part.lead_days)
    )
    return [
        _("The subscription is invoiced in advance: %s.") % rhythms,
        _("Periods run %s.") % choice_of("anchor", part.anchor),
        when,
        _("A part of a period is priced %s.") % choice_of("proration", part.proration),
    ]


def due(rule: DueRule) -> str:
    match rule.kind:
        case "on_issue":
            return _("due on the day of the invoice")
        case "days_after":
            return _("due %s after the invoice") % _days(rule.days)
        case "debit_day":
            values = {"day": _day_of_month(rule.day), "notice": _days(rule.notice_days)}
            return _("due on the first %(day)s of a month at least %(notice)s later") % values
    values = {"day": _day_of_month(rule.day), "months": _months(rule.months)}
    return _("due on the %(day)s, %(months)s after that of the invoice") % values


def payment(part: Payment) -> Told:
    told = [
        _("%(method)s: %(due)s.")
        % {"method": capfirst(choice_of("methods", method)), "due": due(rule)}
        for method, rule in part.methods.items()
    ]
    if part.extras is not None:
        told.append(_("Work outside the subscription: %s.") % due(part.extras))
    return told


def lateness(part: Lateness) -> Told:
    days = _listed([str(day) for day in part.reminder_days])
    told = [_("Reminders %s days after the due date.") % days] if days else []
    told.append(_interest(part.interest))
    told.append(_("A fixed recovery fee of %s an invoice.") % euros(part.recovery_fee))
    if part.accelerates:
        told.append(_("After the formal notice, all instalments of the term become due."))
    if part.suspends:
        told.append(_("The service is suspended until everything is paid."))
    return told


def _interest(interest: Any) -> str:
    if interest.kind == "monthly":
        return _("Interest of %s a month of delay.") % percent(interest.percent)
    values = {
        "points": number(interest.points_above_central_bank),
        "times": interest.least_multiple_of_legal_rate,
    }
    return (
        _(
            "Interest at the rate of the European Central Bank plus %(points)s points, never under "
            "%(times)s times the legal rate."
        )
        % values
    )


def formal_notice(part: FormalNotice) -> Told:
    values = {
        "days": _days(part.days),
        "counted": choice_of("counts_from", part.counts_from),
    }
    return [_("%(days)s to remedy, counted from %(counted)s.") % values]


def pack(part: Pack) -> Told:
    told = [
        ngettext(
            "%(units)s intervention for each coverage period.",
            "%(units)s interventions for each coverage period.",
            part.units,
        )
        % {"units": part.units}
    ]
    if part.unused_are_lost:
        told.append(_("What is left at its end is lost."))
    beyond = _listed([choice_of("over_use", code) for code in part.over_use])
    return [*told, _("Beyond: %s.") % beyond] if beyond else told


def counting(part: Counting) -> Told:
    values = {
        "minutes": part.slice_minutes,
        "whom": choice_of("counted_for", part.counted_for),
    }
    told = [_("Every started slice of %(minutes)s minutes counts, for %(whom)s.") % values]
    never = _listed([choice_of("not_counted", code) for code in part.not_counted])
    return [*told, _("Never counted: %s.") % never] if never else told


def guarantee(part: Guarantee) -> Told:
    return [_("The same problem is treated again for %s, without counting.") % _months(part.months)]


def hours(part: Hours) -> Told:
    told = [
        _("%(days)s: %(hours)s.") % {"days": row.days, "hours": row.hours} for row in week(part)
    ]
    told.append(_("On public holidays: %s.") % choice_of("holidays", part.holidays))
    told.append(_("Outside these hours: %s.") % choice_of("outside", part.outside))
    return told


def coverage(part: Coverage) -> Told:
    """The lines in the order in which they are read."""
    return [said(line.summary) for line in part.lines]


def response(part: Response) -> Told:
    return [_target(target) for target in part.targets]


def _target(target: Target) -> str:
    act = capfirst(choice_of("act", target.act))
    if target.severity:
        act = _("%(act)s, severity %(severity)s") % {"act": act, "severity": target.severity}
    values = {"act": act, "hours": target.hours, "clock": choice_of("clock", target.clock)}
    return _("%(act)s: within %(hours)s h, counted in %(clock)s.") % values


def backup(part: Backup) -> Told:
    contents = _listed([choice_of("contents", code) for code in part.contents])
    told = [_("Every day: %s.") % contents]
    if part.capacity_gb:
        told.append(_("%s GB included.") % number(part.capacity_gb))
    for kept in part.retentions:
        values = {
            "bound": choice_of("bound", kept.bound),
            "length": kept.length,
            "unit": choice_of("unit", kept.unit),
        }
        told.append(_("Restore points kept %(bound)s %(length)s %(unit)s.") % values)
    return told


def options(part: dict[str, Option]) -> Told:
    return [
        _("%(name)s: %(amount)s a year.")
        % {
            "name": said(option.name),
            "amount": euros(option.annual) if option.annual is not None else _("price agreed"),
        }
        for option in part.values()
    ]


def eligibility(part: Eligibility) -> Told:
    values = {"down": number(part.least_download_mbps), "up": number(part.least_upload_mbps)}
    told = [_("Internet access of at least %(down)s Mb/s down and %(up)s Mb/s up.") % values]
    if part.postal_prefixes:
        told.append(_("Postcodes that start with %s.") % _listed(list(part.postal_prefixes)))
    return told


SENTENCES: Final[dict[str, Callable[[Any], Told]]] = {
    "duration": duration,
    "notice": notice,
    "renewal_reminder": renewal_reminder,
    "withdrawal": withdrawal,
    "price": price,
    "indexation": indexation,
    "billing": billing,
    "payment": payment,
    "lateness": lateness,
    "formal_notice": formal_notice,
    "pack": pack,
    "counting": counting,
    "guarantee": guarantee,
    "hours": hours,
    "coverage": coverage,
    "response": response,
    "backup": backup,
    "options": options,
    "eligibility": eligibility,
}
