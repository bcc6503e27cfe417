"""Changing what a member may do: by whom, of whom, and never to the loss of the last owner."""

from collections.abc import Iterator
from typing import Any

import pytest

from providers.enums import Role
from providers.models import AuditEntry, Customer, Membership, Provider
from providers.operations import (
    MayNotGrant,
    OwnRole,
    RoleOnWrongSide,
    UnknownMember,
    change_role,
    deactivate_member,
    reactivate_member,
)
from providers.permissions import may_grant
from providers.scoping import open_scope
from tests.factories import FOUNDED, a_customer, a_member, a_provider, noon

AT = noon(FOUNDED)


@pytest.fixture
def provider(db: None) -> Iterator[Provider]:
    provider = a_provider("")
    with open_scope(provider.id):
        yield provider


@pytest.fixture
def owner(provider: Provider) -> Membership:
    return a_member(Role.OWNER)


@pytest.fixture
def pines(provider: Provider) -> Customer:
    return a_customer()


def member_of(role: Role, customer: Customer) -> Membership:
    return a_member(role, customer=customer if role in Role.practice() else None)


def again(member: Membership) -> Membership:
    return Membership.objects.get(pk=member.pk)


@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("actor", Role)
def test_a_role_is_changed_by_those_who_hold_both(
    provider: Provider, pines: Customer, actor: Role, target: Role
) -> None:
    """T5: every actor, every role held, every role wanted on that side."""
    a_member(Role.OWNER)  # so that no owner is the last one
    by, member = member_of(actor, pines), member_of(target, pines)
    side = Role.practice() if target in Role.practice() else Role.staff()
    for wanted in side:
        Membership.objects.filter(pk=member.pk).update(role=target)
        change: dict[str, Any] = {"member_id": member.pk, "at": AT, "by": by.user_id}
        if may_grant(actor, target) and may_grant(actor, wanted):
            assert change_role(role=wanted, **change).role == wanted
        else:
            with pytest.raises(MayNotGrant):
                change_role(role=wanted, **change)
            assert again(member).role == target


@pytest.mark.parametrize("act", [deactivate_member, reactivate_member])
@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("actor", Role)
def test_access_is_closed_and_opened_by_those_who_could_give_it(
    provider: Provider, pines: Customer, actor: Role, target: Role, act: Any
) -> None:
    a_member(Role.OWNER)
    by, member = member_of(actor, pines), member_of(target, pines)
    if may_grant(actor, target):
        assert act(member_id=member.pk, at=AT, by=by.user_id)
    else:
        with pytest.raises(MayNotGrant):
            act(member_id=member.pk, at=AT, by=by.user_id)
        assert again(member).is_active


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_themselves(provider: Provider, pines: Customer, role: Role) -> None:
    a_member(Role.OWNER)
    member = member_of(role, pines)
    for wanted in Role:
        with pytest.raises(OwnRole):
            change_role(member_id=member.pk, role=wanted, at=AT, by=member.user_id)
    for act in (deactivate_member, reactivate_member):
        with pytest.raises(OwnRole):
            act(member_id=member.pk, at=AT, by=member.user_id)
    assert (again(member).role, again(member).is_active) == (role, True)


def test_a_role_stays_on_its_side(owner: Membership, pines: Customer) -> None:
    staff, technician = member_of(Role.PRACTICE_STAFF, pines), a_member(Role.TECHNICIAN)
    for member, role in ((staff, Role.MANAGER), (technician, Role.PRACTICE_MANAGER)):
        with pytest.raises(RoleOnWrongSide):
            change_role(member_id=member.pk, role=role, at=AT, by=owner.user_id)


def test_a_manager_of_one_practice_is_nobody_in_the_next(
    provider: Provider, pines: Customer
) -> None:
    manager = member_of(Role.PRACTICE_MANAGER, pines)
    foreign = member_of(Role.PRACTICE_STAFF, a_customer("Cabinet du Port"))
    with pytest.raises(MayNotGrant):
        deactivate_member(member_id=foreign.pk, at=AT, by=manager.user_id)


def test_a_member_of_another_house_is_unknown(owner: Membership) -> None:
    with open_scope(a_provider("").id):
        foreign = a_member(Role.TECHNICIAN)
    with pytest.raises(UnknownMember):
        deactivate_member(member_id=foreign.pk, at=AT, by=owner.user_id)


@pytest.mark.parametrize("closed", ["place", "account"])
def test_the_last_owner_who_can_come_in_stays(owner: Membership, closed: str) -> None:
    """Whoever asks lost their place or account between the two clicks: the other is the last."""
    last = a_member(Role.OWNER)
    if closed == "place":
        Membership.objects.filter(pk=owner.pk).update(is_active=False)
    else:
        owner.user.is_active = False
        owner.user.save()
    with pytest.raises(MayNotGrant):
        deactivate_member(member_id=last.pk, at=AT, by=owner.user_id)
    with pytest.raises(MayNotGrant):
        change_role(member_id=last.pk, role=Role.MANAGER, at=AT, by=owner.user_id)
    assert (again(last).role, again(last).is_active) == (Role.OWNER, True)


def test_every_change_leaves_a_trace(owner: Membership) -> None:
    member = a_member(Role.TECHNICIAN)
    change_role(member_id=member.pk, role=Role.ACCOUNTANT, at=AT, by=owner.user_id)
    deactivate_member(member_id=member.pk, at=AT, by=owner.user_id)
    reactivate_member(member_id=member.pk, at=AT, by=owner.user_id)
    acts = AuditEntry.objects.filter(subject_id=member.pk, actor_id=owner.user_id)
    assert [entry.act for entry in acts.order_by("id")] == [
        "member.role_changed",
        "member.deactivated",
        "member.reactivated",
    ]
