"""One person of a place: their role, their access, and a second factor that they lost."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from portal.components import Action, Fact
from portal.people import Place, ask_page, factor_word, role_choices, state_badge
from portal.workshop.frame import UNPROCESSABLE, attempt, go, posted
from providers.access import get_person_for
from providers.doors import MemberRequest
from providers.enums import Role
from providers.models import Membership
from providers.operations import change_role, deactivate_member, reactivate_member
from providers.operations.lost_factors import reset_factors
from providers.permissions import may_grant
from providers.queries import people_of
from providers.scoping import open_scope


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: Sequence[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]


def person_page(request: MemberRequest, place: Place, person_id: UUID) -> HttpResponse:
    """What is known of somebody here, and their role; e-mail and password are theirs."""
    found = get_person_for(place.member, person_id, customer_id=place.customer_id)
    may_change = _may_change(place, found)
    form = RoleForm(posted(request), roles=place.roles, initial={"role": found.role})
    now, by = clock.now(), request.user.pk

    def act() -> Membership:
        with open_scope(place.member.provider_id):
            return change_role(member_id=found.pk, role=form.cleaned_data["role"], at=now, by=by)

    if attempt(request, form, act):
        messages.success(request, _("%s has a new role.") % found.user)
        return go(place.address("list"))
    with open_scope(place.member.provider_id):
        row = people_of(place.customer_id).get(pk=found.pk)
    context = {
        "crumbs": place.trail,
        "title": str(found.user),
        "person": found,
        "status": state_badge(found),
        "facts": _person_facts(row),
        "form": form,
        "may_change": may_change,
        "is_own": found.user_id == request.user.pk,
        "access": _access_action(place, found) if may_change else None,
        "reset": _reset_action(place, row) if may_change else None,
    }
    status = UNPROCESSABLE if form.errors else 200
    return place.draw(request, "person.html", context, status=status)


def _may_change(place: Place, found: Membership) -> bool:
    is_other = found.user_id != place.member.user_id
    return is_other and may_grant(place.member.role, found.role)


def _person_facts(row: Membership) -> list[Fact]:
    return [
        Fact(_("E-mail address"), row.user.email),
        Fact(_("Role"), capfirst(row.get_role_display())),
        Fact(_("Second factor"), factor_word(row)),
        Fact(_("Last sign-in"), row.user.last_login or _("never")),
    ]


def _access_action(place: Place, found: Membership) -> Action:
    address = place.address("access", found.pk)
    if found.is_active:
        return Action(_("Close their access"), address, icon="user-x", is_danger=True)
    return Action(_("Open their access again"), address, icon="user-check")


def _reset_action(place: Place, row: Any) -> Action | None:
    """Only for whoever has a factor to lose, and comes in here."""
    address = place.address("reset", row.pk)
    action = Action(_("Take their second factor away"), address, icon="shield", is_danger=True)
    return action if row.has_second_factor and row.is_active else None


def access_page(request: MemberRequest, place: Place, person_id: UUID) -> HttpResponse:
    """Close the place to somebody, or open it again: one page, one question."""
    found = get_person_for(place.member, person_id, customer_id=place.customer_id)
    closes, form = found.is_active, forms.Form(posted(request))
    verb = deactivate_member if closes else reactivate_member
    now, by = clock.now(), request.user.pk

    def act() -> Membership:
        with open_scope(place.member.provider_id):
            return verb(member_id=found.pk, at=now, by=by)

    if attempt(request, form, act):
        told = _("The access of %s is closed.") if closes else _("The access of %s is open again.")
        messages.success(request, told % found.user)
        return go(place.address("list"))
    title = _("Close the access of %s?") if closes else _("Open the access of %s again?")
    lead = (
        _("From their next click on they no longer come in here; their account stays theirs.")
        if closes
        else _("They come in with the role they had.")
    )
    submit = _("Close the access") if closes else _("Open the access")
    return ask_page(request, place, form, title % found.user, submit, lead=lead, is_danger=closes)


def reset_page(request: MemberRequest, place: Place, person_id: UUID) -> HttpResponse:
    """Take a lost second factor away: they sign in without it, and set up a new one."""
    found = get_person_for(place.member, person_id, customer_id=place.customer_id)
    form = forms.Form(posted(request))
    now, by = clock.now(), request.user.pk

    def act() -> Membership:
        with open_scope(place.member.provider_id):
            return reset_factors(member_id=found.pk, at=now, by=by)

    if attempt(request, form, act):
        messages.success(request, _("%s has no second factor any more.") % found.user)
        return go(place.address("person", found.pk))
    title = _("Take away the second factor of %s?") % found.user
    lead = _(
        "For whoever lost their device and their recovery codes. Make sure by telephone that it is "
        "them who ask. Their app, passkeys and codes stop working and they are signed out "
        "everywhere; they sign in with their password or a code by e-mail, then set up a new "
        "second factor. They are told by e-mail that you did it."
    )
    submit = _("Take the second factor away")
    return ask_page(request, place, form, title, submit, lead=lead, is_danger=True)
