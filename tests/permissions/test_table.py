"""The capability table: its page, its lattice, and who may give which role (T5)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from providers.enums import Role
from providers.management.commands.permissions_table import ABOUT, permissions_text
from providers.models import Customer, Membership
from providers.operations import MayNotGrant, add_member
from providers.permissions import Capability, Level, level_of, may, may_grant
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
PROVIDER_ROLES = [role for role in Role if role not in Role.practice()]
MONEY = [
    Capability.CONTRACTS,
    Capability.OFFERS,
    Capability.INVOICES,
    Capability.INVOICING,
    Capability.PAYMENTS,
    Capability.BANK_DETAILS,
]


def test_the_page_says_what_the_table_says(checkout: Path) -> None:
    """Written again by `manage.py permissions_table > docs/permissions.md`."""
    assert (checkout / "docs" / "permissions.md").read_text() == permissions_text()


def test_every_capability_is_explained_and_has_a_level_for_every_role() -> None:
    assert set(ABOUT) == set(Capability)
    for code in Capability:
        assert all(level_of(role, code) in Level for role in Role)


def test_writing_includes_reading() -> None:
    for role in Role:
        for code in Capability:
            assert not may(role, code, Level.WRITE) or may(role, code)


def test_a_manager_is_an_owner_without_bank_identity_and_members() -> None:
    kept = {code for code in Capability if level_of(Role.MANAGER, code) != Level.NONE}
    assert set(Capability) - kept == {
        Capability.BANK_DETAILS,
        Capability.LEGAL_IDENTITY,
        Capability.MEMBERS,
        Capability.API_TOKENS,
    }
    assert all(level_of(Role.MANAGER, code) == level_of(Role.OWNER, code) for code in kept)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.PRACTICE_STAFF])
def test_who_sees_coverage_alone_sees_no_money(role: Role) -> None:
    assert may(role, Capability.COVERAGE)
    assert not any(may(role, code) for code in MONEY)


@pytest.mark.parametrize("role", Role.practice())
def test_a_practice_changes_nothing_of_its_provider(role: Role) -> None:
    own = {Capability.PRACTICE_MEMBERS} if role == Role.PRACTICE_MANAGER else set()
    assert {code for code in Capability if may(role, code, Level.WRITE)} == own


# --- Giving roles (T5) ----------------------------------------------------------------------------


def test_nobody_gives_what_they_do_not_hold() -> None:
    for giver in Role:
        for given in Role:
            exceeds = any(level_of(given, code) > level_of(giver, code) for code in Capability)
            assert not (may_grant(giver, given) and exceeds)
            right = _right_over(given)
            assert not may_grant(giver, given) or may(giver, right, Level.WRITE)


def _right_over(role: Role) -> Capability:
    is_practice = role in Role.practice()
    return Capability.PRACTICE_MEMBERS if is_practice else Capability.MEMBERS


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("giver", Role)
def test_a_role_is_given_by_those_who_hold_it_all(db: None, giver: Role, given: Role) -> None:
    with open_scope(a_provider("").id):
        customer = a_customer()
        by = _member(giver, customer).user_id
        act = _giving(given, customer, by)
        if may_grant(giver, given):
            assert act().role == given
        else:
            with pytest.raises(MayNotGrant):
                act()
            assert not Membership.objects.filter(user__email="new@portal.example").exists()


def _member(role: Role, customer: Customer) -> Membership:
    return a_member(role, customer=customer if role in Role.practice() else None)


def _giving(role: Role, customer: Customer, by: UUID) -> Callable[[], Membership]:
    practice = customer.id if role in Role.practice() else None
    return lambda: add_member(
        email="new@portal.example", role=role, customer_id=practice, at=NOW, by=by
    )


@pytest.mark.parametrize("lost", ["elsewhere", "inactive", "disabled"])
def test_an_owner_gives_roles_at_home_and_while_active(db: None, lost: str) -> None:
    home, other = a_provider(""), a_provider("")
    with open_scope(home.id):
        owner = a_member(Role.OWNER)
    if lost == "inactive":
        owner.is_active = False
        owner.save()
    if lost == "disabled":
        owner.user.is_active = False
        owner.user.save()
    with open_scope(other.id if lost == "elsewhere" else home.id):
        act = _giving(Role.TECHNICIAN, Customer(), owner.user_id)
        with pytest.raises(MayNotGrant):
            act()
