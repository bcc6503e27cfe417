"""Published versions: read, compared, published from a draft; offers retired and sold again."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from contracts.access import get_offer_draft_for, get_offer_for, get_offer_version_for
from contracts.models import Offer, OfferDraft, OfferVersion
from contracts.operations.drafts import (
    DraftChanged,
    publish_draft,
    reactivate_offer,
    retire_offer,
)
from contracts.operations.offers import has_sample_price
from contracts.rules.drafting import parse_draft, parts_of
from contracts.rules.stored import read_terms
from contracts.rules.terms import Terms
from core import clock
from portal.clauses.telling import differences
from portal.components import Column, Crumb, Empty, Fact, Link, Pair, Row, Table, Text
from portal.errors import conflict
from portal.formats import sentence
from portal.workshop import offer_queries as queries
from portal.workshop.draft_preview import obstacles_of
from portal.workshop.drafts import crumbs_of, revision_in
from portal.workshop.frame import attempt, form_page, go, page, posted, today, url
from portal.workshop.offers import offer_page, rate_needed_by
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability, Level

MOST_CONTRACTS = 50


class PublishForm(forms.Form):
    """The state of the draft that was read, and whether its prices are the provider's own."""

    revision = forms.CharField(widget=forms.HiddenInput, max_length=10)
    is_price_confirmed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, has_samples: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_samples:
            del self.fields["is_price_confirmed"]
            return
        self.fields["is_price_confirmed"].label = _("these prices are my own")
        self.fields["is_price_confirmed"].help_text = _(
            "Unticked, the version is published and no contract can be signed on it until an owner "
            "confirms its prices."
        )


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def draft_publish(request: MemberRequest, draft_id: UUID) -> HttpResponse:
    """What publishing changes, for whom; then one version, however often it is sent."""
    member = request.member
    found = get_offer_draft_for(member, draft_id, write=True)
    if found.version is not None:
        return go(url(member, "offer", found.version.offer_id))
    terms, problems = parse_draft(found.terms)
    has_samples = terms is not None and has_sample_price(terms)
    form = PublishForm(
        posted(request), has_samples=has_samples, initial={"revision": found.revision}
    )
    now, by, day = clock.now(), request.user.pk, today(member)
    try:
        version = attempt(
            request,
            form,
            lambda: _publish(form, found, terms, now=now, by=by, day=day),
        )
    except DraftChangedMeanwhile as error:
        return _changed(request, found, error)
    if version:
        messages.success(
            request,
            _("Version %(number)s of %(name)s is published.")
            % {"number": version.number, "name": found.name},
        )
        return go(url(member, "offer", version.offer_id))
    return form_page(
        request,
        form,
        title=_("Publish %s") % found.name,
        template="draft_publish.html",
        submit=_("Publish this version"),
        crumbs=crumbs_of(member, found),
        section="offers",
        **_what_changes(member, found, obstacles_of(problems)),
    )


class DraftChangedMeanwhile(Exception):
    """The draft is not the one that the person read."""


def _publish(
    form: PublishForm, draft: OfferDraft, terms: Terms | None, *, now: Any, by: Any, day: date
) -> OfferVersion:
    try:
        return publish_draft(
            draft_id=draft.pk,
            revision=revision_in(form.data),  # type: ignore[arg-type]
            is_price_confirmed=form.cleaned_data.get("is_price_confirmed", False),
            vat_rate=rate_needed_by(terms, day) if terms else None,
            at=now,
            by=by,
        )
    except DraftChanged as error:
        raise DraftChangedMeanwhile(sentence(error)) from error


def _changed(request: HttpRequest, draft: OfferDraft, error: Exception) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    return conflict(
        request,
        explanation=str(error),
        mine=[Fact(_("State you read"), request.POST.get("revision") or "—")],
        theirs=[Fact(_("State now recorded"), str(draft.revision))],
        back_url=url(member, "draft_publish", draft.pk),
    )


def _what_changes(member: Membership, draft: OfferDraft, obstacles: list[Any]) -> dict[str, Any]:
    latest = (
        OfferVersion.objects.filter(offer=draft.offer).order_by("-number").first()
        if draft.offer is not None
        else None
    )
    before = parts_of(read_terms(latest.terms)) if latest else {}
    rows = differences(before, draft.terms) if latest else []
    return {
        "draft": draft,
        "number": latest.number + 1 if latest else 1,
        "table": difference_table(
            rows, _("version %s") % latest.number if latest else "", _("this draft")
        ),
        "has_previous": latest is not None,
        "is_behind": latest is not None and latest.pk != draft.based_on_id,
        "contracts": queries.signed_on_offer(draft.offer.pk) if draft.offer else 0,
        "obstacles": [
            {"said": row, "url": url(member, "draft_section", draft.pk, row.section)}
            for row in obstacles
        ],
    }


def difference_table(rows: list[Any], before: Text, after: Text) -> Table:
    columns = (
        Column(_("Clause"), is_row_header=True),
        Column(before),
        Column(after),
    )
    lines = [Row((Pair(row.label, row.part), row.before or "—", row.after or "—")) for row in rows]
    empty = Empty(_("Nothing differs"), _("Both say the same, clause by clause."), icon="equal")
    return Table(_("What differs"), columns, lines, empty)


@workshop_page(Capability.OFFERS)
def offer_compare(request: MemberRequest, offer_id: UUID) -> HttpResponse:
    """Two versions side by side: only what differs, in plain words."""
    member = request.member
    found = get_offer_for(member, offer_id)
    versions = {str(row.version.number): row for row in queries.versions_of(found)}
    numbers = list(versions)
    form = CompareForm(request.GET or None, numbers=numbers)
    if form.is_bound and not form.is_valid():
        form = CompareForm(None, numbers=numbers)
    chosen = (
        form.cleaned_data if form.is_bound else {name: form[name].initial for name in form.fields}
    )
    before, after = versions[chosen["de"]], versions[chosen["a"]]
    rows = differences(*(parts_of(read_terms(row.version.terms)) for row in (before, after)))
    context = {
        "crumbs": _crumbs(member, found),
        "offer": found,
        "form": form,
        "sides": [_side(member, before), _side(member, after)],
        "table": difference_table(
            rows, *(_("version %s") % row.version.number for row in (before, after))
        ),
    }
    return page(request, "offer_compare.html", context, section="offers")


class CompareForm(forms.Form):
    """Which two versions: the two latest unless others are named."""

    de = forms.ChoiceField()
    a = forms.ChoiceField()

    def __init__(self, data: Any, *, numbers: list[str]) -> None:
        super().__init__(data)
        self.fields["de"].label, self.fields["a"].label = _("from version"), _("to version")
        for field in self.fields.values():
            field.choices = [(number, number) for number in numbers]  # type: ignore[attr-defined]
        self.fields["a"].initial, self.fields["de"].initial = (
            numbers[0],
            numbers[min(1, len(numbers) - 1)],
        )


def _side(member: Membership, row: queries.VersionRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "publisher": row.publisher,
        "contracts": row.contracts,
        "url": url(member, "offer_version", row.version.pk),
    }


def _crumbs(member: Membership, offer: Offer) -> list[Crumb]:
    return [
        Crumb(_("Offers"), url(member, "offers")),
        Crumb(offer.name, url(member, "offer", offer.pk)),
    ]


@workshop_page(Capability.OFFERS)
def offer_version(request: MemberRequest, version_id: UUID) -> HttpResponse:
    """One version as it was published, and the contracts that keep its terms."""
    member = request.member
    version = get_offer_version_for(member, version_id)
    found = queries.contracts_signed_on(version)
    rows = [
        Row(
            (
                Link(row.reference, url(member, "contract", row.pk)),
                row.customer.name,
                row.signed_on,
                row.get_status_display(),
            )
        )
        for row in found[:MOST_CONTRACTS]
    ]
    columns = (
        Column(_("Contract"), is_row_header=True),
        Column(_("Customer")),
        Column(_("Signed")),
        Column(_("Status")),
    )
    empty = Empty(_("No contract was signed on this version."))
    table = Table(_("Contracts signed on this version"), columns, rows, empty)
    count = found.count() if len(rows) == MOST_CONTRACTS else len(rows)
    return offer_page(request, version, contracts=table, contracts_count=count)


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def offer_retire(request: MemberRequest, offer_id: UUID) -> HttpResponse:
    """Sell an offer no more; a page says for whom that changes anything."""
    member = request.member
    found = get_offer_for(member, offer_id, write=True)
    if request.method == "POST":
        retire_offer(offer_id=found.pk, at=clock.now(), by=request.user.pk)
        messages.success(request, _("%s is not sold any more.") % found.name)
        return go(url(member, "offer", found.pk))
    return form_page(
        request,
        forms.Form(),
        title=_("Retire %s") % found.name,
        lead=_(
            "No new contract can be prepared on it. Signed contracts go on, on their own terms."
        ),
        submit=_("Retire this offer"),
        crumbs=_crumbs(member, found),
        section="offers",
    )


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("POST",))
def offer_reactivate(request: MemberRequest, offer_id: UUID) -> HttpResponse:
    member = request.member
    found = get_offer_for(member, offer_id, write=True)
    reactivate_offer(offer_id=found.pk, at=clock.now(), by=request.user.pk)
    messages.success(request, _("%s is sold again.") % found.name)
    return go(url(member, "offer", found.pk))
