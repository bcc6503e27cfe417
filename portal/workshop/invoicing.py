"""What will be invoiced next, what a person releases, and the contracts set aside."""

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import DateField
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.operations.releasing import release_prepared
from contracts.access import get_parking_for
from contracts.models import Parking
from contracts.operations.parking import release
from core import clock
from core.errors import DomainError
from core.periods import Period
from portal.components import Action, Column, Crumb, Empty, Fact, Link, Pair, Row, Table
from portal.lists import ListOrder, listed
from portal.readings import opened
from portal.shell import face_of
from portal.wording import parking_text, step_text
from portal.workshop import queries
from portal.workshop.forms import ReleaseForm, refuse
from portal.workshop.frame import (
    UNPROCESSABLE,
    attempt,
    form_page,
    go,
    may_write,
    page,
    posted,
    today,
    url,
)
from portal.workshop.run_preview import DraftRow, NextRun, next_run
from providers.doors import MemberRequest, workshop_page
from providers.enums import InvoicingMode
from providers.models import Membership
from providers.permissions import Capability, Level

OLDEST_FIRST: Final = ListOrder("issue_day", DateField())
SHOWN_AT_ONCE: Final = 100


@workshop_page(Capability.INVOICING)
def invoicing(request: MemberRequest) -> HttpResponse:
    return _invoicing_page(request, None)


def _invoicing_page(request: MemberRequest, form: ReleaseForm | None) -> HttpResponse:
    member, waiting = request.member, queries.waiting()
    prepared = listed(queries.prepared_invoices(), OLDEST_FIRST, request, size=SHOWN_AT_ONCE)
    run, mode = next_run(today(member)), getattr(face_of(request), "invoicing_mode", "")
    context = {
        "form": form or ReleaseForm(),
        "seen": waiting.digest,
        "is_on_approval": mode == InvoicingMode.ON_APPROVAL,
        "prepared": prepared.rows,
        "pages": prepared.page,
        "waiting": waiting,
        "may_release": may_write(member, Capability.INVOICING) and waiting.count > 0,
        "release_url": url(member, "invoicing_release"),
        "start_run": Action(_("Issue invoices"), url(member, "run_scope"), "send"),
        "run": run,
        "run_facts": _run_facts(run),
        "run_table": _run_table(run),
        "parked": _parked_table(member),
    }
    status = UNPROCESSABLE if form and form.errors else 200
    return page(request, "invoicing.html", context, section="invoicing", status=status)


def _run_facts(run: NextRun) -> list[Fact]:
    count = len(run.rows)
    return [
        Fact(_("Day"), run.day),
        Fact(_("Invoices"), count),
        Fact(_("Net"), run.net_amount),
        Fact(_("VAT"), run.vat_amount),
        Fact(_("Gross"), run.gross_amount),
    ]


def _run_table(run: NextRun) -> Table:
    columns = (
        Column(_("Contract"), is_row_header=True),
        Column(_("Period")),
        Column(_("Due")),
        Column(_("Net"), is_numeric=True),
        Column(_("VAT"), is_numeric=True),
        Column(_("Gross"), is_numeric=True),
    )
    empty = Empty(_("Nothing to invoice"), _("No contract in force has a next invoice."))
    return Table(_("Invoices to come"), columns, list(map(_run_row, run.rows)), empty)


def _run_row(row: DraftRow) -> Row:
    draft = row.draft
    days = Period(draft.first_day, draft.last_day)
    return Row((Pair(row.reference, row.customer), days, draft.due_date, *draft.totals))


def _parked_table(member: Membership) -> Table:
    columns = (
        Column(_("Contract"), is_row_header=True),
        Column(_("Step")),
        Column(_("Since")),
        Column(_("Reason")),
        Column(_("What to do")),
    )
    rows = [_parked_row(member, parking) for parking in queries.parked()]
    empty = Empty(_("No contract is set aside"), icon="circle-check")
    return Table(_("Parked contracts"), columns, rows, empty)


def _parked_row(member: Membership, parking: Parking) -> Row:
    contract = parking.contract
    link = Link(contract.reference, url(member, "contract", contract.pk))
    act = Link(
        _("Release"), url(member, "parking_release", parking.pk), _("contract %s") % link.label
    )
    return Row(
        (
            Pair(link, contract.customer.name),
            step_text(parking.step),
            parking.parked_on,
            parking_text(parking),
            act if may_write(member, Capability.INVOICING) else None,
        )
    )


@workshop_page(Capability.INVOICING, Level.WRITE, methods=("POST",))
def invoicing_release(request: MemberRequest) -> HttpResponse:
    """Issue what the person saw: a list that has changed since is shown again first.

    Sent twice, the second finds nothing left to issue.
    """
    contracts = queries.waiting_contracts()
    form = ReleaseForm(request.POST, contracts=contracts)
    if not form.is_valid():
        return _invoicing_page(request, form)
    chosen = contracts if form.cleaned_data["everything"] else form.cleaned_data["contracts"]
    if form.cleaned_data["seen"] != queries.waiting().digest:
        form.add_error(None, _("The list has changed since you saw it: look at it again."))
    elif not chosen:
        form.add_error(None, _("Choose at least one invoice."))
    issued = 0 if form.errors else _issue(request, form, chosen)
    if form.errors:
        return _invoicing_page(request, form)
    news = ngettext("%(count)s invoice is issued.", "%(count)s invoices are issued.", issued)
    messages.success(request, news % {"count": issued})
    return go(url(request.member, "invoicing"))


def _issue(request: MemberRequest, form: ReleaseForm, chosen: list[UUID]) -> int:
    member = request.member
    try:
        return release_prepared(
            provider_id=member.provider_id,
            contract_ids=chosen,
            day=today(member),
            at=clock.now(),
            actor_id=request.user.pk,
        )
    except DomainError as error:
        refuse(form, error)
        return 0


@workshop_page(Capability.INVOICING, Level.WRITE, methods=("GET", "POST"))
def parking_release(request: MemberRequest, parking_id: UUID) -> HttpResponse:
    """Give a contract back to the daily run, which catches up what it missed."""
    member = request.member
    parking = get_parking_for(member, parking_id, write=True)
    contract = parking.contract
    opened(request, contract)
    form = forms.Form(posted(request))
    day, now, by = today(member), clock.now(), request.user.pk
    if attempt(request, form, lambda: release(parking_id=parking.pk, day=day, at=now, by=by)):
        messages.success(request, _("%s is released.") % contract.reference)
        return go(url(member, "contract", contract.pk))
    return form_page(
        request,
        form,
        title=_("Release the contract %s?") % contract.reference,
        template="parking_release.html",
        parking=parking,
        why=parking_text(parking),
        step=step_text(parking.step),
        submit=_("Release the contract"),
        crumbs=[
            Crumb(_("To invoice"), url(member, "invoicing")),
            Crumb(contract.reference, url(member, "contract", contract.pk)),
        ],
        section="invoicing",
    )
