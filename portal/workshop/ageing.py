"""How old what is owed is: what remains of unpaid invoices, by the days since they fell due."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Settlement
from core.money import ZERO
from portal.charts import Segment, StackedBar
from portal.components import Empty, Tone
from portal.formats import euros
from portal.workshop.frame import url
from portal.workshop.queries import UNPAID
from providers.models import Membership

LEFT: Final = F("gross_amount") - F("paid_amount") - F("credited_amount")
# Days late, first and last; nothing stands for an open end.
BUCKETS: Final = (
    (gettext_lazy("Not due yet"), None, 0, Tone.INFO),
    (gettext_lazy("1 to 30 days late"), 1, 30, Tone.NEUTRAL),
    (gettext_lazy("31 to 60 days late"), 31, 60, Tone.WARNING),
    (gettext_lazy("61 to 90 days late"), 61, 90, Tone.WARNING),
    (gettext_lazy("More than 90 days late"), 91, None, Tone.DANGER),
)


def ageing(member: Membership, today: date) -> StackedBar:
    """One query for all parts; each leads to its own invoices."""
    days = [_due_days(today, first, last) for _label, first, last, _tone in BUCKETS]
    sums: dict[str, Any] = {}
    for place, (due_from, due_to) in enumerate(days):
        due = _between(due_from, due_to)
        sums[f"count_{place}"] = Count("pk", filter=due)
        sums[f"amount_{place}"] = Sum(LEFT, filter=due)
    found = Settlement.objects.filter(status__in=UNPAID).aggregate(**sums)
    segments = [
        Segment(
            label,
            found[f"amount_{place}"] or ZERO,
            found[f"count_{place}"],
            tone,
            _address(member, *days[place]),
        )
        for place, (label, _first, _last, tone) in enumerate(BUCKETS)
    ]
    nothing = Empty(_("Nothing is owed"), icon="circle-check")
    heads = (_("Age"), _("Invoices"), _("Remaining"))
    return StackedBar(_("What is owed, by age"), _takeaway(segments), heads, segments, nothing)


def _due_days(today: date, first: int | None, last: int | None) -> tuple[date | None, date | None]:
    """The due dates of a number of days late: the later the day, the less late."""
    due_from = today - timedelta(days=last) if last is not None else None
    return due_from, today - timedelta(days=first) if first is not None else None


def _between(due_from: date | None, due_to: date | None) -> Q:
    condition = Q(due_date__gte=due_from) if due_from else Q()
    return condition & Q(due_date__lte=due_to) if due_to else condition


def _address(member: Membership, due_from: date | None, due_to: date | None) -> str:
    days = {"due_from": due_from, "due_to": due_to}
    asked = {name: day.isoformat() for name, day in days.items() if day}
    return f"{url(member, 'invoices')}?{urlencode({'status': 'unpaid', **asked})}"


def _takeaway(segments: list[Segment]) -> str:
    total = sum((segment.amount for segment in segments), Decimal(0))
    if not total:
        return _("Nothing is owed.")
    late = total - segments[0].amount
    if not late:
        return _("%(total)s owed, none of it late.") % {"total": euros(total)}
    said = {"total": euros(total), "late": euros(late)}
    return _("%(total)s owed, of which %(late)s late.") % said
