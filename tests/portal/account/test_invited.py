"""T25, invitations: whoever invites, or holds a dead link, learns not who has an account.

Whoever holds a link that is good reads the mail of that address: their page asks them to sign in,
or to choose a password, and may (docs/decisions/0009).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.house_letters import send_house_letter
from providers.enums import Role
from providers.models import Customer, Mail, User
from providers.models.invitations import new_token
from providers.operations import invite, revoke_invitation
from providers.scoping import open_scope
from tests.factories import PASSWORD, a_customer, a_member, a_provider, an_operator
from tests.letters import path_to
from tests.portal.account.conftest import NOW, SLUG, of_practice

KNOWN, UNKNOWN = "connue@ailleurs.example", "inconnu@ailleurs.example"
NEWCOMER = {"name": "Camille Exemple", "password": PASSWORD, "language": "fr"}


@dataclass(frozen=True, slots=True)
class Houses:
    """One house with a practice; next door somebody has an account, who is nobody here."""

    owner: User
    manager: User
    operator: User
    customer: Customer

    def signed_in(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


@pytest.fixture
def houses(owner: User, settings: Any) -> Houses:
    settings.OPEN_SIGN_UP = True
    manager = of_practice(Role.PRACTICE_MANAGER, "dominique@cabinet.example")
    with open_scope(a_provider("", slug="voisin").id):
        a_member(Role.OWNER, email=KNOWN)
    with open_scope(owner.memberships.get().provider_id):
        customer = a_customer("Cabinet des Pins")
    return Houses(owner, manager, an_operator(), customer)


def dead_link(houses: Houses, email: str) -> str:
    """Of an invitation that was taken back."""
    provider_id, by = houses.owner.memberships.get().provider_id, houses.owner.pk
    with open_scope(provider_id):
        sent = invite(email=email, role=Role.TECHNICIAN, language="fr", at=NOW, by=by)
        path = path_to(email)
        revoke_invitation(invitation_id=sent.pk, at=NOW, by=by)
    return path


def at_the_practice(houses: Houses) -> str:
    return f"/c/{houses.manager.memberships.get().customer_id}/parametres/personnes/inviter/"


def inviting(
    who: Callable[[Houses], User], where: Callable[[Houses], str], **values: str
) -> Callable[[Houses, str], Callable[[], Any]]:
    def prepared(houses: Houses, email: str) -> Callable[[], Any]:
        client, sent = houses.signed_in(who(houses)), {"email": email, "language": "fr", **values}
        path = where(houses)
        return lambda: client.post(path, sent)

    return prepared


def coming_in(
    path_of: Callable[[Houses, str], str], **values: str
) -> Callable[[Houses, str], Callable[[], Any]]:
    def prepared(houses: Houses, email: str) -> Callable[[], Any]:
        path = path_of(houses, email)
        return lambda: Client().post(path, values)

    return prepared


DOORS: dict[str, Callable[[Houses, str], Callable[[], Any]]] = {
    "a colleague": inviting(
        lambda houses: houses.owner,
        lambda _: f"/atelier/{SLUG}/reglages/membres/inviter/",
        role="TECHNICIAN",
    ),
    "of a practice, by the house": inviting(
        lambda houses: houses.owner,
        lambda houses: f"/atelier/{SLUG}/clients/{houses.customer.pk}/personnes/inviter/",
        role="PRACTICE_MANAGER",
    ),
    "of a practice, by itself": inviting(
        lambda houses: houses.manager, at_the_practice, role="PRACTICE_MANAGER"
    ),
    "a first owner": inviting(
        lambda houses: houses.operator, lambda _: "/plateforme/maisons/inviter/", preset=""
    ),
    "sign-up": lambda _houses, email: lambda: Client().post("/inscription/", {"email": email}),
    "a link taken back": coming_in(dead_link, **NEWCOMER),
    "a link that never was": coming_in(
        lambda _houses, _email: f"/invitation/{SLUG}/{new_token()}/", **NEWCOMER
    ),
    "a house by a link that never was": coming_in(
        lambda _houses, _email: f"/maison/{new_token()}/",
        **{**NEWCOMER, "trade_name": "Atelier", "slug": "atelier"},
    ),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What one request was answered, and what was worked for it."""

    status: int
    place: str
    body: str
    statements: list[str]
    hashes: int
    letters: int


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: Any, password: str, salt: str) -> str:
        seen.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return seen


def done(act: Callable[[], Any], email: str, hashed: list[str], houses: Houses) -> Done:
    before = letters(houses)
    hashed.clear()
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    body = re.sub(r"[A-Za-z0-9_-]{24,}", "token", answer.content.decode())
    return Done(
        answer.status_code,
        re.sub(r"[0-9a-f-]{36}", "id", answer.get("Location", "")),
        body.replace(email, "E-MAIL"),
        [_shape(query["sql"]) for query in asked.captured_queries],
        len(hashed),
        letters(houses) - before,
    )


def _shape(sql: str) -> str:
    """The statement without its values: a literal, a number, the name of a savepoint."""
    return re.sub(r"'[^']*'|\b\d+\b|\"s\d+_x\d+\"", "?", sql)


def letters(houses: Houses) -> int:
    with open_scope(houses.owner.memberships.get().provider_id):
        return len(mail.outbox) + Mail.objects.count()


@pytest.mark.parametrize("door", DOORS)
def test_a_known_and_an_unknown_address_are_answered_and_worked_for_alike(
    houses: Houses, hashed: list[str], door: str
) -> None:
    done(DOORS[door](houses, "chauffe@ailleurs.example"), "", hashed, houses)  # fills the caches
    known, unknown = (DOORS[door](houses, email) for email in (KNOWN, UNKNOWN))
    found, other = done(known, KNOWN, hashed, houses), done(unknown, UNKNOWN, hashed, houses)
    assert found.statements == other.statements
    assert found == other
    assert found.status in (302, 303, 404)


def test_a_difference_in_the_work_would_be_seen(
    houses: Houses, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: an account is looked for, and a letter goes to those alone who have none."""

    def only_to_newcomers(letter: Any) -> None:
        if not User.objects.filter(email=letter.invitation.email).exists():
            send_house_letter(letter)

    monkeypatch.setattr("portal.houses.send_house_letter", only_to_newcomers)
    known = done(DOORS["sign-up"](houses, KNOWN), KNOWN, hashed, houses)
    unknown = done(DOORS["sign-up"](houses, UNKNOWN), UNKNOWN, hashed, houses)
    assert known.letters != unknown.letters
    assert (known.status, known.body) == (unknown.status, unknown.body)
