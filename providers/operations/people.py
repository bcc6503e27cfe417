"""Giving a person a role with a provider, on its own side or for one of its customers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.enums import Language, Role
from providers.models import Customer, Membership, User
from providers.operations.refusals import check_fields, refused_as
from providers.permissions import may_grant
from providers.scoping import current_scope


class AlreadyMember(DomainError):
    """This person has a role there already; it can be changed, not doubled."""


class RoleOnWrongSide(DomainError):
    """A practice's role without its practice, or a provider's role with one."""


class MayNotGrant(DomainError):
    """Whoever gives the role does not hold all of it, or has no right over members."""


class UnknownCustomer(DomainError):
    """A practice that is not among the customers of the open provider."""


@transaction.atomic
def add_member(
    *,
    email: str,
    role: str,
    at: datetime,
    name: str = "",
    customer_id: UUID | None = None,
    password: str | None = None,
    language: str = Language.FRENCH,
    by: UUID | None = None,
) -> Membership:
    """Give a person, known or new, a role with the open provider.

    A person who already has an account keeps its name, password and language; a new one without
    a password cannot sign in until they have chosen one.
    `by` gives no right they do not hold; None is the command line, which founds a provider.
    Errors: `RoleOnWrongSide`, `UnknownCustomer`, `MayNotGrant`, `AlreadyMember`, `FieldRefused`.
    """
    provider_id = current_scope().provider_id
    _check_side(role, customer_id)
    _check_giver(by, role, provider_id)
    user = _person(email, name, password, language)
    member = Membership(user=user, provider_id=provider_id, customer_id=customer_id, role=role)
    check_fields(member)
    twice = AlreadyMember(
        _("%(email)s already has a role there."), field="email", params={"email": user.email}
    )
    with refused_as({"membership_once": twice}):
        member.save(force_insert=True)
    record("member.added", member, at=at, actor_id=by, role=role, user=str(user.id))
    return member


def _check_side(role: str, customer_id: UUID | None) -> None:
    if (role in Role.practice()) != (customer_id is not None):
        raise RoleOnWrongSide(
            _("A practice role names its practice, a provider role none."), field="role"
        )
    if customer_id is not None and not Customer.objects.filter(id=customer_id).exists():
        raise UnknownCustomer(_("This customer is not known."), field="customer")


def _check_giver(by: UUID | None, role: str, provider_id: UUID) -> None:
    if by is None:
        return
    own = Membership.objects.filter(user=by, user__is_active=True, provider=provider_id)
    held = own.filter(customer_id=None, is_active=True).values_list("role", flat=True)
    if not any(may_grant(giver, role) for giver in held):
        raise MayNotGrant(_("Your role does not allow you to give this one."), field="role")


def _person(email: str, name: str, password: str | None, language: str) -> User:
    address = email.strip().lower()
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known
    new = User(email=address, name=name, language=language)
    new.set_password(password)
    check_fields(new)
    new.save(force_insert=True)
    return new
