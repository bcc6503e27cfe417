"""Giving a person a role with a provider, on its own side or for one of its customers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.enums import Language, Role
from providers.models import Customer, Membership, Provider, User
from providers.operations.refusals import check_fields, refused_as
from providers.queries import gives, roles_held
from providers.scoping import current_scope


class AlreadyMember(DomainError):
    """This person has a role there already; it can be changed, not doubled."""


class RoleOnWrongSide(DomainError):
    """A practice's role without its practice, or a provider's role with one."""


class MayNotGrant(DomainError):
    """Whoever gives the role does not hold all of it, or has no right over members."""


class UnknownCustomer(DomainError):
    """A practice that is not among the customers of the open provider."""


class UnknownMember(DomainError):
    """A person who has no role with the open provider."""


class OwnRole(DomainError):
    """Nobody changes their own role, nor closes their own access: so the last owner stays."""


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
    check_side(role, customer_id)
    if by is not None:
        check_giver(by, role, customer_id)
    user = _person(email, name, password, language)
    member = Membership(user=user, provider_id=provider_id, customer_id=customer_id, role=role)
    check_fields(member)
    with refused_as({"membership_once": already_member(user.email)}):
        member.save(force_insert=True)
    record("member.added", member, at=at, actor_id=by, role=role, user=str(user.id))
    return member


@transaction.atomic
def change_role(*, member_id: UUID, role: str, at: datetime, by: UUID) -> Membership:
    """Give a member another role of the same side; the next request obeys it.

    Errors: `UnknownMember`, `OwnRole`, `RoleOnWrongSide`, `MayNotGrant`.
    """
    member = member_to_change(member_id, by)
    check_side(role, member.customer_id)
    check_giver(by, role, member.customer_id)
    before, member.role = member.role, role
    check_fields(member)
    member.save(update_fields=["role"])
    record("member.role_changed", member, at=at, actor_id=by, before=before, after=role)
    return member


@transaction.atomic
def deactivate_member(*, member_id: UUID, at: datetime, by: UUID) -> Membership:
    """Close the place to a member from their next request on; their account stays theirs.

    Errors: `UnknownMember`, `OwnRole`, `MayNotGrant`.
    """
    member = member_to_change(member_id, by)
    member.is_active = False
    member.save(update_fields=["is_active"])
    record("member.deactivated", member, at=at, actor_id=by, role=member.role)
    return member


@transaction.atomic
def reactivate_member(*, member_id: UUID, at: datetime, by: UUID) -> Membership:
    """Open the place again, with the role it had. Errors: as `deactivate_member`."""
    member = member_to_change(member_id, by)
    member.is_active = True
    member.save(update_fields=["is_active"])
    record("member.reactivated", member, at=at, actor_id=by, role=member.role)
    return member


def member_to_change(member_id: UUID, by: UUID) -> Membership:
    """A member whom `by` may change.

    An owner is changed by another owner alone, never by themselves, and one change at a time (the
    provider's row is locked): so a provider always keeps an owner who can come in.
    """
    provider_id = current_scope().provider_id
    Provider.objects.select_for_update(no_key=True).get(id=provider_id)
    found = Membership.objects.select_for_update(of=("self",)).select_related("user")
    member = found.filter(id=member_id, provider=provider_id).first()
    if member is None:
        raise UnknownMember(_("This person has no role here."), field="member")
    if member.user_id == by:
        raise OwnRole(_("Nobody changes their own access: ask another owner or manager."))
    check_giver(by, member.role, member.customer_id)
    return member


def check_side(role: str, customer_id: UUID | None) -> None:
    """A practice's role names one of the open provider's practices, a provider's role none."""
    if (role in Role.practice()) != (customer_id is not None):
        raise RoleOnWrongSide(
            _("A practice role names its practice, a provider role none."), field="role"
        )
    if customer_id is not None and not Customer.objects.filter(id=customer_id).exists():
        raise UnknownCustomer(_("This customer is not known."), field="customer")


def check_giver(by: UUID, role: str, customer_id: UUID | None) -> None:
    """Refuse whoever may not give this role there (`MayNotGrant`)."""
    if not may_give(by, role, customer_id):
        raise MayNotGrant(_("Your role does not allow you to give this one."), field="role")


def may_give(by: UUID, role: str, customer_id: UUID | None) -> bool:
    """By a role with the open provider, or by one in that very practice."""
    return gives(roles_held([by]).get(by, []), role, customer_id)


def already_member(email: str) -> AlreadyMember:
    return AlreadyMember(
        _("%(email)s already has a role there."), field="email", params={"email": email}
    )


def _person(email: str, name: str, password: str | None, language: str) -> User:
    address = email.strip().lower()
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known
    new = User(email=address, name=name, language=language)
    new.set_password(password)
    check_fields(new)
    new.save(force_insert=True)
    new.keep_address()
    return new
