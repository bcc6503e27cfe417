"""An invitation is written, accepted once by whom it is for, sent again, taken back, outlived."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress

from core.errors import DomainError
from providers.enums import Role
from providers.models import (
    AuditEntry,
    Customer,
    Invitation,
    Mail,
    Membership,
    Notification,
    Provider,
    User,
)
from providers.operations import (
    AlreadyInvited,
    AlreadyMember,
    FieldRefused,
    InvitationOver,
    MayNotGrant,
    NewPerson,
    RoleOnWrongSide,
    SignInFirst,
    UnknownCustomer,
    UnknownInvitation,
    WrongPerson,
    accept_invitation,
    deactivate_member,
    find_invitation,
    invite,
    resend_invitation,
    revoke_invitation,
)
from providers.operations.invitations import LIFETIME
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import FOUNDED, a_customer, a_member, a_provider, noon
from tests.letters import path_to, token_to

AT = noon(FOUNDED)
LATER = AT + timedelta(days=1)
EMAIL = "camille@portal.example"
CAMILLE = NewPerson(name="Camille Exemple", password="une phrase assez longue", language="fr")


@pytest.fixture
def provider(db: None) -> Iterator[Provider]:
    provider = a_provider("", slug="maison")
    with open_scope(provider.id):
        yield provider


@pytest.fixture
def owner(provider: Provider) -> Membership:
    return a_member(Role.OWNER)


@pytest.fixture
def pines(provider: Provider) -> Customer:
    return a_customer()


def sent(owner: Membership, **given: Any) -> Invitation:
    known: dict[str, Any] = {"email": EMAIL, "role": Role.TECHNICIAN, "at": AT}
    return invite(by=owner.user_id, **(known | given))


# --- Writing --------------------------------------------------------------------------------------


def test_the_token_stands_in_the_letter_and_nowhere_else(owner: Membership) -> None:
    invitation = sent(owner, email=" Camille@Portal.Example ")
    token = token_to(EMAIL)
    assert path_to(EMAIL) == f"/invitation/maison/{token}/"
    assert len(token) >= 43  # 256 bits
    stored = {field.attname: str(getattr(invitation, field.attname)) for field in columns()}
    assert all(token not in value for value in stored.values())
    assert invitation.expires_at == AT + timedelta(days=14)
    entry = AuditEntry.objects.get(act="invitation.sent")
    assert (entry.actor_id, entry.subject_id) == (owner.user_id, invitation.pk)
    assert token not in str(entry.detail)
    assert EMAIL not in str(entry.detail)


def columns() -> list[Any]:
    return list(Invitation._meta.concrete_fields)


def test_the_letter_speaks_the_language_that_was_chosen(owner: Membership) -> None:
    sent(owner, language="en")
    assert "technician" in Mail.objects.get().text
    sent(owner, email="dominique@portal.example", language="fr")
    assert "technicien" in Mail.objects.latest("id").text


def test_a_practice_is_named_in_its_own_invitations(owner: Membership, pines: Customer) -> None:
    sent(owner, role=Role.PRACTICE_STAFF, customer_id=pines.pk)
    assert pines.name in Mail.objects.get().subject


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"role": Role.PRACTICE_MANAGER}, RoleOnWrongSide, "role"),
        ({"role": "GOD"}, MayNotGrant, "role"),
        ({"role": Role.PRACTICE_STAFF, "customer_id": new_id()}, UnknownCustomer, "customer"),
        ({"email": "nobody"}, FieldRefused, "email"),
        ({"email": "a\0b@portal.example"}, FieldRefused, "email"),
        ({"language": "xx"}, FieldRefused, "language"),
    ],
)
def test_a_wrong_invitation_is_refused_and_nothing_leaves(
    owner: Membership, given: dict[str, Any], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as refusal:
        sent(owner, **given)
    assert refusal.value.field == field
    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()


def test_nobody_is_invited_twice_to_one_place(owner: Membership, pines: Customer) -> None:
    sent(owner)
    with pytest.raises(AlreadyInvited):
        sent(owner, role=Role.ACCOUNTANT)
    sent(owner, role=Role.PRACTICE_STAFF, customer_id=pines.pk)
    assert Invitation.objects.count() == 2


def test_an_invitation_that_is_too_old_makes_room(owner: Membership) -> None:
    sent(owner)
    again = sent(owner, at=AT + LIFETIME)
    assert list(Invitation.objects.all().pending()) == [again]


def test_a_member_is_not_invited(owner: Membership) -> None:
    with pytest.raises(AlreadyMember):
        sent(owner, email=owner.user.email)


# --- Accepting ------------------------------------------------------------------------------------


def accept(token: str, **given: Any) -> Membership:
    known: dict[str, Any] = {"token": token, "at": LATER, "person": CAMILLE}
    return accept_invitation(**(known | given))


def test_a_new_person_comes_in_with_an_account_of_their_own(
    owner: Membership, provider: Provider
) -> None:
    invitation = sent(owner)
    member = accept(token_to(EMAIL))
    assert (member.role, member.provider_id) == (Role.TECHNICIAN, provider.id)
    assert member.user.check_password(CAMILLE.password)
    address = EmailAddress.objects.get(user=member.user)
    assert (address.email, address.verified, address.primary) == (EMAIL, True, True)
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.accepted_by) == (LATER, member.user_id)
    assert AuditEntry.objects.get(act="invitation.accepted").actor_id == member.user_id


def told() -> list[tuple[UUID, str, str]]:
    rows = Notification.objects.exclude(event="invitation").order_by("id")
    return [(row.user_id, row.event, row.path) for row in rows]


def test_the_bosses_are_told_who_came_in(owner: Membership, provider: Provider) -> None:
    a_member(Role.TECHNICIAN)
    sent(owner, role=Role.MANAGER)
    accept(token_to(EMAIL))
    here = f"/atelier/{provider.slug}/reglages/membres/"
    assert told() == [(owner.user_id, "member_joined", here)]


def test_both_sides_are_told_of_a_practice_that_the_provider_invited(
    owner: Membership, provider: Provider, pines: Customer
) -> None:
    colleague = a_member(Role.PRACTICE_MANAGER, customer=pines)
    sent(owner, role=Role.PRACTICE_MANAGER, customer_id=pines.pk)
    accept(token_to(EMAIL))
    there = f"/atelier/{provider.slug}/clients/{pines.pk}/personnes/"
    assert told() == [
        (colleague.user_id, "colleague_joined", f"/c/{pines.pk}/parametres/personnes/"),
        (owner.user_id, "guest_joined", there),
    ]


def test_a_practice_that_invites_its_own_people_tells_itself_alone(
    owner: Membership, pines: Customer
) -> None:
    manager = a_member(Role.PRACTICE_MANAGER, customer=pines)
    sent(manager, role=Role.PRACTICE_STAFF, customer_id=pines.pk)
    accept(token_to(EMAIL))
    assert [(user, event) for user, event, _path in told()] == [
        (manager.user_id, "colleague_joined")
    ]


def test_an_invitation_is_good_once(owner: Membership) -> None:
    sent(owner)
    token = token_to(EMAIL)
    member = accept(token)
    with pytest.raises(InvitationOver):
        accept(token)
    with pytest.raises(InvitationOver):
        accept(token, person=None, user=member.user)
    assert Membership.objects.filter(user=member.user).count() == 1


def test_a_known_person_accepts_signed_in_and_keeps_their_account(owner: Membership) -> None:
    sent(owner)
    with open_scope(a_provider("").id):
        known = a_member(Role.TECHNICIAN, email=EMAIL).user
    token, password = token_to(EMAIL), known.password
    with pytest.raises(SignInFirst):
        accept(token)
    with pytest.raises(WrongPerson):
        accept(token, person=None, user=owner.user)
    assert accept(token, person=None, user=known).user == known
    known.refresh_from_db()
    assert known.password == password


def test_a_former_member_comes_back_with_the_new_role(owner: Membership) -> None:
    former = a_member(Role.MANAGER, email=EMAIL)
    deactivate_member(member_id=former.pk, at=AT, by=owner.user_id)
    sent(owner)
    assert accept(token_to(EMAIL), person=None, user=former.user).pk == former.pk
    former.refresh_from_db()
    assert (former.role, former.is_active) == (Role.TECHNICIAN, True)


def test_whoever_became_a_member_meanwhile_keeps_their_role(owner: Membership) -> None:
    sent(owner)
    member = a_member(Role.ACCOUNTANT, email=EMAIL)
    with pytest.raises(AlreadyMember):
        accept(token_to(EMAIL), person=None, user=member.user)
    member.refresh_from_db()
    assert member.role == Role.ACCOUNTANT


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"password": "trop court"}, "password"),
        ({"password": "123456789012345"}, "password"),
        ({"password": "camille@portal.example"}, "password"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_new_person_who_says_something_wrong_is_told_and_nothing_is_made(
    owner: Membership, given: dict[str, str], field: str
) -> None:
    sent(owner)
    person = NewPerson(**({"name": CAMILLE.name, "password": CAMILLE.password} | given))
    with pytest.raises(FieldRefused) as refusal:
        accept(token_to(EMAIL), person=person)
    assert refusal.value.field == field
    assert not User.objects.filter(email=EMAIL).exists()


# --- Over -----------------------------------------------------------------------------------------


def test_fourteen_days_are_the_whole_of_it(owner: Membership) -> None:
    sent(owner)
    token = token_to(EMAIL)
    assert find_invitation(token, at=AT + LIFETIME - timedelta(seconds=1))
    with pytest.raises(InvitationOver):
        accept(token, at=AT + LIFETIME)


def test_sent_again_the_old_link_is_dead(owner: Membership) -> None:
    invitation = sent(owner)
    old = token_to(EMAIL)
    resend_invitation(invitation_id=invitation.pk, at=LATER, by=owner.user_id)
    assert token_to(EMAIL) != old
    with pytest.raises(InvitationOver):
        accept(old)
    accept(token_to(EMAIL), at=LATER + LIFETIME - timedelta(seconds=1))
    assert User.objects.filter(email=EMAIL).exists()


def test_what_is_taken_back_opens_nothing(owner: Membership) -> None:
    invitation = sent(owner)
    token = token_to(EMAIL)
    revoke_invitation(invitation_id=invitation.pk, at=AT, by=owner.user_id)
    with pytest.raises(InvitationOver):
        accept(token)
    for act in (resend_invitation, revoke_invitation):
        with pytest.raises(UnknownInvitation):
            act(invitation_id=invitation.pk, at=AT, by=owner.user_id)


def test_an_invitation_dies_with_the_right_of_its_author(owner: Membership) -> None:
    """T5: nothing is given by somebody who could not give it any more."""
    other = a_member(Role.OWNER)
    sent(other)
    token = token_to(EMAIL)
    deactivate_member(member_id=other.pk, at=AT, by=owner.user_id)
    with pytest.raises(InvitationOver):
        accept(token)
    waiting = Invitation.objects.get()
    resend_invitation(invitation_id=waiting.pk, at=AT, by=owner.user_id)
    accept(token_to(EMAIL))
    assert User.objects.filter(email=EMAIL).exists()


def test_a_token_opens_nothing_in_another_house(owner: Membership) -> None:
    sent(owner)
    token = token_to(EMAIL)
    with open_scope(a_provider("").id), pytest.raises(InvitationOver):
        accept(token)


def test_an_invitation_of_another_house_is_unknown(owner: Membership) -> None:
    invitation = sent(owner)
    with open_scope(a_provider("").id):
        other = a_member(Role.OWNER)
        with pytest.raises(UnknownInvitation):
            revoke_invitation(invitation_id=invitation.pk, at=AT, by=other.user_id)


# --- Who may (T5) ---------------------------------------------------------------------------------

GIVERS: dict[Role, set[Role]] = {
    Role.OWNER: set(Role),
    Role.MANAGER: set(Role.practice()),
    Role.TECHNICIAN: set(),
    Role.ACCOUNTANT: set(),
    Role.PRACTICE_MANAGER: set(Role.practice()),
    Role.PRACTICE_STAFF: set(),
    Role.PRACTICE_ACCOUNTANT: set(),
}


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("giver", Role)
def test_who_invites_whom(provider: Provider, pines: Customer, giver: Role, given: Role) -> None:
    by = a_member(giver, customer=pines if giver in Role.practice() else None)
    act = _inviting(by.user_id, given, pines)
    if given in GIVERS[giver]:
        assert act().role == given
        return
    with pytest.raises(MayNotGrant):
        act()
    assert not Invitation.objects.exists()


def _inviting(by: UUID, role: Role, customer: Customer) -> Any:
    place = customer.pk if role in Role.practice() else None
    return lambda: invite(email=EMAIL, role=role, customer_id=place, at=AT, by=by)


@pytest.mark.parametrize("role", Role.practice())
def test_a_manager_invites_to_no_other_practice(
    provider: Provider, pines: Customer, role: Role
) -> None:
    manager = a_member(Role.PRACTICE_MANAGER, customer=pines)
    with pytest.raises(MayNotGrant):
        _inviting(manager.user_id, role, a_customer("Cabinet du Port"))()


def test_a_manager_handles_no_invitation_of_another_practice(
    owner: Membership, pines: Customer
) -> None:
    manager = a_member(Role.PRACTICE_MANAGER, customer=pines)
    port = a_customer("Cabinet du Port")
    foreign = [sent(owner), sent(owner, role=Role.PRACTICE_STAFF, customer_id=port.pk)]
    for invitation in foreign:
        for act in (resend_invitation, revoke_invitation):
            with pytest.raises(MayNotGrant):
                act(invitation_id=invitation.pk, at=AT, by=manager.user_id)
