"""The operator's page of houses: which there are, and who is asked to open one."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.rules.presets import load_preset, preset_codes
from core import clock
from core.errors import DomainError
from portal.components import Action, Badge, Column, Crumb, Empty, Link, Pair, Row, Table, Tone
from portal.house_letters import send_house_letter
from portal.workshop.forms import refuse
from portal.workshop.frame import UNPROCESSABLE, go, posted
from providers.doors import operators_only
from providers.enums import Language, ProviderStatus
from providers.models import HouseInvitation, Provider, User
from providers.models.invitations import PENDING
from providers.operations.houses import (
    invite_owner,
    resend_house_invitation,
    revoke_house_invitation,
)

SHOWN = 200


class InviteOwnerForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("e-mail address of the first owner"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    preset = forms.ChoiceField(
        label=gettext_lazy("the house starts from"),
        required=False,
        help_text=gettext_lazy("A preset brings its offers, with prices that are samples."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("language of the message"), choices=Language.choices
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        blank = [("", _("nothing: a blank house"))]
        presets = [(code, load_preset(code).name) for code in preset_codes()]
        self.fields["preset"].choices = blank + presets  # type: ignore[attr-defined]


@operators_only()
def houses(request: HttpRequest) -> HttpResponse:
    invite = Action(_("Invite a first owner"), reverse("house_invite"), icon="user-plus")
    context = {"houses": _houses_table(), "waiting": _waiting_table(), "invite": invite}
    return render(request, "portal/houses.html", context)


def _houses_table() -> Table:
    columns = (
        Column(_("Address"), is_row_header=True),
        Column(_("Time zone")),
        Column(_("People"), is_numeric=True),
        Column(_("Status")),
    )
    is_open = Q(memberships__is_active=True)
    rows = Provider.objects.annotate(people=Count("memberships", filter=is_open)).order_by("slug")
    lines = [Row((row.slug, row.zone, row.people, _status(row))) for row in rows[:SHOWN]]
    return Table(_("Houses"), columns, lines, Empty(_("No house yet"), icon="building-2"))


def _status(row: Provider) -> Badge:
    is_active = row.status == ProviderStatus.ACTIVE
    tone = Tone.SUCCESS if is_active else Tone.WARNING
    return Badge(capfirst(row.get_status_display()), tone)


def _waiting_table() -> Table:
    columns = (
        Column(_("E-mail address"), is_row_header=True),
        Column(_("Starts from")),
        Column(_("Valid until")),
        Column(_("Status")),
        Column(_("What to do")),
    )
    now = clock.now()
    found = HouseInvitation.objects.filter(PENDING).order_by("-invited_at")[:SHOWN]
    rows = [
        Row(
            (
                row.email if row.invited_by else Pair(row.email, _("signed up themselves")),
                load_preset(row.preset).name if row.preset else _("nothing: a blank house"),
                row.expires_at,
                Badge(_("Waiting"), Tone.INFO) if row.is_open(now) else _too_old(),
                Pair(
                    Link(_("Send again"), reverse("house_resend", args=[row.pk]), row.email),
                    Link(_("Take back"), reverse("house_revoke", args=[row.pk]), row.email),
                ),
            )
        )
        for row in found
    ]
    return Table(_("Invitations"), columns, rows, Empty(_("No invitation waits"), icon="mail"))


def _too_old() -> Badge:
    return Badge(_("Too old"), Tone.WARNING)


@operators_only("GET", "POST", is_sensitive=True)
def house_invite(request: HttpRequest) -> HttpResponse:
    form = InviteOwnerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            by = cast("User", request.user).pk
            send_house_letter(invite_owner(**form.cleaned_data, at=clock.now(), by=by))
        except DomainError as error:
            refuse(form, error)
        else:
            email = form.cleaned_data["email"]
            messages.success(request, _("The invitation to %s is on its way.") % email)
            return go(reverse("houses"))
    lead = _("They choose the name and the address of their house, and set it up step by step.")
    return _form(request, form, _("Invite a first owner"), _("Send the invitation"), lead=lead)


def _waiting(invitation_id: UUID) -> HouseInvitation:
    return get_object_or_404(HouseInvitation.objects.filter(PENDING), id=invitation_id)


@operators_only("GET", "POST", is_sensitive=True)
def house_resend(request: HttpRequest, house_invitation_id: UUID) -> HttpResponse:
    found, form = _waiting(house_invitation_id), forms.Form(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            send_house_letter(resend_house_invitation(invitation_id=found.pk, at=clock.now()))
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The invitation to %s is on its way.") % found.email)
            return go(reverse("houses"))
    title = _("Send the invitation to %s again?") % found.email
    lead = _("The new link is good for fourteen days; the one sent before stops working.")
    return _form(request, form, title, _("Send it again"), lead=lead)


@operators_only("GET", "POST", is_sensitive=True)
def house_revoke(request: HttpRequest, house_invitation_id: UUID) -> HttpResponse:
    found, form = _waiting(house_invitation_id), forms.Form(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            revoke_house_invitation(invitation_id=found.pk, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The invitation to %s is taken back.") % found.email)
            return go(reverse("houses"))
    title = _("Take back the invitation to %s?") % found.email
    lead = _("The link that they received stops working at once.")
    return _form(request, form, title, _("Take the invitation back"), lead=lead, is_danger=True)


def _form(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    submit: str,
    *,
    lead: str = "",
    is_danger: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "eyebrow": "",
        "lead": lead,
        "submit": submit,
        "crumbs": [Crumb(_("Houses"), reverse("houses"))],
        "cancel_url": reverse("houses"),
        "is_danger": is_danger,
        "more": (),
        "space_base": "layouts/plain.html",
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "layouts/form.html", context, status=status)
