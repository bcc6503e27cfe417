"""The first page of the workshop: what is due, in the order of its urgency."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import Alert
from contracts.rules.index_table import expected_on
from core.reasons import reasons_from_json
from portal.answers import Answer
from portal.components import Column, Empty, Link, Moment, Row, Table, Tone
from portal.formats import euros, long_day, month_name, short_day
from portal.lists import COUNTED_AT_MOST, capped_counts
from portal.models import ListExport
from portal.wording import alert_text
from portal.workshop import queries, tables
from portal.workshop.ageing import ageing
from portal.workshop.frame import go, may_write, page, today, url
from portal.workshop.run_preview import NextRun, next_run
from portal.workshop.setup_steps import SetUp, set_up_of
from providers.doors import MemberRequest, workshop_page
from providers.enums import Role
from providers.models import Membership
from providers.permissions import Capability


@workshop_page(Capability.COVERAGE)
def home(request: MemberRequest) -> HttpResponse:
    """Technicians work in their own space."""
    member = request.member
    if member.role == Role.TECHNICIAN:
        return go(f"/terrain/{member.provider.slug}/")
    day, run = today(member), next_run(today(member))
    counts = capped_counts(queries.home_lists(day))
    is_accountant = member.role == Role.ACCOUNTANT
    exports = queries.exports_of("invoices") if is_accountant else []
    if is_accountant:
        first = _since_export(member, exports)
        answers = [first, *_answers(member, run, counts, day)]
    else:
        answers = list(_answers(member, run, counts, day))
    context = {
        "title": _("Today"),
        "lead": long_day(day),
        "answers": answers,
        "ageing": ageing(member, day),
        "exports": _exports(member, exports) if is_accountant else None,
        "revenue_url": url(member, "revenue"),
        "set_up": _set_up(member),
        "set_up_url": url(member, "setup"),
        "alerts": [_alert(member, alert) for alert in queries.open_alerts()],
        "to_sign": tables.contract_table(
            member,
            queries.contracts_to_sign(),
            empty=Empty(_("No contract waits for a signature"), icon="circle-check"),
        ),
    }
    return page(request, "home.html", context, section="home")


def _set_up(member: Membership) -> SetUp | None:
    """What is left of the checklist, for whoever may do it; read only while it is not put away."""
    if not may_write(member, Capability.LEGAL_IDENTITY):
        return None
    return cast("SetUp", SimpleLazyObject(lambda: set_up_of(member)))


def _answers(
    member: Membership, run: NextRun, counts: dict[str, int], day: date
) -> Iterator[Answer]:
    yield _notices(member, counts["notices"], day)
    yield _run_answer(member, run, counts["waiting"])
    yield _count(
        _("Contracts set aside"), counts["parked"], url(member, "invoicing"), "circle-parking"
    )
    yield _count(_("Price revisions to decide"), counts["held"], url(member, "index"), "chart-line")
    if counts["to_revise"] and not counts["index_known"]:
        yield _missing_index(member, counts["to_revise"], day)
    to_sign = f"{url(member, 'contracts')}?status=to_sign"
    yield _count(_("Contracts to be signed"), counts["to_sign"], to_sign, "file-pen")
    overdue = f"{url(member, 'invoices')}?status=overdue"
    yield _count(_("Invoices overdue"), counts["overdue"], overdue, "receipt-euro")
    yield _count(_("Sample prices to confirm"), counts["samples"], url(member, "offers"), "package")


def _missing_index(member: Membership, count: int, day: date) -> Answer:
    """Which month of the index should be known and is not, where a revision is near."""
    month = date.fromisoformat(f"{expected_on(day)}-01")
    revised = ngettext(
        "%(count)s contract to revise within 30 days",
        "%(count)s contracts to revise within 30 days",
        count,
    )
    page = "index_record" if may_write(member, Capability.INDEX) else "index"
    return Answer(
        _("Syntec value missing"),
        month_name(month),
        revised % {"count": count},
        Tone.WARNING,
        "chart-line",
        url(member, page),
    )


def _notices(member: Membership, count: int, day: date) -> Answer:
    """Those whose last day to act comes first are at the top of the list it leads to."""
    before = (day + timedelta(days=31)).isoformat()
    asked = f"?status=in_force&sort=notice_deadline&notice_from={day.isoformat()}"
    address = f"{url(member, 'contracts')}{asked}&notice_before={before}"
    return _count(_("Notices ending within 30 days"), count, address, "bell-ring")


def _since_export(member: Membership, exports: list[ListExport]) -> Answer:
    """What the accountant has not taken yet."""
    last = exports[0].at if exports else None
    count = capped_counts({"new": queries.issued_since(last)})["new"]
    said = _("Last file taken on %s") % short_day(localdate(last)) if last else _("No file taken")
    value = _("more than 1,000") if count > COUNTED_AT_MOST else count or _("None")
    tone = Tone.INFO if count else Tone.SUCCESS
    question = _("Issued since the last export")
    return Answer(question, value, said, tone, "file-spreadsheet", url(member, "invoices"))


def _exports(member: Membership, exports: list[ListExport]) -> Table:
    columns = (
        Column(_("Taken"), is_row_header=True),
        Column(_("File")),
        Column(_("Documents"), is_numeric=True),
        Column(_("Same selection")),
    )
    again = url(member, "invoices")
    rows = [
        Row((row.at, row.kind.upper(), row.rows, Link(_("Open"), f"{again}?{row.query}")))
        for row in exports
    ]
    empty = Empty(_("No file taken yet"), _("Files are taken from the list of invoices."))
    return Table(_("Files taken"), columns, rows, empty)


def _run_answer(member: Membership, run: NextRun, waiting: int) -> Answer:
    """Count and total; what waits for a release comes before what a later day brings."""
    count = len(run.rows)
    invoices = ngettext("%(count)s invoice", "%(count)s invoices", count) % {"count": count}
    if run.day is None:
        value, detail = _("Nothing to invoice"), ""
    else:
        value = f"{invoices} · {euros(run.gross_amount)}"
        value = value if run.is_whole else _("At least %s") % value
        detail = " · ".join([long_day(run.day), *_faults(run)])
    return Answer(
        _("To release") if waiting else _("Next invoice run"),
        value,
        detail,
        Tone.WARNING if waiting or run.faulty else Tone.INFO,
        "calendar-clock",
        url(member, "invoicing"),
    )


def _faults(run: NextRun) -> list[str]:
    """How many contracts the run will set aside."""
    count = len(run.faulty)
    said = ngettext("%(count)s contract at fault", "%(count)s contracts at fault", count)
    return [said % {"count": count}] if count else []


def _count(question: str, count: int, address: str, icon: str) -> Answer:
    tone = Tone.WARNING if count else Tone.SUCCESS
    value = _("more than 1,000") if count > COUNTED_AT_MOST else count
    return Answer(question, value if count else _("None"), "", tone, icon, address)


def _alert(member: Membership, alert: Alert) -> Moment:
    contract = alert.contract
    return Moment(
        alert.raised_on,
        f"{contract.reference} · {contract.customer.name}",
        detail=alert_text(alert.code),
        url=url(member, "contract", contract.pk),
        reasons=reasons_from_json(alert.reasons),
    )
