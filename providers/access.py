"""The only way a page gets a customer: 404 when it is not theirs, 403 when they may only read."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from providers.jobs import kind_of
from providers.models import ApiToken, Contact, Customer, Invitation, Job, Mail, Membership
from providers.permissions import Capability, Level, may
from providers.rules.events import LETTERS
from providers.tenancy import TenantModel

M = TypeVar("M", bound=TenantModel)


def require(member: Membership, capability: Capability, level: Level) -> None:
    """Refuse a member whose role has not this capability at this level."""
    if not may(member.role, capability, level):
        raise PermissionDenied(_("Your role does not give access to this page."))


def _kept(rows: QuerySet[M], *, lock: bool) -> QuerySet[M]:
    """With a lock, as they are until the end of the transaction."""
    return rows.select_for_update(of=("self",)) if lock else rows


def get_customer_for(
    member: Membership,
    customer_id: UUID,
    *,
    write: bool = False,
    lock: bool = False,
    capability: Capability = Capability.CUSTOMERS,
) -> Customer:
    """One customer of the open provider; a practice's member finds their own alone.

    `COVERAGE` suffices for what covers them, `SEE_AS` for a visit to their space.
    """
    customer = get_object_or_404(_kept(Customer.objects.all(), lock=lock), id=customer_id)
    if member.customer_id is None:
        require(member, capability, Level.WRITE if write else Level.READ)
    elif write:
        raise PermissionDenied(_("Your role does not give access to this page."))
    return customer


def get_job_for(member: Membership, job_id: UUID, *, write: bool = False) -> Job:
    """One long job of the open place; it asks for the capability of what the job does.

    A practice's member acts on the practice's own jobs, and reads no others.
    """
    job: Job = get_object_or_404(Job.objects.all(), id=job_id)
    kind = kind_of(job)
    is_own = member.customer_id is not None
    require(member, kind.capability, kind.level if write and not is_own else Level.READ)
    return job


def get_person_for(
    member: Membership, person_id: UUID, *, customer_id: UUID | None = None
) -> Membership:
    """Somebody of the provider's own side, or of one of its practices; 404 for anybody else.

    A practice's member finds the people of their own practice, whatever `customer_id` says.
    """
    rows = Membership.objects.select_related("user").filter(provider=member.provider_id)
    return get_object_or_404(rows, id=person_id, customer_id=member.customer_id or customer_id)


def get_invitation_for(
    member: Membership, invitation_id: UUID, *, customer_id: UUID | None = None
) -> Invitation:
    """An invitation that waits at the same place; 404 for any other."""
    rows = Invitation.objects.all().pending()
    return get_object_or_404(rows, id=invitation_id, customer=member.customer_id or customer_id)


def get_contact_for(
    member: Membership, contact_id: UUID, *, write: bool = False, lock: bool = False
) -> Contact:
    """A person of a practice; whoever reads the customers reads their people."""
    rows = _kept(Contact.objects.select_related("customer"), lock=lock)
    contact = get_object_or_404(rows, id=contact_id)
    require(member, Capability.CUSTOMERS, Level.WRITE if write else Level.READ)
    return contact


def get_token_for(member: Membership, token_id: UUID, *, write: bool = False) -> ApiToken:
    """A key to the programming interface of the open provider."""
    token = get_object_or_404(ApiToken.objects.select_related("practice"), id=token_id)
    require(member, Capability.API_TOKENS, Level.WRITE if write else Level.READ)
    return token


def get_mails_for(member: Membership, ids: Iterable[str]) -> dict[str, Mail]:
    """Messages by their id, as far as the member reads messages; none of others."""
    if member.customer_id is not None or not may(member.role, Capability.MAILS):
        return {}
    return {str(mail.pk): mail for mail in Mail.objects.filter(id__in=ids).order_by("id")}


def get_mail_for(member: Membership, mail_id: UUID, *, write: bool = False) -> Mail:
    """A message that was sent; a practice finds the letters it received alone."""
    rows = Mail.objects.select_related("customer")
    if member.customer_id is not None:
        rows = rows.filter(event__in=LETTERS)
    mail = get_object_or_404(rows, id=mail_id)
    require(member, Capability.MAILS, Level.WRITE if write else Level.READ)
    return mail
