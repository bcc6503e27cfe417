"""A house opened by the person who was asked to: their account, the provider, its first offers.

It lives beside the offers because a house started from a preset has its offers from its first day.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from contracts.operations.opening import open_provider
from providers.enums import Role
from providers.models import Membership, User
from providers.operations import NewPerson, add_member
from providers.operations.houses import find_house_invitation
from providers.operations.newcomers import over, who_accepts
from providers.scoping import open_scope


@transaction.atomic
def found_house(
    *,
    token: str,
    slug: str,
    trade_name: str,
    at: datetime,
    user: User | None = None,
    person: NewPerson | None = None,
) -> Membership:
    """Open the house that an invitation offers, and make who accepts it its first owner.

    The row is locked: of ten clicks at once, one opens a house.
    Errors: `InvitationOver`, `SignInFirst`, `WrongPerson`, `SlugTaken`, `FieldRefused`.
    """
    invitation = find_house_invitation(token, at=at, is_locked=True)
    if invitation is None:
        raise over()
    owner = who_accepts(invitation.email, user, person)
    provider = open_provider(
        slug=slug,
        preset=invitation.preset,
        zone="" if invitation.preset else settings.TIME_ZONE,
        identity=None,
        at=at,
        by=owner.pk,
        trade_name=trade_name.strip(),
    )
    invitation.accepted_at, invitation.provider = at, provider
    invitation.save(update_fields=["accepted_at", "provider"])
    with open_scope(provider.pk):
        return add_member(email=owner.email, role=Role.OWNER, at=at)
