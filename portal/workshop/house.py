"""The house itself: its face, its numbers, its days. Steps of the checklist, and settings later."""

from datetime import date
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from billing.operations.prefixes import PREFIXES, change_prefixes, prefixes_version
from billing.rules.numbering import format_number
from core import clock
from core.colours import contrast, palette
from core.errors import DomainError
from portal.components import Crumb, Fact, Rate
from portal.formats import number, sentence
from portal.workshop.files import attachment
from portal.workshop.frame import attempt, form_page, go, posted, today, url
from portal.workshop.house_forms import BrandForm, CalendarForm, PrefixesForm
from portal.workshop.offers import own_vat_rate
from providers.doors import MemberRequest, workshop_page
from providers.models import LegalIdentity, Membership, ProviderProfile
from providers.operations.setting_up import (
    CALENDAR,
    calendar_version,
    change_brand,
    change_calendar,
    face_version,
)
from providers.permissions import Capability, Level
from providers.queries import legal_identities, profile

# What every document shows of the house: whoever changes it has just proved who they are.
owners = partial(
    workshop_page, Capability.LEGAL_IDENTITY, Level.WRITE, ("GET", "POST"), is_sensitive=True
)
# What a postcode of the provider says of its days.
PLACES = {
    "971": ("America/Guadeloupe", "FR-971"),
    "972": ("America/Martinique", "FR-972"),
    "973": ("America/Cayenne", "FR-973"),
    "974": ("Indian/Reunion", "FR-974"),
    "975": ("America/Miquelon", "FR-PM"),
    "976": ("Indian/Mayotte", "FR-976"),
    "986": ("Pacific/Wallis", "FR-WF"),
    "987": ("Pacific/Tahiti", "FR-PF"),
    "988": ("Pacific/Noumea", "FR-NC"),
}


def where_from(member: Membership, own: ProviderProfile) -> list[Crumb]:
    """Where a page of the house is reached from: the checklist, then the settings."""
    if own.set_up_at is None:
        return [Crumb(_("Setting up"), url(member, "setup"))]
    return [Crumb(_("Settings"), url(member, "settings"))]


@owners()
def brand_edit(request: MemberRequest) -> HttpResponse:
    member, own = request.member, profile()
    files = request.FILES if request.method == "POST" else None
    names = ("trade_name", "brand_color", "phone", "email", "website")
    initial = {name: getattr(own, name) for name in names} | {"version": face_version(own)}
    form = BrandForm(posted(request), files, initial=initial, has_logo=bool(own.logo))
    now, by = clock.now(), request.user.pk
    back = where_from(member, own)
    if attempt(request, form, lambda: change_brand(**form.cleaned_data, at=now, by=by)):
        messages.success(request, _("The brand is saved."))
        return go(back[-1].url)
    return form_page(
        request,
        form,
        title=_("Your brand"),
        template="brand.html",
        submit=_("Save the brand"),
        crumbs=back,
        section="settings",
        contrast=_contrast_facts(own.brand_color),
        logo_url=url(member, "logo") if own.logo else "",
    )


def _contrast_facts(color: str) -> list[Fact]:
    """How well the color in force can be read, and what is drawn in its place."""
    tones = palette(color)
    enough = _("adjusted so that it can be read") if tones.is_adjusted else _("used as it is")
    return [
        Fact(_("Colour in force"), color, hint=enough),
        Fact(_("Text on buttons"), _ratio(tones.fill, tones.on_fill)),
        Fact(_("Links on a light page"), _ratio(tones.text_light, "#ffffff")),
    ]


def _ratio(first: str, second: str) -> str:
    found = Decimal(str(round(contrast(first, second), 1)))
    wanted = {"found": number(found), "wanted": number(Decimal("4.5"))}
    return _("contrast of %(found)s, at least %(wanted)s is wanted") % wanted


@workshop_page(Capability.LEGAL_IDENTITY)
def logo(request: MemberRequest) -> HttpResponseBase:
    """The logo as it is printed; 404 while there is none."""
    kept = bytes(profile().logo or b"")
    if not kept:
        raise Http404
    return attachment(HttpResponse(kept, content_type="image/png"), "logo.png")


@owners()
def prefixes_edit(request: MemberRequest) -> HttpResponse:
    member, own = request.member, profile()
    form = PrefixesForm(posted(request), initial=_numbers(own))
    now, by = clock.now(), request.user.pk
    back = where_from(member, own)
    if attempt(request, form, lambda: change_prefixes(**form.cleaned_data, at=now, by=by)):
        messages.success(request, _("The numbers are saved."))
        return go(back[-1].url)
    return form_page(
        request,
        form,
        title=_("Your numbers"),
        lead=_("Each series goes up without a gap, year by year."),
        template="prefixes.html",
        submit=_("Save the numbers"),
        crumbs=back,
        section="settings",
        preview=_preview(own, today(member)),
    )


def _numbers(own: ProviderProfile) -> dict[str, str]:
    prefixes = {name: getattr(own, name) for name in PREFIXES}
    return prefixes | {"version": prefixes_version(own)}


def _preview(own: ProviderProfile, day: date) -> list[Fact]:
    """The first number of each series this year, as a document shows it."""
    return [
        Fact(_("First invoice"), format_number(own.invoice_prefix, day.year, 1)),
        Fact(_("First credit note"), format_number(own.credit_note_prefix, day.year, 1)),
        Fact(_("First penalty statement"), format_number(own.penalty_prefix, day.year, 1)),
    ]


@owners()
def calendar_edit(request: MemberRequest) -> HttpResponse:
    member, own = request.member, profile()
    identity = legal_identities().first()
    form = CalendarForm(posted(request), initial=_proposed(member, own, identity))
    now, by = clock.now(), request.user.pk
    back = where_from(member, own)
    if attempt(request, form, lambda: change_calendar(**form.cleaned_data, at=now, by=by)):
        messages.success(request, _("The calendar is saved."))
        return go(back[-1].url)
    return form_page(
        request,
        form,
        title=_("VAT and calendar"),
        template="calendar.html",
        submit=_("Save the calendar"),
        crumbs=back,
        section="settings",
        vat=_vat_facts(identity, today(member)),
        identity_url=url(member, "identity_edit"),
    )


def _proposed(
    member: Membership, own: ProviderProfile, identity: LegalIdentity | None
) -> dict[str, str]:
    """What is in force; before anybody has looked at it, what the postcode suggests."""
    version = calendar_version(own, member.provider.zone)
    place = PLACES.get(identity.postal_code[:3]) if identity else None
    if place and CALENDAR not in own.settled:
        return {"zone": place[0], "holidays": place[1], "version": version}
    return {"zone": member.provider.zone, "holidays": own.holidays, "version": version}


def _vat_facts(identity: LegalIdentity | None, day: date) -> list[Fact]:
    if identity is None:
        return [Fact(capfirst(_("VAT regime")), _("Say first who issues the documents."))]
    return [
        Fact(capfirst(_("VAT regime")), capfirst(identity.get_vat_regime_display())),
        Fact(capfirst(_("VAT number")), identity.vat_number or None),
        Fact(
            _("Rate where you are"),
            _own_rate(max(day, identity.valid_from)),
            hint=_("Each invoice follows the place of its customer."),
        ),
    ]


def _own_rate(day: date) -> Rate | str:
    try:
        return Rate(own_vat_rate(day))
    except DomainError as error:  # a territory whose tax is not known here
        return sentence(error)
