"""One house and one practice, whose people knock at the door like people: by forms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from providers.enums import Role
from providers.models import User
from providers.scoping import open_scope
from tests.factories import PASSWORD, a_customer, a_member, a_provider
from tests.harness.sign_in import totp_code

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
SLUG = "essai-info"
LOGIN, FACTOR = "/compte/connexion/", "/compte/connexion/second-facteur/"
# A page of one's own, which tells who is signed in.
HOME = "/compte/"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owner(db: None, clock: Any) -> User:
    with open_scope(a_provider("", slug=SLUG).id):
        return a_member(Role.OWNER, email="camille@essai.example").user


@pytest.fixture
def manager(owner: User) -> User:
    """Of a practice: no second factor."""
    return of_practice(Role.PRACTICE_MANAGER, "dominique@cabinet.example")


def of_practice(role: Role, email: str) -> User:
    from providers.models import Provider

    with open_scope(Provider.objects.get(slug=SLUG).id):
        return a_member(role, email=email, customer=a_customer()).user


def give_password(client: Client, email: str, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **headers)


def sign_in(client: Client, user: User) -> Any:
    """By the password, and the app's code when it is asked for."""
    answer = give_password(client, user.email)
    if answer.headers.get("Location") == FACTOR:
        answer = client.post(FACTOR, {"code": totp_code()})
    assert is_in(client), answer
    return answer


def is_in(client: Client) -> bool:
    return bool(client.get(HOME).status_code == 200)
