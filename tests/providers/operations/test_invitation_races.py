"""Ten clicks at once: one person comes in, one house is opened, one owner stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from contracts.operations.founding import found_house
from core.errors import DomainError
from providers.enums import Role
from providers.models import Membership, Provider, User
from providers.operations import NewPerson, accept_invitation, deactivate_member, invite
from providers.operations.houses import ask_for_house
from providers.scoping import open_scope
from tests.factories import FOUNDED, a_member, a_provider, noon
from tests.letters import token_to

pytestmark = pytest.mark.django_db(transaction=True)

AT, EMAIL = noon(FOUNDED), "camille@portal.example"
CAMILLE = NewPerson(name="Camille Exemple", password="une phrase assez longue")


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """Start all together, each on a connection of its own; "ok" or the code of the refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(timeout=20)
            act()
        except DomainError as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_ten_clicks_at_once_accept_once() -> None:
    provider = a_provider("")
    with open_scope(provider.id):
        owner = a_member(Role.OWNER)
        invite(email=EMAIL, role=Role.TECHNICIAN, at=AT, by=owner.user_id)
        token = token_to(EMAIL)

    def accept() -> None:
        with open_scope(provider.id):
            accept_invitation(token=token, at=AT, person=CAMILLE)

    answers = at_once([accept] * 10)
    assert sorted(answers) == ["InvitationOver"] * 9 + ["ok"]
    assert User.objects.filter(email=EMAIL).count() == 1
    assert Membership.objects.filter(user__email=EMAIL).count() == 1


def test_ten_clicks_at_once_open_one_house() -> None:
    letter = ask_for_house(email=EMAIL, at=AT)

    def found(number: int) -> Callable[[], object]:
        return lambda: found_house(
            token=letter.token, slug=f"maison-{number}", trade_name="Maison", at=AT, person=CAMILLE
        )

    answers = at_once([found(number) for number in range(10)])
    assert sorted(answers) == ["InvitationOver"] * 9 + ["ok"]
    assert Provider.objects.count() == 1


def test_two_owners_who_close_each_other_at_once_leave_one() -> None:
    provider = a_provider("")
    with open_scope(provider.id):
        pair = [a_member(Role.OWNER), a_member(Role.OWNER)]

    def close(member_id: UUID, by: UUID) -> Callable[[], object]:
        def act() -> None:
            with open_scope(provider.id):
                deactivate_member(member_id=member_id, at=AT, by=by)

        return act

    first, second = pair
    answers = at_once([close(first.pk, second.user_id), close(second.pk, first.user_id)])
    assert sorted(answers) == ["MayNotGrant", "ok"]
    assert Membership.objects.filter(provider=provider, is_active=True).count() == 1
