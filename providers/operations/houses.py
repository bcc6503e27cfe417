"""Asking somebody to open a house of their own: before any provider exists, so outside the walls.

The operator invites; where sign-up is open, anybody writes to themselves. In both cases the letter
proves the address before anything is made.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.enums import Language
from providers.models import HouseInvitation
from providers.models.invitations import PENDING, hash_of, new_token
from providers.operations.invitations import LIFETIME, UnknownInvitation
from providers.operations.refusals import check_fields, refused_as


class HouseAlreadyInvited(DomainError):
    """This address waits for an answer already."""


@dataclass(frozen=True, slots=True)
class HouseLetter:
    """An invitation with the token that only the letter will hold."""

    invitation: HouseInvitation
    token: str = field(repr=False)


@transaction.atomic
def invite_owner(*, email: str, preset: str, language: str, at: datetime, by: UUID) -> HouseLetter:
    """The operator asks somebody to open a house. Errors: `HouseAlreadyInvited`, `FieldRefused`."""
    invitation = _to(email, language, at)
    invitation.preset, invitation.invited_by = preset, by
    check_fields(invitation)
    address = invitation.email
    waiting = HouseInvitation.objects.filter(PENDING, email=address)
    waiting.filter(expires_at__lte=at).update(revoked_at=at)
    twice = HouseAlreadyInvited(
        _("%(email)s is invited already: send the invitation again."),
        field="email",
        params={"email": address},
    )
    with refused_as({"house_invitation_pending_once": twice}):
        return _written(invitation, at)


@transaction.atomic
def ask_for_house(*, email: str, at: datetime, language: str = Language.FRENCH) -> HouseLetter:
    """Somebody signs up: the letter goes to the address they gave, one that waits is renewed.

    Errors: `FieldRefused`.
    """
    new = _to(email, language, at)
    waiting = HouseInvitation.objects.select_for_update(of=("self",)).filter(PENDING)
    known = waiting.filter(email=new.email).first() or new
    return _written(known, at)


@transaction.atomic
def resend_house_invitation(*, invitation_id: UUID, at: datetime) -> HouseLetter:
    """Write again with a new token; the old one dies. Errors: `UnknownInvitation`."""
    return _written(_pending(invitation_id), at)


@transaction.atomic
def revoke_house_invitation(*, invitation_id: UUID, at: datetime) -> HouseInvitation:
    """Take an invitation back. Errors: `UnknownInvitation`."""
    invitation = _pending(invitation_id)
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    return invitation


def find_house_invitation(
    token: str, *, at: datetime, is_locked: bool = False
) -> HouseInvitation | None:
    """The invitation that a token opens now, or none."""
    rows = HouseInvitation.objects.all()
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(token_hash=hash_of(token)).first()
    return found if found is not None and found.is_open(at) else None


def _to(email: str, language: str, at: datetime) -> HouseInvitation:
    """A new one, its address checked before it is looked for."""
    new = HouseInvitation(email=email.strip().lower(), language=language, invited_at=at)
    check_fields(new)
    return new


def _pending(invitation_id: UUID) -> HouseInvitation:
    rows = HouseInvitation.objects.select_for_update(of=("self",)).filter(PENDING)
    invitation = rows.filter(id=invitation_id).first()
    if invitation is None:
        raise UnknownInvitation(_("This invitation no longer waits for anybody."))
    return invitation


def _written(invitation: HouseInvitation, at: datetime) -> HouseLetter:
    token = new_token()
    invitation.token_hash, invitation.expires_at = hash_of(token), at + LIFETIME
    check_fields(invitation)
    invitation.save()
    return HouseLetter(invitation, token)
