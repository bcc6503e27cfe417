"""« Démarrage »: what is left to do before a new house issues its first invoice."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import OfferVersion
from contracts.operations.offers import publish_first_preset
from contracts.rules.presets import load_preset
from contracts.rules.stored import read_terms
from core import clock
from core.errors import DomainError
from core.money import ZERO
from portal.components import Action, Badge, Column, Crumb, Empty, Link, Pair, Row, Table, Tone
from portal.trial import trial_of
from portal.workshop import queries
from portal.workshop.forecasts import moments_of, total_of
from portal.workshop.forms import PrepareForm, refuse
from portal.workshop.frame import UNPROCESSABLE, attempt, form_page, go, page, posted, today, url
from portal.workshop.house_forms import PresetForm
from portal.workshop.offers import price_badge
from portal.workshop.setup_steps import SetUp, Step, set_up_of
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.operations.setting_up import finish_set_up, settle_trial
from providers.permissions import Capability, Level
from providers.queries import legal_identities, profile

BOTH = ("GET", "POST")


@workshop_page(Capability.LEGAL_IDENTITY, Level.WRITE)
def setup(request: MemberRequest) -> HttpResponse:
    member = request.member
    state = set_up_of(member)
    context = {
        "title": _("Setting up"),
        "set_up": state,
        "next": _next(state),
        "steps": _steps_table(state),
        "finish_url": url(member, "setup_finish"),
        "is_put_away": profile().set_up_at is not None,
    }
    return page(request, "setup.html", context, section="setup")


def _next(state: SetUp) -> Action | None:
    step = state.next_step
    return Action(step.title, step.url, icon="arrow-right") if step else None


def _steps_table(state: SetUp) -> Table:
    columns = (Column(_("Step"), is_row_header=True), Column(_("Status")))
    rows = [Row((Pair(_link(step), step.why), _badge(step))) for step in state.steps]
    return Table(_("Steps"), columns, rows, Empty(_("Nothing to do")))


def _link(step: Step) -> Link | str:
    return Link(step.title, step.url) if step.is_open or step.is_done else str(step.title)


def _badge(step: Step) -> Badge:
    if step.is_done:
        return Badge(_("Done"), Tone.SUCCESS)
    return Badge(_("To do"), Tone.INFO) if step.is_open else Badge(_("Later"))


@workshop_page(Capability.LEGAL_IDENTITY, Level.WRITE, methods=("POST",))
def setup_finish(request: MemberRequest) -> HttpResponse:
    finish_set_up(at=clock.now(), by=request.user.pk)
    messages.success(request, _("The checklist is put away; the settings hold all of it."))
    return go(url(request.member, "home"))


def _crumbs(member: Membership) -> list[Crumb]:
    return [Crumb(_("Setting up"), url(member, "setup"))]


@workshop_page(Capability.OFFERS, Level.WRITE, methods=BOTH)
def setup_offers(request: MemberRequest) -> HttpResponse:
    """A blank house chooses a preset; then its prices are looked at one offer at a time."""
    member = request.member
    versions = list(queries.versions_on_sale())
    if versions and request.method == "GET":
        context = {"crumbs": _crumbs(member), "table": _offers_table(member, versions)}
        return page(request, "setup_offers.html", context, section="offers")
    form = PresetForm(posted(request))
    now = clock.now()
    if attempt(request, form, lambda: _publish(form, now, request.user.pk)):
        messages.success(request, _("The offers are there: confirm their prices."))
        return go(url(member, "setup_offers"))
    return form_page(
        request,
        form,
        title=_("A first offer"),
        lead=_("A preset brings complete terms; each price is a sample until you confirm it."),
        submit=_("Start from this preset"),
        crumbs=_crumbs(member),
        section="offers",
    )


def _publish(form: forms.Form, now: datetime, by: UUID) -> bool:
    """Sent twice, it is done once: a house that has offers keeps them."""
    publish_first_preset(preset=load_preset(form.cleaned_data["preset"]), at=now, by=by)
    return True


def _offers_table(member: Membership, versions: list[OfferVersion]) -> Table:
    columns = (
        Column(_("Offer"), is_row_header=True),
        Column(_("Price")),
        Column(_("What to do")),
    )
    rows = [
        Row(
            (
                Pair(Link(row.offer.name, url(member, "offer", row.offer_id)), row.offer.code),
                price_badge(row),
                _confirm_link(member, row),
            )
        )
        for row in versions
    ]
    return Table(_("Offers"), columns, rows, Empty(_("No offer yet")))


def _confirm_link(member: Membership, row: OfferVersion) -> Link | None:
    if row.is_price_confirmed:
        return None
    return Link(_("Confirm the price"), url(member, "offer_confirm", row.pk), row.offer.name)


class TrialForm(PrepareForm):
    """What a customer would sign, and where they are."""

    postal_code = forms.CharField(label=gettext_lazy("postcode of the customer"), max_length=10)
    field_order = ("postal_code",)


@workshop_page(Capability.LEGAL_IDENTITY, Level.WRITE, methods=BOTH)
def setup_trial(request: MemberRequest) -> HttpResponse:
    """Read by GET: the address holds every choice, and nothing is kept. POST says it was read."""
    member = request.member
    if request.method == "POST":
        settle_trial(at=clock.now(), by=request.user.pk)
        messages.success(request, _("The trial run is over; nothing of it was kept."))
        return go(url(member, "setup"))
    versions = list(queries.versions_on_sale())
    chosen = next((row for row in versions if row.offer.code == request.GET.get("offer")), None)
    context = {
        "crumbs": _crumbs(member),
        "title": _("A trial run"),
        "offers": _trial_table(member, versions),
        "chosen": chosen,
        **(_trial(request, chosen) if chosen else {"form": None}),
    }
    status = UNPROCESSABLE if context["form"] is not None and context["form"].errors else 200
    return page(request, "setup_trial.html", context, section="home", status=status)


def _trial_table(member: Membership, versions: list[OfferVersion]) -> Table:
    columns = (Column(_("Offer"), is_row_header=True), Column(_("Price")))
    here = url(member, "setup_trial")
    rows = [
        Row((Link(row.offer.name, f"{here}?offer={quote(row.offer.code)}"), price_badge(row)))
        for row in versions
    ]
    empty = Empty(_("No offer yet"), _("Start from a preset first."), icon="package")
    return Table(_("Offers on sale"), columns, rows, empty)


def _trial(request: MemberRequest, chosen: OfferVersion) -> dict[str, Any]:
    day, terms = today(request.member), read_terms(chosen.terms)
    is_sent = "starts_on" in request.GET
    initial = {"postal_code": _own_postcode()}
    data = request.GET if is_sent else None
    form = TrialForm(data, terms=terms, day=day, initial=initial)
    found: dict[str, Any] = {"form": form, "moments": None, "total": ZERO, "problem": ""}
    if not is_sent or not form.is_valid():
        return found
    try:
        events = trial_of(
            offer=chosen.offer.code,
            postal_code=form.cleaned_data["postal_code"],
            at=clock.now(),
            day=day,
            **form.commercial_fields(),
        )
    except DomainError as error:
        refuse(form, error)
        return found
    return found | {"moments": moments_of(events), "total": total_of(events)}


def _own_postcode() -> str:
    """Near the house, where most customers are."""
    identity = legal_identities().first()
    return identity.postal_code if identity else ""
