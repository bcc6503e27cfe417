"""« Voir comme ce client »: into a practice's space as its people see it, and out again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core import clock
from portal.components import Crumb
from portal.practice.frame import landing
from portal.workshop.frame import go, page, url
from providers.access import get_customer_for
from providers.doors import MemberRequest, workshop_page
from providers.enums import Role
from providers.models import Membership
from providers.permissions import Capability, may
from providers.seeing import begin, end, offered_role


@workshop_page(Capability.SEE_AS, methods=("GET", "POST"))
def see_as(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Say what a visit is; begin it once that was read."""
    member = request.member
    customer = get_customer_for(member, customer_id, capability=Capability.SEE_AS)
    role = offered_role(member.role)
    if role is None:
        raise PermissionDenied(_("Your role does not give access to this page."))
    if request.method == "POST":
        begin(request, member, customer, at=clock.now())
        return go(landing(Membership(customer_id=customer.pk, role=role)))
    back = back_to(member, customer.pk)
    context = {
        "title": _("See the space of %s as they do") % customer.name,
        "is_as_manager": role == Role.PRACTICE_MANAGER,
        "submit": _("Open their space"),
        "crumbs": [Crumb(customer.name, back)],
        "cancel_url": back,
    }
    return page(request, "see_as.html", context, section="customers")


@workshop_page(Capability.SEE_AS, methods=("POST",))
def see_as_leave(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Leave; without a visit there is nothing to end."""
    customer = get_customer_for(request.member, customer_id, capability=Capability.SEE_AS)
    end(request, at=clock.now())
    messages.success(request, _("You have left the space of %s.") % customer.name)
    return go(back_to(request.member, customer.pk))


def back_to(member: Membership, customer_id: UUID) -> str:
    """The customer's page; technicians have theirs in the field."""
    if may(member.role, Capability.CUSTOMERS):
        return url(member, "customer", customer_id)
    return url(member, "see_as", customer_id)
