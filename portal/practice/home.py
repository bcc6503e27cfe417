"""The practice's first page: am I covered, until when, what is due, whom do I call."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import Contract
from contracts.queries import terms_of
from portal import plain_words
from portal.answers import Answer
from portal.badges import contract_badge
from portal.components import Column, Empty, Link, Pair, Row, Table, Tone
from portal.formats import short_day
from portal.practice import queries
from portal.practice.frame import page, today, url
from providers.doors import MemberRequest, practice_page
from providers.models import Customer, Membership
from providers.permissions import Capability, may


@practice_page(Capability.COVERAGE)
def home(request: MemberRequest) -> HttpResponse:
    member, day = request.member, today(request.member)
    contracts = list(queries.contracts())
    in_force = [row for row in contracts if row.ended_on is None and row.starts_on <= day]
    context = {
        "title": Customer.objects.get().name,
        "answers": list(_answers(member, in_force, day)),
        "contracts": _contracts(member, contracts),
        "weeks": [
            (row, plain_words.week(hours))
            for row in in_force
            if (hours := terms_of(row).hours) is not None
        ],
    }
    return page(request, "home.html", context, section="home")


def _answers(member: Membership, in_force: list[Contract], day: date) -> Iterator[Answer]:
    yield _cover(member, in_force)
    if in_force:
        yield _until(member, in_force[0])
    if may(member.role, Capability.INVOICES):
        yield _due(member, day)
        upcoming = min(
            (row.next_invoice_on for row in in_force if row.next_invoice_on), default=None
        )
        yield Answer(
            _("Next invoice?"),
            upcoming,
            "",
            Tone.NEUTRAL,
            "calendar-clock",
            url(member, "invoices"),
        )


def _cover(member: Membership, in_force: list[Contract]) -> Answer:
    question = _("Am I covered?")
    if not in_force:
        none = _("No contract in force")
        return Answer(question, none, _("Call your provider."), Tone.WARNING, "shield-off", "")
    names = ", ".join(row.offer_name for row in in_force)
    first = url(member, "contract", in_force[0].pk)
    return Answer(question, _("Yes"), names, Tone.SUCCESS, "shield-check", first)


def _until(member: Membership, contract: Contract) -> Answer:
    """The end of the term, and the last day to act on it."""
    if contract.notice_deadline:
        last = short_day(contract.notice_deadline)
        detail = _("Renewed by itself; last day to refuse it: %s") % last
    else:
        detail = _("Not renewed by itself")
    address = url(member, "contract", contract.pk)
    return Answer(_("Until when?"), contract.ends_on, detail, Tone.NEUTRAL, "calendar", address)


def _due(member: Membership, day: date) -> Answer:
    due, address = queries.amount_due(day), url(member, "invoices")
    if not due.invoices:
        text = _("Nothing is due")
        return Answer(_("What is due?"), text, "", Tone.SUCCESS, "circle-check", address)
    detail = ngettext("%(count)s invoice", "%(count)s invoices", due.invoices) % {
        "count": due.invoices
    }
    if due.overdue:
        detail = _("%(invoices)s, %(overdue)s overdue") % {
            "invoices": detail,
            "overdue": due.overdue,
        }
    tone = Tone.DANGER if due.overdue else Tone.INFO
    return Answer(_("What is due?"), due.amount, detail, tone, "receipt-euro", address)


def _contracts(member: Membership, contracts: list[Contract]) -> Table:
    columns = (
        Column(_("Contract"), is_row_header=True),
        Column(_("Starts")),
        Column(_("End of the term")),
        Column(_("Status")),
    )
    rows = [
        Row(
            (
                Pair(
                    Link(row.offer_name, url(member, "contract", row.pk)),
                    row.reference,
                ),
                row.starts_on,
                row.ended_on or row.ends_on,
                contract_badge(row),
            )
        )
        for row in contracts
    ]
    empty = Empty(_("No contract yet"), _("It appears here once it is signed."), icon="file-text")
    return Table(_("Contracts"), columns, rows, empty, has_hidden_caption=False)
