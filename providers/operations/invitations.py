"""Inviting people: a letter with a token, accepted once, by the person it was written to."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.enums import Language, Role
from providers.models import Customer, Invitation, Membership, Provider, ProviderProfile, User
from providers.models.invitations import hash_of, new_token
from providers.operations.mail import cancel_mails, post_mail
from providers.operations.newcomers import NewPerson, over, who_accepts
from providers.operations.notifications import notify
from providers.operations.people import already_member, check_giver, check_side, may_give
from providers.operations.refusals import check_fields, refused_as
from providers.queries import local_day, roles_held
from providers.scoping import current_scope

LIFETIME: Final = timedelta(days=14)


class AlreadyInvited(DomainError):
    """This address has an invitation to the same place: it can be sent again, not doubled."""


class UnknownInvitation(DomainError):
    """An invitation that does not wait for anybody there."""


@transaction.atomic
def invite(
    *,
    email: str,
    role: str,
    at: datetime,
    by: UUID,
    customer_id: UUID | None = None,
    language: str = Language.FRENCH,
) -> Invitation:
    """Offer a role with the open provider, or in one of its practices, and write to the person.

    Errors: `RoleOnWrongSide`, `UnknownCustomer`, `MayNotGrant`, `AlreadyMember`,
    `AlreadyInvited`, `FieldRefused`.
    """
    check_side(role, customer_id)
    check_giver(by, role, customer_id)
    address = email.strip().lower()
    invitation = Invitation(
        customer_id=customer_id, email=address, role=role, language=language, invited_at=at
    )
    token = _renew(invitation, at=at, by=by)
    check_fields(invitation)
    _check_not_there(address, customer_id)
    _forget_the_expired(address, customer_id, at)
    twice = AlreadyInvited(
        _("%(email)s is invited already: send the invitation again."),
        field="email",
        params={"email": address},
    )
    with refused_as({"invitation_pending_once": twice}):
        invitation.save(force_insert=True)
    _write_to(invitation, token, at=at)
    record("invitation.sent", invitation, at=at, actor_id=by, role=role)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation_id: UUID, at: datetime, by: UUID) -> Invitation:
    """Write again with a new token, for fourteen new days; the old one dies.

    Errors: `UnknownInvitation`, `MayNotGrant`.
    """
    invitation = _pending(invitation_id, by)
    cancel_mails(event="invitation", key=invitation.token_hash)
    token = _renew(invitation, at=at, by=by)
    invitation.save(update_fields=["token_hash", "invited_by", "expires_at"])
    _write_to(invitation, token, at=at)
    record("invitation.sent_again", invitation, at=at, actor_id=by, role=invitation.role)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation_id: UUID, at: datetime, by: UUID) -> Invitation:
    """Take an invitation back. Errors: `UnknownInvitation`, `MayNotGrant`."""
    invitation = _pending(invitation_id, by)
    cancel_mails(event="invitation", key=invitation.token_hash)
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record("invitation.revoked", invitation, at=at, actor_id=by, role=invitation.role)
    return invitation


@transaction.atomic
def accept_invitation(
    *, token: str, at: datetime, user: User | None = None, person: NewPerson | None = None
) -> Membership:
    """Give the role to the signed-in person it was offered to, or to a new one.

    The row is locked: of ten clicks at once, one comes in. Whoever invited must still be allowed
    to: an invitation gives no right that its author has lost.
    Errors: `InvitationOver`, `SignInFirst`, `WrongPerson`, `AlreadyMember`, `FieldRefused`.
    """
    locked = Invitation.objects.select_for_update(of=("self",))
    invitation = find_invitation(token, at=at, among=locked)
    if invitation is None:
        raise over()
    accepting = who_accepts(invitation.email, user, person)
    member = _come_in(accepting, invitation)
    invitation.accepted_at, invitation.accepted_by = at, accepting.pk
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record("invitation.accepted", invitation, at=at, actor_id=accepting.pk, role=invitation.role)
    _tell(invitation, member, at=at)
    return member


def _tell(invitation: Invitation, member: Membership, *, at: datetime) -> None:
    """The colleagues of the new member; the provider too where one of its people invited them."""
    customer_id = invitation.customer_id
    events = ["colleague_joined" if customer_id else "member_joined"]
    if customer_id and _is_colleague(invitation.invited_by):
        events.append("guest_joined")
    for event in events:
        notify(
            event=event,
            key=str(invitation.pk),
            values={
                "person": str(member.user),
                "role": Role(invitation.role).label,
                "house": _house(customer_id),
            },
            at=at,
            customer_id=customer_id,
            among=~Q(user=member.user_id),
        )


def _is_colleague(user_id: UUID) -> bool:
    """Whether a person is on the provider's own side."""
    return any(customer_id is None for _role, customer_id in roles_held([user_id]).get(user_id, []))


def _house(customer_id: UUID | None) -> str:
    """The name of what one is invited to: the provider, or one of its practices."""
    practice = customer_id and Customer.objects.get(id=customer_id).name
    return practice or ProviderProfile.objects.get().trade_name


def find_invitation(
    token: str, *, at: datetime, among: models.QuerySet[Invitation] | None = None
) -> Invitation | None:
    """The invitation of the open provider that a token opens now, or none."""
    rows = Invitation.objects.all() if among is None else among
    found = rows.filter(token_hash=hash_of(token)).first()
    if found is None or not found.is_open(at):
        return None
    return found if may_give(found.invited_by, found.role, found.customer_id) else None


def _check_not_there(email: str, customer_id: UUID | None) -> None:
    there = Membership.objects.filter(
        provider=current_scope().provider_id, customer_id=customer_id, is_active=True
    )
    if there.filter(user__email=email).exists():
        raise already_member(email)


def _forget_the_expired(email: str, customer_id: UUID | None, at: datetime) -> None:
    """An invitation that nobody took in time stands in nobody's way."""
    old = Invitation.objects.all().pending().filter(email=email, customer=customer_id)
    old.filter(expires_at__lte=at).update(revoked_at=at)


def _renew(invitation: Invitation, *, at: datetime, by: UUID) -> str:
    token = new_token()
    invitation.token_hash, invitation.invited_by = hash_of(token), by
    invitation.expires_at = at + LIFETIME
    return token


def _pending(invitation_id: UUID, by: UUID) -> Invitation:
    rows = Invitation.objects.all().pending().select_for_update(of=("self",))
    invitation = rows.filter(id=invitation_id).first()
    if invitation is None:
        raise UnknownInvitation(_("This invitation no longer waits for anybody."))
    check_giver(by, invitation.role, invitation.customer_id)
    return invitation


def _write_to(invitation: Invitation, token: str, *, at: datetime) -> None:
    """The letter, in the invited person's language. What it opens is masked once it has left."""
    provider = Provider.objects.get(id=current_scope().provider_id)
    with override(invitation.language):
        role = invitation.get_role_display()
    post_mail(
        event="invitation",
        key=invitation.token_hash,
        to=invitation.email,
        language=invitation.language,
        values={
            "house": _house(invitation.customer_id),
            "role": role,
            "inviter": str(User.objects.get(id=invitation.invited_by)),
            "link": reverse("invitation", args=[provider.slug, token]),
            "expires_on": local_day(invitation.expires_at),
        },
        at=at,
        customer_id=invitation.customer_id,
    )


def _come_in(user: User, invitation: Invitation) -> Membership:
    """A new role, or that of a former member, whose place is open again."""
    key = {
        "user": user,
        "provider_id": invitation.provider_id,
        "customer_id": invitation.customer_id,
    }
    member = Membership.objects.select_for_update(of=("self",)).filter(**key).first()
    if member is None:
        member = Membership(**key, role=invitation.role)
        with refused_as({"membership_once": already_member(user.email)}):
            member.save(force_insert=True)
        return member
    if member.is_active:
        raise already_member(user.email)
    member.role, member.is_active = invitation.role, True
    member.save(update_fields=["role", "is_active"])
    return member
