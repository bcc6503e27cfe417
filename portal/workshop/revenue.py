"""« Pilotage »: the recurring revenue of a month, what moved it, and the year before it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.queries import revenue_changes
from contracts.rules.recurring import Month, Move, months_of
from core.periods import add_months, month_end
from portal.charts import Waterfall, WaterfallStep
from portal.components import Column, Empty, Link, Row, Table, Tone
from portal.formats import euros, month_name
from portal.workshop.forms import MonthForm
from portal.workshop.frame import page, today, url
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability

MONTHS_SHOWN: Final = 13
MOVES: Final = {
    Move.NEW: (gettext_lazy("New contracts"), Tone.SUCCESS),
    Move.EXPANSION: (gettext_lazy("Added to contracts"), Tone.SUCCESS),
    Move.INDEXATION: (gettext_lazy("Syntec indexation"), Tone.INFO),
    Move.CONTRACTION: (gettext_lazy("Taken off contracts"), Tone.WARNING),
    Move.CHURN: (gettext_lazy("Contracts ended"), Tone.DANGER),
}


@workshop_page(Capability.REVENUE)
def revenue(request: MemberRequest) -> HttpResponse:
    """The month of the address, else the one that is going on; never one to come.

    It reads every price of the provider: the first page asks for its drawing once it is there.
    """
    member, day = request.member, today(request.member)
    form = MonthForm(request.GET)
    asked = form.cleaned_data.get("month") if form.is_valid() else None
    months = _months(min(month_end(asked), day) if asked else day)
    context = {
        "title": _("Recurring revenue"),
        "lead": _("What the contracts in force bring in a year before VAT, and why it moves."),
        "chart": waterfall_of(months[-1]),
        "months": _table(member, months),
        "older": _older(member, months),
        "all_url": url(member, "revenue"),
    }
    template = "_revenue.html" if request.headers.get("HX-Request") else "revenue.html"
    return page(request, template, context, section="revenue")


def _months(day: date) -> list[Month]:
    return months_of(revenue_changes(day), last=day, count=MONTHS_SHOWN)


def waterfall_of(month: Month) -> Waterfall:
    before = WaterfallStep(_("Before the month"), month.start, Tone.NEUTRAL, is_level=True)
    moves = [WaterfallStep(label, month.moves[move], tone) for move, (label, tone) in MOVES.items()]
    after = WaterfallStep(_("At its end"), month.end, Tone.NEUTRAL, is_level=True)
    heads = (_("Step"), _("A year, before VAT"))
    nothing = Empty(_("No contract in force"), icon="file-text")
    title = _("What moved the recurring revenue")
    return Waterfall(title, _takeaway(month), heads, [before, *moves, after], nothing)


def _takeaway(month: Month) -> str:
    said = {
        "month": month_name(month.first_day),
        "year": euros(month.end),
        "monthly": euros(month.monthly),
        "change": euros(abs(month.end - month.start)),
    }
    if month.end > month.start:
        return _("%(month)s: %(year)s a year, %(monthly)s a month; %(change)s more.") % said
    if month.end < month.start:
        return _("%(month)s: %(year)s a year, %(monthly)s a month; %(change)s less.") % said
    return _("%(month)s: %(year)s a year, %(monthly)s a month; as much as before.") % said


def _table(member: Membership, months: Sequence[Month]) -> Table:
    """The latest month first; each leads to its own drawing."""
    columns = [
        Column(_("Month"), is_row_header=True),
        *(Column(label, is_numeric=True) for label, _tone in MOVES.values()),
        Column(_("At its end, a year"), is_numeric=True),
        Column(_("A month"), is_numeric=True),
    ]
    rows = [
        Row(
            (
                Link(month_name(month.first_day), _address(member, month.first_day)),
                *(month.moves[move] or None for move in MOVES),
                month.end,
                month.monthly,
            )
        )
        for month in reversed(months)
    ]
    empty = Empty(_("No contract in force"), icon="file-text")
    return Table(_("Recurring revenue by month"), columns, rows, empty)


def _address(member: Membership, month: date) -> str:
    return f"{url(member, 'revenue')}?month={month:%Y-%m}"


def _older(member: Membership, months: Sequence[Month]) -> Link | None:
    """The months before those shown, as long as there was a contract."""
    if not months[0].start:
        return None
    return Link(_("Earlier months"), _address(member, add_months(months[0].first_day, -1)))
