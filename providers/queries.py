"""Reads of the open provider: its profile, its identity on a day, its customers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import fold
from providers.enums import Role
from providers.models import (
    Contact,
    Customer,
    Invitation,
    LegalIdentity,
    Membership,
    Provider,
    ProviderProfile,
    User,
)
from providers.permissions import may_grant
from providers.scoping import current_scope


class NoLegalIdentity(DomainError):
    """No legal identity is in force on a day: nothing can be issued that day."""


def profile() -> ProviderProfile:
    return ProviderProfile.objects.get()


def legal_identities() -> QuerySet[LegalIdentity]:
    """The latest first."""
    return LegalIdentity.objects.order_by("-valid_from")


def own_practice() -> Customer:
    """The practice that is open: the second wall leaves no other."""
    return Customer.objects.get()


def contacts_of(customer: Customer) -> QuerySet[Contact]:
    return Contact.objects.filter(customer=customer).order_by("name", "id")


def house_and_practices(ids: Sequence[UUID]) -> tuple[str, dict[UUID, str]]:
    """The name of the open provider and those of some of its practices, in one query."""
    named = Customer.objects.filter(id__in=ids).values(row=JSONObject(id="id", name="name"))
    house = ProviderProfile.objects.annotate(practices=ArraySubquery(named)).get()
    return house.trade_name, {UUID(row["id"]): row["name"] for row in house.practices or ()}


def legal_identity_on(day: date) -> LegalIdentity:
    """Who issues documents on a day; `NoLegalIdentity` when nobody does."""
    identity = LegalIdentity.objects.on(day).order_by("-valid_from").first()
    if identity is None:
        raise NoLegalIdentity(
            _("No legal identity is in force on %(day)s."),
            field="legal_identity",
            params={"day": day.isoformat()},
        )
    return identity


def local_day(at: datetime) -> date:
    """The open provider's calendar day at an instant."""
    zone = Provider.objects.values_list("zone", flat=True).get(id=current_scope().provider_id)
    return at.astimezone(ZoneInfo(zone)).date()


def customers_named(words: str = "") -> QuerySet[Customer]:
    """Customers in the order of their names, whose folded name holds the folded words."""
    found = Customer.objects.order_by("sort_key", "id")
    return found.filter(sort_key__contains=fold(words)) if words else found


# The roles somebody holds with the open provider, each with its practice or None.
Held = list[tuple[str, UUID | None]]


def names_of(users: Iterable[UUID | None]) -> dict[Any, str]:
    """What people are called, by their ids; nobody for an id that is gone or missing."""
    known = {user for user in users if user is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=known)} if known else {}


def roles_held(users: Iterable[UUID]) -> dict[UUID, Held]:
    """What each of these people may lean on here: open places of open accounts."""
    rows = Membership.objects.filter(
        provider=current_scope().provider_id,
        user__in=list(users),
        user__is_active=True,
        is_active=True,
    )
    held: dict[UUID, Held] = defaultdict(list)
    for user_id, role, customer_id in rows.values_list("user_id", "role", "customer_id"):
        held[user_id].append((role, customer_id))
    return held


def gives(held: Held, role: str, customer_id: UUID | None) -> bool:
    """Whether these roles give that one there: by the provider's side, or in that very practice."""
    return role in Role and any(
        may_grant(giver, role) for giver, place in held if place is None or place == customer_id
    )


def people_of(customer_id: UUID | None) -> QuerySet[Membership]:
    """Everybody with a role there, with their account and whether it has a second factor."""
    factors = Authenticator.objects.filter(
        user=OuterRef("user_id"), type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    )
    rows = Membership.objects.filter(
        provider=current_scope().provider_id, customer_id=customer_id
    ).select_related("user")
    return rows.annotate(has_second_factor=Exists(factors)).order_by(
        "-is_active", "user__name", "user__email"
    )


def invitations_to(customer_id: UUID | None) -> QuerySet[Invitation]:
    """The invitations that wait there, the latest first."""
    return Invitation.objects.all().pending().filter(customer=customer_id).order_by("-id")
