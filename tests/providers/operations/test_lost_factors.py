"""A lost second factor: who may take it away, of whom, and what it leaves behind."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client

from providers.enums import ProviderStatus, Role
from providers.models import AuditEntry, Customer, Mail, Membership, Provider, User
from providers.operations import MayNotGrant, OwnRole, UnknownMember, add_member
from providers.operations.factors import renew_recovery_codes
from providers.operations.lost_factors import NothingToReset, OperatorOnly, reset_factors
from providers.permissions import may_grant
from providers.scoping import open_scope
from tests.factories import (
    FOUNDED,
    a_customer,
    a_member,
    a_provider,
    an_operator,
    give_factor,
    noon,
)

AT = noon(FOUNDED)


@pytest.fixture
def provider(db: None) -> Iterator[Provider]:
    provider = a_provider("", trade_name="L’Atelier")
    with open_scope(provider.id):
        yield provider


@pytest.fixture
def elsewhere(db: None) -> Provider:
    return a_provider("", trade_name="Le Voisin")


@pytest.fixture
def owner(provider: Provider) -> Membership:
    return a_member(Role.OWNER)


@pytest.fixture
def pines(provider: Provider) -> Customer:
    return a_customer()


def member_of(role: Role, customer: Customer) -> Membership:
    """Somebody with every kind of factor there is."""
    member = a_member(role, customer=customer if role in Role.practice() else None)
    give_everything(member.user)
    return member


def give_everything(user: User) -> None:
    give_factor(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    renew_recovery_codes(user_id=user.pk, at=AT)


def factors(user: User) -> int:
    return int(Authenticator.objects.filter(user=user).count())


def reset(member: Membership, by: UUID) -> Membership:
    return reset_factors(member_id=member.pk, at=AT, by=by)


@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("actor", Role)
def test_it_is_done_by_those_who_could_give_the_role(
    pines: Customer, actor: Role, target: Role
) -> None:
    by, member = member_of(actor, pines), member_of(target, pines)
    if may_grant(actor, target):
        reset(member, by.user_id)
        assert factors(member.user) == 0
    else:
        with pytest.raises(MayNotGrant):
            reset(member, by.user_id)
        assert factors(member.user) == 3
    assert factors(by.user) == 3


def test_every_session_ends_and_nobody_else_s(owner: Membership, pines: Customer) -> None:
    member = member_of(Role.TECHNICIAN, pines)
    theirs, there, other = Client(), Client(), Client()
    for client, user in ((theirs, member.user), (there, member.user), (other, owner.user)):
        client.force_login(user)
        assert client.get("/compte/").status_code == 200
    reset(member, owner.user_id)
    assert [each.get("/compte/").status_code for each in (theirs, there, other)] == [302, 302, 200]
    assert not UserSession.objects.filter(user=member.user).exists()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.PRACTICE_MANAGER])
def test_the_journal_and_a_letter_tell_it(owner: Membership, pines: Customer, role: Role) -> None:
    member = member_of(role, pines)
    reset(member, owner.user_id)
    entry = AuditEntry.objects.get(act="member.factors_reset")
    assert (entry.actor_id, entry.subject_id) == (owner.user_id, member.pk)
    assert entry.customer_id == member.customer_id  # a practice reads what was done to its people
    letter = Mail.objects.get(event="factors_reset")
    assert (letter.recipient, letter.customer_id) == (member.user.email, member.customer_id)
    place = pines.name if member.customer_id else "L’Atelier"
    assert str(owner.user) in letter.text
    assert place in letter.text
    assert "/compte/second-facteur/mise-en-place/" in letter.text


def test_nobody_does_it_for_themselves(pines: Customer) -> None:
    for role in Role:
        member = member_of(role, pines)
        with pytest.raises(OwnRole):
            reset(member, member.user_id)
        assert factors(member.user) == 3


def test_the_second_time_there_is_nothing_left(owner: Membership, pines: Customer) -> None:
    member = member_of(Role.TECHNICIAN, pines)
    reset(member, owner.user_id)
    with pytest.raises(NothingToReset):
        reset(member, owner.user_id)
    assert AuditEntry.objects.filter(act="member.factors_reset").count() == 1
    assert Mail.objects.filter(event="factors_reset").count() == 1


def test_a_member_of_another_house_is_unknown(owner: Membership, elsewhere: Provider) -> None:
    with open_scope(elsewhere.id):
        foreign = a_member(Role.TECHNICIAN)
    with pytest.raises(UnknownMember):
        reset(foreign, owner.user_id)
    assert factors(foreign.user) == 1


# --- An account that opens something else ---------------------------------------------------------


def another_place(user: User, provider: Provider, role: Role) -> Membership:
    with open_scope(provider.id):
        customer = a_customer("Cabinet d’ailleurs") if role in Role.practice() else None
        return add_member(
            email=user.email, role=role, customer_id=customer.pk if customer else None, at=AT
        )


def test_without_a_factor_the_refusal_says_nothing_of_elsewhere(
    owner: Membership, pines: Customer, elsewhere: Provider
) -> None:
    shared, alone = (a_member(Role.PRACTICE_STAFF, customer=pines) for _ in range(2))
    Authenticator.objects.filter(user__in=[shared.user, alone.user]).delete()
    another_place(shared.user, elsewhere, Role.PRACTICE_STAFF)
    for member in (shared, alone):
        with pytest.raises(NothingToReset):
            reset(member, owner.user_id)


def refusal(member: Membership, by: Membership) -> str:
    with pytest.raises(OperatorOnly) as refused:
        reset(member, by.user_id)
    assert factors(member.user) == 3
    assert not AuditEntry.objects.filter(act="member.factors_reset").exists()
    return str(refused.value)


@pytest.mark.parametrize("role", Role)
def test_another_house_is_not_weakened(
    owner: Membership, pines: Customer, elsewhere: Provider, role: Role
) -> None:
    for own in (Role.TECHNICIAN, Role.PRACTICE_STAFF):
        member = member_of(own, pines)
        another_place(member.user, elsewhere, role)
        assert "Voisin" not in refusal(member, owner)


def test_not_even_by_the_owner_of_both(
    owner: Membership, pines: Customer, elsewhere: Provider
) -> None:
    """Each house is asked for itself: what is open is one of them."""
    another_place(owner.user, elsewhere, Role.OWNER)
    member = member_of(Role.TECHNICIAN, pines)
    another_place(member.user, elsewhere, Role.TECHNICIAN)
    refusal(member, owner)


def test_a_suspended_house_comes_back_one_day(
    owner: Membership, pines: Customer, elsewhere: Provider
) -> None:
    member = member_of(Role.TECHNICIAN, pines)
    another_place(member.user, elsewhere, Role.OWNER)
    Provider.objects.filter(pk=elsewhere.pk).update(status=ProviderStatus.SUSPENDED)
    refusal(member, owner)


def test_a_place_that_was_closed_is_none(
    owner: Membership, pines: Customer, elsewhere: Provider
) -> None:
    member = member_of(Role.TECHNICIAN, pines)
    closed = another_place(member.user, elsewhere, Role.OWNER)
    Membership.objects.filter(pk=closed.pk).update(is_active=False)
    reset(member, owner.user_id)
    assert factors(member.user) == 0


def test_the_refusal_tells_nothing_of_why(
    owner: Membership, pines: Customer, elsewhere: Provider
) -> None:
    shared, left, operator = (member_of(Role.TECHNICIAN, pines) for _ in range(3))
    another_place(shared.user, elsewhere, Role.PRACTICE_STAFF)
    Membership.objects.filter(pk=left.pk).update(is_active=False)
    User.objects.filter(pk=operator.user_id).update(is_operator=True)
    assert len({refusal(member, owner) for member in (shared, left, operator)}) == 1


def test_a_practice_s_manager_helps_those_of_their_practice_alone(
    provider: Provider, pines: Customer
) -> None:
    """Who is also in a practice next door is helped by the house, which answers for both."""
    by = member_of(Role.PRACTICE_MANAGER, pines)
    member = member_of(Role.PRACTICE_STAFF, pines)
    another_place(member.user, provider, Role.PRACTICE_STAFF)
    refusal(member, by)
    reset(member, a_member(Role.MANAGER).user_id)
    assert factors(member.user) == 0


@pytest.mark.parametrize("actor", [Role.MANAGER, Role.PRACTICE_MANAGER])
def test_one_of_the_house_who_is_in_a_practice_too_is_the_owner_s(
    owner: Membership, provider: Provider, pines: Customer, actor: Role
) -> None:
    member = member_of(Role.PRACTICE_STAFF, pines)
    another_place(member.user, provider, Role.TECHNICIAN)
    refusal(member, member_of(actor, pines))
    reset(member, owner.user_id)
    assert factors(member.user) == 0


# --- The operator ---------------------------------------------------------------------------------


def command(person: User, by: User) -> str:
    told = StringIO()
    call_command("reset_factors", person.email.upper(), "--by", by.email, stdout=told)
    return told.getvalue()


def entries(provider: Provider) -> list[UUID | None]:
    with open_scope(provider.id):
        found = AuditEntry.objects.filter(act="member.factors_reset_by_operator")
        return list(found.values_list("actor_id", flat=True))


def test_the_operator_does_it_for_anybody_and_every_house_reads_it(
    elsewhere: Provider, mailoutbox: Any
) -> None:
    here, operator = a_provider(""), an_operator()
    with open_scope(here.id):
        member = member_of(Role.OWNER, a_customer())
    another_place(member.user, elsewhere, Role.PRACTICE_STAFF)
    client = Client()
    client.force_login(member.user)
    assert client.get("/compte/").status_code == 200
    assert "taken away" in command(member.user, operator)
    assert factors(member.user) == 0
    assert client.get("/compte/").status_code == 302
    assert entries(here) == entries(elsewhere) == [operator.pk]
    [letter] = mailoutbox
    assert (letter.to, letter.subject) == ([member.user.email], "Votre second facteur a été retiré")
    assert "Voisin" not in letter.body


def test_another_operator_is_helped_too(db: None, mailoutbox: Any) -> None:
    lost, operator = an_operator("lost@portal.example"), an_operator()
    command(lost, operator)
    assert (factors(lost), len(mailoutbox)) == (0, 1)
    with pytest.raises(CommandError, match="no second factor"):
        command(lost, operator)


def test_whoever_is_no_operator_does_not(db: None) -> None:
    with open_scope(a_provider("").id):
        owner, member = a_member(Role.OWNER), a_member(Role.TECHNICIAN)
    with pytest.raises(CommandError, match="no operator"):
        command(member.user, owner.user)
    gone = an_operator()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(CommandError, match="no operator"):
        command(member.user, gone)
    with pytest.raises(CommandError, match="nobody signs in"):
        call_command("reset_factors", "nobody@portal.example", "--by", owner.user.email)
    assert factors(member.user) == 1


def test_what_nobody_could_be_told_of_is_not_done(elsewhere: Provider, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with open_scope(elsewhere.id):
        member = a_member(Role.OWNER)
    with pytest.raises(CommandError, match="could not leave"):
        command(member.user, an_operator())
    assert (factors(member.user), entries(elsewhere)) == (1, [])
