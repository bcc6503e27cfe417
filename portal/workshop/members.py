"""« Réglages › Membres »: who works here, and who is invited to."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal import people
from portal.components import Crumb
from portal.people import Place
from portal.person import access_page, person_page, reset_page
from portal.workshop.frame import page, url
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability, Level

NAMES = {
    "list": "members",
    "invite": "member_invite",
    "person": "member",
    "access": "member_access",
    "reset": "member_reset",
    "resend": "invitation_resend",
    "revoke": "invitation_revoke",
}
# Whoever gives or takes rights has just proved who they are.
owners = partial(workshop_page, Capability.MEMBERS, Level.WRITE, ("GET", "POST"), is_sensitive=True)


def _staff(member: Membership) -> Place:
    return Place(
        member=member,
        title=_("Members"),
        crumbs=(Crumb(_("Settings"), url(member, "settings")),),
        draw=partial(page, section="settings"),
        address=lambda name, *args: url(member, NAMES[name], *args),
    )


@workshop_page(Capability.MEMBERS)
def members(request: MemberRequest) -> HttpResponse:
    return people.people_page(request, _staff(request.member))


@owners()
def member_invite(request: MemberRequest) -> HttpResponse:
    return people.invite_page(request, _staff(request.member))


@owners()
def member(request: MemberRequest, member_id: UUID) -> HttpResponse:
    return person_page(request, _staff(request.member), member_id)


@owners()
def member_access(request: MemberRequest, member_id: UUID) -> HttpResponse:
    return access_page(request, _staff(request.member), member_id)


@owners()
def member_reset(request: MemberRequest, member_id: UUID) -> HttpResponse:
    return reset_page(request, _staff(request.member), member_id)


@owners()
def invitation_resend(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    return people.resend_page(request, _staff(request.member), invitation_id)


@owners()
def invitation_revoke(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    return people.revoke_page(request, _staff(request.member), invitation_id)
