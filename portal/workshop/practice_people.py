"""The people of one practice, as its provider invites them."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal import people
from portal.components import Crumb
from portal.people import Place
from portal.person import access_page, person_page, reset_page
from portal.readings import opened
from portal.workshop.frame import page, url
from providers.access import get_customer_for
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability, Level

NAMES = {
    "list": "customer_people",
    "invite": "customer_person_invite",
    "person": "customer_person",
    "access": "customer_person_access",
    "reset": "customer_person_reset",
    "resend": "customer_invitation_resend",
    "revoke": "customer_invitation_revoke",
}
# Whoever gives or takes rights has just proved who they are.
managers = partial(
    workshop_page, Capability.PRACTICE_MEMBERS, Level.WRITE, ("GET", "POST"), is_sensitive=True
)


def _practice(request: MemberRequest, customer_id: UUID) -> Place:
    member = request.member
    customer = get_customer_for(member, customer_id)
    opened(request, customer)
    return Place(
        member=member,
        title=_("People of the practice"),
        crumbs=(
            Crumb(_("Customers"), url(member, "customers")),
            Crumb(customer.name, url(member, "customer", customer.pk)),
        ),
        draw=partial(page, section="customers"),
        address=lambda name, *args: url(member, NAMES[name], customer.pk, *args),
        customer=customer,
    )


@workshop_page(Capability.PRACTICE_MEMBERS)
def everybody(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    return people.people_page(request, _practice(request, customer_id))


@managers()
def invite(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    return people.invite_page(request, _practice(request, customer_id))


@managers()
def person(request: MemberRequest, customer_id: UUID, person_id: UUID) -> HttpResponse:
    return person_page(request, _practice(request, customer_id), person_id)


@managers()
def access(request: MemberRequest, customer_id: UUID, person_id: UUID) -> HttpResponse:
    return access_page(request, _practice(request, customer_id), person_id)


@managers()
def reset(request: MemberRequest, customer_id: UUID, person_id: UUID) -> HttpResponse:
    return reset_page(request, _practice(request, customer_id), person_id)


@managers()
def resend(request: MemberRequest, customer_id: UUID, person_invitation_id: UUID) -> HttpResponse:
    place = _practice(request, customer_id)
    return people.resend_page(request, place, person_invitation_id)


@managers()
def revoke(request: MemberRequest, customer_id: UUID, person_invitation_id: UUID) -> HttpResponse:
    place = _practice(request, customer_id)
    return people.revoke_page(request, place, person_invitation_id)
