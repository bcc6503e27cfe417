from collections.abc import Iterator

import pytest

from core.errors import DomainError
from providers.enums import Role
from providers.models import AuditEntry, Membership, Provider, User
from providers.operations import (
    AlreadyMember,
    FieldRefused,
    RoleOnWrongSide,
    UnknownCustomer,
    add_member,
)
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import FOUNDED, PASSWORD, a_customer, a_member, a_provider, noon

AT = noon(FOUNDED)


@pytest.fixture
def provider(db: None) -> Iterator[Provider]:
    provider = a_provider()
    with open_scope(provider.id):
        yield provider


def test_a_new_person_receives_a_role_and_a_trace_is_kept(provider: Provider) -> None:
    member = add_member(
        email=" Camille@Portal.Example ",
        name="Camille Exemple",
        role=Role.OWNER,
        password=PASSWORD,
        at=AT,
    )

    assert member.user.email == "camille@portal.example"
    assert member.user.check_password(PASSWORD)
    assert (member.provider_id, member.customer_id) == (provider.id, None)
    assert AuditEntry.objects.get(act="member.added").detail["role"] == "OWNER"


def test_without_a_password_nobody_signs_in(provider: Provider) -> None:
    member = add_member(email="new@portal.example", role=Role.TECHNICIAN, at=AT)

    assert not member.user.has_usable_password()


def test_one_person_may_have_several_roles(provider: Provider) -> None:
    """An accounting firm serves two practices, and works for a second provider."""
    email = "cabinet@comptable.example"
    for name in ("Cabinet des Pins", "Cabinet du Port"):
        a_member(Role.PRACTICE_ACCOUNTANT, email=email, customer=a_customer(name))
    with open_scope(a_provider().id):
        a_member(Role.ACCOUNTANT, email=email, password="another one entirely")

    user = User.objects.get()
    assert Membership.objects.filter(user=user).count() == 3
    assert user.check_password(PASSWORD)


def test_a_role_is_given_once_in_a_place(provider: Provider) -> None:
    a_member(Role.OWNER, email="camille@portal.example")

    with pytest.raises(AlreadyMember) as refusal:
        a_member(Role.MANAGER, email="camille@portal.example")

    assert refusal.value.field == "email"
    assert Membership.objects.get().role == Role.OWNER


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"role": Role.PRACTICE_MANAGER}, RoleOnWrongSide, "role"),
        ({"role": "GOD"}, FieldRefused, "role"),
        ({"role": Role.PRACTICE_STAFF, "customer_id": new_id()}, UnknownCustomer, "customer"),
        ({"role": Role.OWNER, "customer_id": new_id()}, RoleOnWrongSide, "role"),
        ({"email": "nobody"}, FieldRefused, "email"),
    ],
)
def test_a_wrong_membership_is_refused_and_nothing_is_written(
    provider: Provider, given: dict[str, object], error: type[DomainError], field: str
) -> None:
    known = {"email": "camille@portal.example", "role": Role.OWNER}

    with pytest.raises(error) as refusal:
        add_member(at=AT, **(known | given))  # type: ignore[arg-type]

    assert refusal.value.field == field
    assert not Membership.objects.exists()
    assert not User.objects.exists()


def test_a_practice_of_another_provider_is_unknown(provider: Provider) -> None:
    with open_scope(a_provider().id):
        stranger = a_customer()

    with pytest.raises(UnknownCustomer):
        a_member(Role.PRACTICE_STAFF, customer=stranger)
