"""Who has a role in a place and who is invited there: the same pages on both sides of the portal.

A `Place` says whose people they are and where its pages lie: the provider's own staff, a practice
as its provider sees it, a practice as its manager does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Link,
    Pair,
    Row,
    Table,
    Text,
    Tone,
)
from portal.workshop.fields import capital
from portal.workshop.frame import UNPROCESSABLE, attempt, attempt_once, go, new_key, posted
from providers.access import get_invitation_for
from providers.doors import MemberRequest
from providers.enums import Language, Role
from providers.models import Customer, Invitation, Membership
from providers.operations import (
    invite,
    resend_invitation,
    revoke_invitation,
)
from providers.permissions import may_grant
from providers.queries import Held, gives, invitations_to, people_of, roles_held
from providers.scoping import open_scope

PAGES = ("list", "invite", "person", "access", "reset", "resend", "revoke")
Draw = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose people, looked at by whom, and where the seven pages lie."""

    member: Membership
    title: Text
    crumbs: tuple[Crumb, ...]
    draw: Draw
    address: Callable[..., str]  # by the names of `PAGES`
    customer: Customer | None = None

    @property
    def customer_id(self) -> UUID | None:
        return self.customer.pk if self.customer else None

    @property
    def roles(self) -> list[Role]:
        """Those of this side which the reader may give."""
        side = Role.practice() if self.customer else Role.staff()
        return [role for role in side if may_grant(self.member.role, role)]

    @property
    def trail(self) -> list[Crumb]:
        return [*self.crumbs, Crumb(self.title, self.address("list"))]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("e-mail address"),
        help_text=gettext_lazy("The invitation is sent there, and it is what they sign in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("role"), widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=gettext_lazy("language of the message"),
        choices=Language.choices,
        initial=Language.FRENCH,
    )

    def __init__(self, *args: Any, roles: Sequence[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]


WHAT = {
    Role.OWNER: gettext_lazy("everything, the bank details and the members included"),
    Role.MANAGER: gettext_lazy("customers, contracts, offers, invoices and payments"),
    Role.TECHNICIAN: gettext_lazy("what each customer is covered for, never an amount"),
    Role.ACCOUNTANT: gettext_lazy("invoices and payments; reads contracts"),
    Role.PRACTICE_MANAGER: gettext_lazy("contracts, invoices, and who comes in"),
    Role.PRACTICE_STAFF: gettext_lazy("what is covered and when, never an amount"),
    Role.PRACTICE_ACCOUNTANT: gettext_lazy("invoices and payments alone"),
}


def role_choices(roles: Sequence[Role]) -> list[tuple[str, str]]:
    """Each role with what it opens, so that nobody has to guess."""
    return [(role.value, f"{capital(role.label)} · {WHAT[role]}") for role in roles]


# --- The list -------------------------------------------------------------------------------------


def people_page(request: MemberRequest, place: Place) -> HttpResponse:
    with open_scope(place.member.provider_id):
        people = list(people_of(place.customer_id))
        waiting = list(invitations_to(place.customer_id))
        held = roles_held({row.invited_by for row in waiting})
    invite_action = Action(_("Invite somebody"), place.address("invite"), icon="user-plus")
    context = {
        "crumbs": list(place.crumbs),
        "title": place.title,
        "action": invite_action if place.roles else None,
        "people": _people_table(place, people),
        "waiting": _waiting_table(place, waiting, held, clock.now()),
        "has_waiting": bool(waiting),
    }
    return place.draw(request, "people.html", context)


def _people_table(place: Place, people: Sequence[Membership]) -> Table:
    columns = (
        Column(_("Name"), is_row_header=True),
        Column(_("Role")),
        Column(_("Second factor")),
        Column(_("Last sign-in")),
        Column(_("Status")),
    )
    rows = [
        Row(
            (
                Pair(Link(str(row.user), place.address("person", row.pk)), row.user.email),
                capfirst(row.get_role_display()),
                factor_word(row),
                row.user.last_login or _("never"),
                state_badge(row),
            )
        )
        for row in people
    ]
    empty = Empty(_("Nobody has come in yet"), _("Invite the first person."), icon="users")
    return Table(_("People"), columns, rows, empty)


def factor_word(row: Membership) -> Text:
    return _("Yes") if getattr(row, "has_second_factor", False) else _("No")


def state_badge(row: Membership) -> Badge:
    if not row.user.is_active:
        return Badge(_("Account closed"))
    return Badge(_("Active"), Tone.SUCCESS) if row.is_active else Badge(_("Inactive"))


def _waiting_table(
    place: Place, waiting: Sequence[Invitation], held: dict[UUID, Held], at: datetime
) -> Table:
    columns = (
        Column(_("E-mail address"), is_row_header=True),
        Column(_("Role")),
        Column(_("Valid until")),
        Column(_("Status")),
        Column(_("What to do")),
    )
    rows = [
        Row(
            (
                row.email,
                capfirst(row.get_role_display()),
                row.expires_at,
                _waiting_badge(row, held.get(row.invited_by, []), at),
                Pair(
                    Link(_("Send again"), place.address("resend", row.pk), row.email),
                    Link(_("Take back"), place.address("revoke", row.pk), row.email),
                )
                if may_grant(place.member.role, row.role)
                else None,
            )
        )
        for row in waiting
    ]
    return Table(_("Invitations"), columns, rows, Empty(_("No invitation waits"), icon="mail"))


def _waiting_badge(row: Invitation, held: Held, at: datetime) -> Badge:
    if at >= row.expires_at:
        return Badge(_("Too old"), Tone.WARNING)
    if not gives(held, row.role, row.customer_id):
        return Badge(_("To be sent again"), Tone.WARNING)
    return Badge(_("Waiting"), Tone.INFO)


# --- Inviting -------------------------------------------------------------------------------------


def invite_page(request: MemberRequest, place: Place) -> HttpResponse:
    form = InviteForm(posted(request), roles=place.roles, initial=_only(place.roles))
    now, by = clock.now(), request.user.pk

    def make() -> str:
        with open_scope(place.member.provider_id):
            invite(**form.cleaned_data, customer_id=place.customer_id, at=now, by=by)
        return place.address("list")

    if address := attempt_once(request, form, make):
        said = _("The invitation to %s is on its way.") % form.cleaned_data["email"]
        messages.success(request, said)
        return go(address)
    lead = _("They receive a link that is good for fourteen days, and choose their own password.")
    title, submit = _("Invite somebody"), _("Send the invitation")
    return ask_page(request, place, form, title, submit, lead=lead, is_once=True)


def _only(roles: Sequence[Role]) -> dict[str, str]:
    return {"role": roles[0].value} if len(roles) == 1 else {}


def resend_page(request: MemberRequest, place: Place, invitation_id: UUID) -> HttpResponse:
    found = get_invitation_for(place.member, invitation_id, customer_id=place.customer_id)
    form = forms.Form(posted(request))
    now, by = clock.now(), request.user.pk

    def act() -> Invitation:
        with open_scope(place.member.provider_id):
            return resend_invitation(invitation_id=found.pk, at=now, by=by)

    if attempt(request, form, act):
        messages.success(request, _("The invitation to %s is on its way.") % found.email)
        return go(place.address("list"))
    title = _("Send the invitation to %s again?") % found.email
    lead = _("The new link is good for fourteen days; the one sent before stops working.")
    return ask_page(request, place, form, title, _("Send it again"), lead=lead)


def revoke_page(request: MemberRequest, place: Place, invitation_id: UUID) -> HttpResponse:
    found = get_invitation_for(place.member, invitation_id, customer_id=place.customer_id)
    form = forms.Form(posted(request))
    now, by = clock.now(), request.user.pk

    def act() -> Invitation:
        with open_scope(place.member.provider_id):
            return revoke_invitation(invitation_id=found.pk, at=now, by=by)

    if attempt(request, form, act):
        messages.success(request, _("The invitation to %s is taken back.") % found.email)
        return go(place.address("list"))
    title = _("Take back the invitation to %s?") % found.email
    lead = _("The link that they received stops working at once.")
    return ask_page(
        request, place, form, title, _("Take the invitation back"), lead=lead, is_danger=True
    )


def ask_page(
    request: MemberRequest,
    place: Place,
    form: forms.BaseForm,
    title: Text,
    submit: Text,
    *,
    lead: Text = "",
    is_danger: bool = False,
    is_once: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "eyebrow": "",
        "lead": lead,
        "submit": submit,
        "crumbs": place.trail,
        "cancel_url": place.address("list"),
        "is_danger": is_danger,
        "form_key": new_key() if is_once else "",
        "more": (),
    }
    status = UNPROCESSABLE if form.errors else 200
    return place.draw(request, "layouts/form.html", context, status=status)


__all__ = [
    "Place",
    "ask_page",
    "factor_word",
    "invite_page",
    "people_page",
    "resend_page",
    "revoke_page",
    "role_choices",
    "state_badge",
]
