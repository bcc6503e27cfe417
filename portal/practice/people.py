"""« Paramètres › Personnes »: a practice's manager says who comes in, asking nobody."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal import people
from portal.people import Place
from portal.person import access_page, person_page, reset_page
from portal.practice.frame import page, url
from providers.doors import MemberRequest, practice_page
from providers.models import Membership
from providers.permissions import Capability, Level
from providers.queries import own_practice

NAMES = {
    "list": "people",
    "invite": "person_invite",
    "person": "person",
    "access": "person_access",
    "reset": "person_reset",
    "resend": "invitation_resend",
    "revoke": "invitation_revoke",
}
# Whoever gives or takes rights has just proved who they are.
managers = partial(
    practice_page, Capability.PRACTICE_MEMBERS, Level.WRITE, ("GET", "POST"), is_sensitive=True
)


def _own(member: Membership) -> Place:
    return Place(
        member=member,
        title=_("People of the practice"),
        crumbs=(),
        draw=partial(page, section="settings"),
        address=lambda name, *args: url(member, NAMES[name], *args),
        customer=own_practice(),
    )


@practice_page(Capability.PRACTICE_MEMBERS)
def everybody(request: MemberRequest) -> HttpResponse:
    return people.people_page(request, _own(request.member))


@managers()
def invite(request: MemberRequest) -> HttpResponse:
    return people.invite_page(request, _own(request.member))


@managers()
def person(request: MemberRequest, person_id: UUID) -> HttpResponse:
    return person_page(request, _own(request.member), person_id)


@managers()
def access(request: MemberRequest, person_id: UUID) -> HttpResponse:
    return access_page(request, _own(request.member), person_id)


@managers()
def reset(request: MemberRequest, person_id: UUID) -> HttpResponse:
    return reset_page(request, _own(request.member), person_id)


@managers()
def resend(request: MemberRequest, person_invitation_id: UUID) -> HttpResponse:
    return people.resend_page(request, _own(request.member), person_invitation_id)


@managers()
def revoke(request: MemberRequest, person_invitation_id: UUID) -> HttpResponse:
    return people.revoke_page(request, _own(request.member), person_invitation_id)
