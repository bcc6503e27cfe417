"""Keys to the programming interface: made once, shown once, weighed again at every use."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.enums import ProviderStatus, Role
from providers.models import ApiToken, Customer, Membership, Provider
from providers.operations.people import UnknownCustomer
from providers.operations.refusals import check_fields
from providers.permissions import Capability, Level, level_of
from providers.rules.api_tokens import SplitToken, split_token
from providers.scoping import current_scope, open_scope

# What the programming interface speaks of; a token holds some of it.
RESOURCES: Final = (
    Capability.CUSTOMERS,
    Capability.CONTRACTS,
    Capability.OFFERS,
    Capability.INVOICES,
    Capability.PAYMENTS,
)
LIFETIMES: Final = (30, 90, 180, 365)  # days
USE_IS_WRITTEN_EVERY: Final = timedelta(minutes=1)
LEVELS: Final = {"read": Level.READ, "write": Level.WRITE}


class ScopeNotHeld(DomainError):
    """A right that whoever makes the token does not have, or that no practice has."""


class NoScope(DomainError):
    """A token without any right opens nothing."""


class LifetimeNotOffered(DomainError):
    """A token lives as long as one of a few choices; none lives for ever."""


class TokenAlreadyRevoked(DomainError):
    """This token was revoked before."""


class TokenRefused(DomainError):
    """Unknown, expired or revoked, or its maker may not come in any more: one answer for all."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes in with a token: the membership it acts as, and what of it the token holds."""

    token_id: UUID
    member: Membership
    maker_role: str
    scopes: Mapping[str, str]

    def may(self, capability: Capability, level: Level) -> bool:
        """What the token says, what its maker may do now, what a practice may do: the least."""
        held = LEVELS.get(self.scopes.get(capability, ""), Level.NONE)
        lent = level_of(self.maker_role, capability)
        return min(held, lent, level_of(self.member.role, capability)) >= level


@transaction.atomic
def make_token(
    *,
    name: str,
    scopes: Mapping[str, str],
    days: int,
    at: datetime,
    by: UUID,
    customer_id: UUID | None = None,
) -> tuple[ApiToken, str]:
    """Make a token and say it, this once. `by` is the person who lends it their rights.

    `scopes`: "read" or "write" for some of `RESOURCES`. Errors: `NoScope`, `ScopeNotHeld`,
    `LifetimeNotOffered`, `UnknownCustomer`, `FieldRefused`.
    """
    provider_id = current_scope().provider_id
    if days not in LIFETIMES:
        raise LifetimeNotOffered(_("Choose one of the lifetimes offered."), field="days")
    if customer_id is not None and not Customer.objects.filter(id=customer_id).exists():
        raise UnknownCustomer(_("This customer is not known."), field="customer")
    _check_scopes(scopes, provider_id=provider_id, by=by, is_practice=customer_id is not None)
    split = SplitToken(provider_id, secrets.token_urlsafe(32))
    token = ApiToken(
        name=name.strip(),
        prefix=split.prefix,
        digest=split.digest,
        scopes=dict(scopes),
        practice_id=customer_id,
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    check_fields(token)
    token.save(force_insert=True)
    record("api_token.made", token, at=at, actor_id=by, name=token.name, scopes=token.scopes)
    return token, str(split)


def _check_scopes(
    scopes: Mapping[str, str], *, provider_id: UUID, by: UUID, is_practice: bool
) -> None:
    if not scopes:
        raise NoScope(_("Choose at least one right."), field="scopes")
    maker = _membership(provider_id, by)
    for code, word in scopes.items():
        if code not in RESOURCES or word not in LEVELS:
            raise ScopeNotHeld(_("This right does not exist."), field="scopes")
        level, capability = LEVELS[word], Capability(code)
        if maker is None or level_of(maker.role, capability) < level:
            raise ScopeNotHeld(
                _("You cannot lend a right that you do not have yourself."), field=code
            )
        if is_practice and level_of(Role.PRACTICE_MANAGER, capability) < level:
            raise ScopeNotHeld(
                _("A token for one practice only does what its manager may do."), field=code
            )


@transaction.atomic
def revoke_token(*, token_id: UUID, at: datetime, by: UUID | None = None) -> ApiToken:
    """End a token: its next request is refused. Errors: `TokenAlreadyRevoked`."""
    token = ApiToken.objects.select_for_update().get(id=token_id)
    if token.revoked_at is not None:
        raise TokenAlreadyRevoked(_("This token has already been revoked."))
    token.revoked_at, token.revoked_by = at, by
    token.save(update_fields=["revoked_at", "revoked_by"])
    record("api_token.revoked", token, at=at, actor_id=by, name=token.name)
    return token


def bearer_of(text: str, *, at: datetime) -> Bearer:
    """Who comes in with this token, if anybody. Opens the provider's scope for its own reads.

    Errors: `TokenRefused`, always with the same words.
    """
    split = split_token(text)
    if split is None or not _is_open(split.provider_id):
        raise _refused()
    with open_scope(split.provider_id):
        token = ApiToken.objects.filter(digest=split.digest, revoked_at=None).first()
        if token is None or token.expires_at <= at:
            raise _refused()
        maker = _membership(split.provider_id, token.made_by)
        if maker is None:
            raise _refused()
        _write_use(token, at)
    return Bearer(token.id, _acts_as(maker, token.practice_id), maker.role, token.scopes)


def _refused() -> TokenRefused:
    return TokenRefused(_("This token is unknown, expired or revoked."))


def _is_open(provider_id: UUID) -> bool:
    return Provider.objects.filter(id=provider_id, status=ProviderStatus.ACTIVE).exists()


def _membership(provider_id: UUID, user_id: UUID) -> Membership | None:
    """The maker's own, as it stands now."""
    return (
        Membership.objects.select_related("provider", "user")
        .filter(provider_id=provider_id, user_id=user_id, customer_id=None)
        .filter(is_active=True, user__is_active=True)
        .first()
    )


def _acts_as(maker: Membership, customer_id: UUID | None) -> Membership:
    """The maker; for a practice's token somebody who is never stored, its manager."""
    if customer_id is None:
        return maker
    return Membership(
        user=maker.user,
        provider=maker.provider,
        customer_id=customer_id,
        role=Role.PRACTICE_MANAGER,
    )


def _write_use(token: ApiToken, at: datetime) -> None:
    """To the minute: reading lists does not write at every page."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - USE_IS_WRITTEN_EVERY)
    if token.last_used_at is None or token.last_used_at < at - USE_IS_WRITTEN_EVERY:
        ApiToken.objects.filter(stale, id=token.id).update(last_used_at=at)
