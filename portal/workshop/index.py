"""The Syntec index as the provider knows it, and the revisions that wait for a person."""

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import DateField
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.access import get_revision_for
from contracts.enums import IndexOrigin, RevisionStatus
from contracts.models import IndexObservation, PriceRevision
from contracts.operations.held_revisions import (
    confirm_held_revision,
    drop_held_revision,
    preview_of_held,
)
from contracts.operations.index_values import record_index_value
from contracts.rules.indexation import Revision
from core import clock
from portal.badges import revision_badge
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Fact,
    Link,
    Pair,
    Row,
    Table,
    Tone,
)
from portal.formats import long_day, month_name, number
from portal.lists import ListOrder, listed
from portal.readings import opened
from portal.wording import revision_text
from portal.workshop import queries
from portal.workshop.forms import IndexValueForm
from portal.workshop.frame import (
    UNPROCESSABLE,
    attempt,
    form_page,
    go,
    may_write,
    page,
    posted,
    url,
)
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability, Level

LATEST_MONTH_FIRST: Final = ListOrder("month", DateField(), is_descending=True)


@workshop_page(Capability.INDEX)
def index(request: MemberRequest) -> HttpResponse:
    member = request.member
    found = listed(queries.index_values(), LATEST_MONTH_FIRST, request)
    record = Action(_("Record a value"), url(member, "index_record"), icon="plus")
    context = {
        "action": record if may_write(member, Capability.INDEX) else None,
        "held": _held_table(member, list(queries.held_revisions())),
        "values": _values_table(found.rows),
        "pages": found.page,
    }
    return page(request, "index.html", context, section="index")


def _values_table(rows: list[IndexObservation]) -> Table:
    columns = (
        Column(_("Month measured"), is_row_header=True, sorted="descending"),
        Column(_("Value"), is_numeric=True),
        Column(_("Published on")),
        Column(_("Series")),
        Column(_("Source")),
    )
    empty = Empty(
        _("No value known"),
        _("Without any value, prices stay as they were signed, and the reason is kept."),
        icon="chart-line",
    )
    return Table(_("Values of the Syntec index"), columns, list(map(_value_row, rows)), empty)


def _value_row(row: IndexObservation) -> Row:
    published = (
        Pair(row.published_on, Badge(_("Estimated"), Tone.WARNING))
        if row.is_estimated
        else row.published_on
    )
    value = number(row.value)
    series = capfirst(row.get_series_display())
    return Row((month_name(row.month), value, published, series, _source(row) or None))


def _source(row: IndexObservation) -> str:
    """A person's own words as they typed them, a list of values in the reader's language."""
    match row.origin:
        case IndexOrigin.LIST:
            return _("Syntec (%s)") % row.source
        case IndexOrigin.UNVERIFIED_LIST:
            return _("%s, to be verified") % row.source
    return row.source


def _held_table(member: Membership, rows: list[PriceRevision]) -> Table:
    columns = (
        Column(_("Contract"), is_row_header=True),
        Column(_("Customer")),
        Column(_("Revision of")),
        Column(_("Why it waits")),
    )
    drawn = [
        Row(
            (
                Link(row.contract.reference, url(member, "revision", row.pk)),
                row.contract.customer.name,
                row.revision_date,
                revision_text(row.code),
            )
        )
        for row in rows
    ]
    empty = Empty(_("No revision waits for a decision"), icon="circle-check")
    return Table(_("Revisions held"), columns, drawn, empty)


@workshop_page(Capability.INDEX, Level.WRITE, methods=("GET", "POST"))
def index_record(request: MemberRequest) -> HttpResponse:
    member = request.member
    form = IndexValueForm(posted(request))
    now, by = clock.now(), request.user.pk
    if attempt(request, form, lambda: record_index_value(**form.cleaned_data, at=now, by=by)):
        messages.success(request, _("The value is recorded."))
        return go(url(member, "index"))
    return form_page(
        request,
        form,
        title=_("Record a value of the index"),
        lead=_("A value is never replaced: published again, it is recorded again with its day."),
        submit=_("Record the value"),
        crumbs=_crumbs(member),
        section="index",
    )


def _crumbs(member: Membership) -> list[Crumb]:
    return [Crumb(_("Syntec index"), url(member, "index"))]


@workshop_page(Capability.INDEX)
def revision(request: MemberRequest, revision_id: UUID) -> HttpResponse:
    """A revision: what it did or, held, what confirming it would do, and the two decisions."""
    found = get_revision_for(request.member, revision_id)
    opened(request, found.contract)
    return _revision_page(request, found, forms.Form())


@workshop_page(Capability.INDEX, Level.WRITE, methods=("POST",))
def revision_confirm(request: MemberRequest, revision_id: UUID) -> HttpResponse:
    found = get_revision_for(request.member, revision_id, write=True)
    now, by, form = clock.now(), request.user.pk, forms.Form(request.POST)
    if attempt(request, form, lambda: confirm_held_revision(revision_id=found.pk, at=now, by=by)):
        messages.success(request, _("The revision is applied."))
        return go(url(request.member, "contract", found.contract_id))
    return _revision_page(request, found, form)


@workshop_page(Capability.INDEX, Level.WRITE, methods=("POST",))
def revision_drop(request: MemberRequest, revision_id: UUID) -> HttpResponse:
    found = get_revision_for(request.member, revision_id, write=True)
    now, by, form = clock.now(), request.user.pk, forms.Form(request.POST)
    if attempt(request, form, lambda: drop_held_revision(revision_id=found.pk, at=now, by=by)):
        messages.success(request, _("The price stays as it is this year."))
        return go(url(request.member, "contract", found.contract_id))
    return _revision_page(request, found, form)


def _revision_page(request: MemberRequest, row: PriceRevision, form: forms.Form) -> HttpResponse:
    member, is_held = request.member, row.status == RevisionStatus.HELD
    preview = preview_of_held(row) if is_held else None
    may_decide = is_held and may_write(member, Capability.INDEX)
    may_apply = may_decide and preview is not None and preview.outcome != "held"
    confirm, drop = url(member, "revision_confirm", row.pk), url(member, "revision_drop", row.pk)
    context = {
        "crumbs": _crumbs(member),
        "form": form,
        "title": _("Revision of %s") % long_day(row.revision_date),
        "revision": row,
        "status": revision_badge(row),
        "facts": _revision_facts(member, row, preview),
        "why": revision_text(row.code) if row.code else "",
        "reasons": preview.reasons if preview else row.reasons,
        "apply": Action(_("Apply this revision"), confirm, is_post=True) if may_apply else None,
        "drop": Action(_("Keep the price"), drop, is_post=True) if may_decide else None,
    }
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "revision.html", context, section="index", status=status)


def _revision_facts(member: Membership, row: PriceRevision, preview: Revision | None) -> list[Fact]:
    contract = row.contract
    link = Link(contract.reference, url(member, "contract", contract.pk))
    new_price = preview.new_price if preview else row.new_price
    return [
        Fact(_("Contract"), Pair(link, contract.customer.name)),
        Fact(_("Price before"), row.old_price),
        Fact(_("Price after") if preview is None else _("Price after, if applied"), new_price),
    ]
