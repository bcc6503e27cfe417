"""Offers: what is sold, on which terms, and the prices the owner has said to be theirs."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from billing.rules.vat import rate_on, zone_of
from contracts.access import get_offer_for, get_offer_version_for
from contracts.models import Offer, OfferDraft, OfferVersion
from contracts.operations.offers import confirm_price, has_sample_price
from contracts.rules.facts import VatTreatment
from contracts.rules.stored import read_terms
from contracts.rules.terms import Terms
from core import clock
from portal import plain_words
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
from portal.history import History, history_of
from portal.wording import CADENCES, METHODS
from portal.workshop import queries
from portal.workshop.forms import ConfirmPriceForm
from portal.workshop.frame import attempt, form_page, go, may_write, page, posted, today, url
from portal.workshop.journal import journal_url
from portal.workshop.offer_queries import (
    VersionRow,
    latest_version,
    open_drafts,
    retired_offers,
    versions_of,
)
from providers.doors import MemberRequest, workshop_page
from providers.enums import VatRegime
from providers.models import Membership
from providers.permissions import Capability, Level
from providers.queries import legal_identity_on


def price_badge(version: OfferVersion) -> Badge:
    if version.is_price_confirmed:
        return Badge(_("Price confirmed"), Tone.SUCCESS)
    return Badge(_("Sample price"), Tone.WARNING)


@workshop_page(Capability.OFFERS)
def offers(request: MemberRequest) -> HttpResponse:
    member = request.member
    columns = (
        Column(_("Offer"), is_row_header=True),
        Column(_("Code")),
        Column(_("Version")),
        Column(_("Published")),
        Column(_("Price")),
    )
    rows = [_offer_row(member, version) for version in queries.versions_on_sale()]
    empty = Empty(
        _("No offer yet"), _("Offers come from a preset, or are published with their own terms.")
    )
    can_write = may_write(member, Capability.OFFERS)
    new = Action(_("New offer"), url(member, "offer_new"), icon="plus")
    bring = Action(_("Import a file"), url(member, "offer_import"), icon="upload")
    context = {
        "table": Table(_("Offers"), columns, rows, empty),
        "action": new if can_write else None,
        "more": [bring] if can_write else [],
        "drafts": [(draft, url(member, "draft", draft.pk)) for draft in open_drafts()],
        "retired": [(row, url(member, "offer", row.pk)) for row in retired_offers()],
    }
    return page(request, "offers.html", context, section="offers")


def _offer_row(member: Membership, version: OfferVersion) -> Row:
    return Row(
        (
            Link(version.offer.name, url(member, "offer", version.offer_id)),
            version.offer.code,
            version.number,
            version.published_at,
            price_badge(version),
        )
    )


@workshop_page(Capability.OFFERS)
def offer(request: MemberRequest, offer_id: UUID) -> HttpResponse:
    """The terms of the version on sale, sentence by sentence with their clauses."""
    found = get_offer_for(request.member, offer_id)
    return offer_page(request, latest_version(found))


def offer_page(
    request: MemberRequest,
    version: OfferVersion,
    *,
    contracts: Table | None = None,
    contracts_count: int = 0,
) -> HttpResponse:
    """A version as a contract; with its contracts it is the page of that version alone."""
    member, terms = request.member, read_terms(version.terms)
    versions = versions_of(version.offer)
    is_latest = versions[0].version.pk == version.pk
    context = {
        "crumbs": _crumbs(member),
        "offer": version.offer,
        "eyebrow": _("Version %s") % version.number if contracts else "",
        "status": price_badge(version),
        "second_status": None if version.offer.is_active else Badge(_("Not sold any more")),
        "facts": _facts(version, terms),
        "has_samples": not version.is_price_confirmed and has_sample_price(terms),
        "prices": price_table(terms),
        "statements": plain_words.statements(terms, terms.options.keys()),
        "week": plain_words.week(terms.hours) if terms.hours else [],
        "chapters": plain_words.chapters(terms),
        "versions": [_version_links(member, row) for row in versions],
        "compare_url": url(member, "offer_compare", version.offer_id) if versions[1:] else "",
        "contracts": contracts,
        "contracts_count": contracts_count,
        "latest_url": "" if is_latest else url(member, "offer", version.offer_id),
        "history": None if contracts else _history(member, version.offer, versions),
        **_acts(member, version, is_latest=is_latest),
    }
    return page(request, "offer.html", context, section="offers")


def _history(member: Membership, offer: Offer, versions: Sequence[VersionRow]) -> History | None:
    """Of the offer, its versions and its drafts."""
    drafts = OfferDraft.objects.filter(offer=offer).order_by().values_list("pk", flat=True)
    known = [offer.pk, *(row.version.pk for row in versions), *drafts]
    about = Q(subject_id__in=known)
    return history_of(member, about, journal_url=journal_url(member, offer.pk))


def _version_links(member: Membership, row: VersionRow) -> dict[str, Any]:
    return {
        "said": row,
        "url": url(member, "offer_version", row.version.pk),
        "export_url": url(member, "offer_export", row.version.pk),
    }


def _acts(member: Membership, version: OfferVersion, *, is_latest: bool) -> dict[str, Any]:
    """What may be done with an offer: what waits first, the rest in the menu."""
    offer = version.offer
    export = Action(
        _("Export"), url(member, "offer_export", version.pk), icon="download", is_download=True
    )
    if not may_write(member, Capability.OFFERS) or not is_latest:
        return {"action": None, "more": [export]}
    edit = Action(
        _("Write the next version"),
        url(member, "draft_start", offer.pk),
        icon="file-pen",
        is_post=True,
    )
    copy = Action(_("Copy"), f"{url(member, 'offer_new')}?source=offer:{offer.pk}", icon="copy")
    if offer.is_active:
        sell = Action(_("Retire"), url(member, "offer_retire", offer.pk), icon="archive")
    else:
        again = url(member, "offer_reactivate", offer.pk)
        sell = Action(_("Sell again"), again, icon="refresh-cw", is_post=True)
    if version.is_price_confirmed:
        return {"action": edit, "more": [copy, export, sell]}
    confirm = Action(
        _("Confirm the price"), url(member, "offer_confirm", version.pk), icon="circle-check"
    )
    return {"action": confirm, "more": [edit, copy, export, sell]}


def _crumbs(member: Membership, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Offers"), url(member, "offers")), *more]


def _facts(version: OfferVersion, terms: Terms) -> list[Fact]:
    cadences = ", ".join(str(CADENCES[code]) for code in terms.billing.cadences)
    methods = ", ".join(str(METHODS[code]) for code in terms.payment.methods)
    return [
        Fact(_("Code"), version.offer.code),
        Fact(_("Version"), version.number),
        Fact(_("Invoiced"), cadences),
        Fact(_("Paid by"), methods),
    ]


def price_table(terms: Terms) -> Table:
    """Every yearly price of the terms: the whole, the base, the grid, the options."""
    price = terms.price
    suffix = _("a year, VAT included") if price.includes_vat else _("a year, excluding VAT")
    rows: list[Row] = []
    if price.annual is not None:
        rows.append(Row((_("Subscription"), price.clause, price.annual)))
    if price.base is not None:
        rows.append(Row((_("Base"), price.clause, price.base)))
    rows += [Row((_grid_label(line), price.clause, line.annual)) for line in price.grid]
    rows += [
        Row((Pair(plain_words.said(option.name), _("option")), option.clause, option.annual))
        for option in terms.options.values()
    ]
    columns = (
        Column(_("Price"), is_row_header=True),
        Column(_("Clause")),
        Column(capfirst(suffix), is_numeric=True),
    )
    return Table(_("Prices"), columns, rows, Empty(_("Priced in each contract")))


def _grid_label(line: Any) -> Any:
    return Pair(line.label, line.level) if line.level else line.label


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def offer_confirm(request: MemberRequest, version_id: UUID) -> HttpResponse:
    """Say that the prices are the provider's own; another yearly price makes a new version."""
    member = request.member
    version = get_offer_version_for(member, version_id, write=True)
    terms = read_terms(version.terms)
    form = ConfirmPriceForm(posted(request), terms=terms)
    now, by = clock.now(), request.user.pk
    confirmed = attempt(
        request,
        form,
        lambda: confirm_price(
            version_id=version.pk,
            annual_price=form.cleaned_data.get("annual_price"),
            vat_rate=rate_needed_by(terms, today(member)),
            at=now,
            by=by,
        ),
    )
    here = url(member, "offer", version.offer_id)
    if confirmed:
        messages.success(request, _("The prices of %s are confirmed.") % version.offer.name)
        return go(here)
    return form_page(
        request,
        form,
        title=_("Confirm the prices of %s") % version.offer.name,
        template="offer_confirm.html",
        prices=price_table(terms),
        submit=_("Confirm these prices"),
        crumbs=_crumbs(member, Crumb(version.offer.name, here)),
        section="offers",
    )


def rate_needed_by(terms: Terms, day: date) -> Decimal | None:
    """The rate that a price including VAT is checked with; a net price asks for no identity."""
    return own_vat_rate(day) if terms.price.includes_vat else None


def own_vat_rate(day: date) -> Decimal:
    """The rate, in percent, of the provider's own place: most customers are near."""
    identity = legal_identity_on(day)
    is_small = identity.vat_regime == VatRegime.SMALL_BUSINESS
    return rate_on(VatTreatment(zone_of(identity.postal_code), is_small), day).percent
