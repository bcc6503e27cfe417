"""The page of an invitation, as newcomers, members and strangers find it; tokens (T3)."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from providers.enums import ProviderStatus, Role
from providers.models import Invitation, Membership, Provider, User
from providers.models.invitations import new_token
from providers.operations import deactivate_member, invite, resend_invitation, revoke_invitation
from providers.operations.houses import ask_for_house
from providers.scoping import open_scope
from tests.factories import PASSWORD, a_customer, a_member, a_provider
from tests.letters import path_to, token_to
from tests.portal.places import NOW, signed_in

EMAIL = "camille@portal.example"
WORD = "canarimaison"
ANSWER = {"name": "Camille Exemple", "password": "une phrase assez longue", "language": "fr"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(db: None) -> Provider:
    return a_provider("", slug="maison", trade_name=f"Atelier {WORD}")


@pytest.fixture
def owner(house: Provider) -> Membership:
    with open_scope(house.id):
        return a_member(Role.OWNER)


def invited(owner: Membership, email: str = EMAIL, **given: Any) -> str:
    with open_scope(owner.provider_id):
        known: dict[str, Any] = {"role": Role.TECHNICIAN, "at": NOW, "by": owner.user_id}
        invite(email=email, **(known | given))
        return path_to(email)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_newcomer_reads_who_invites_them_and_comes_in(owner: Membership, house: Provider) -> None:
    path, visitor = invited(owner), Client()
    page = visitor.get(path)
    assert page.status_code == 200
    assert WORD in text_of(page)
    assert EMAIL in text_of(page)
    answer = visitor.post(path, ANSWER)
    assert answer.status_code == 303
    assert answer["Location"] == f"/terrain/{house.slug}/"
    assert visitor.session["_auth_user_id"] == str(User.objects.get(email=EMAIL).pk)
    assert visitor.cookies["django_language"].value == "fr"
    assert visitor.get(path).status_code == 404


def test_reading_the_page_accepts_nothing(owner: Membership) -> None:
    path = invited(owner)
    for _ in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_practice_is_what_its_people_are_invited_to(owner: Membership) -> None:
    with open_scope(owner.provider_id):
        customer = a_customer("Cabinet du Port")
    path = invited(owner, role=Role.PRACTICE_STAFF, customer_id=customer.pk)
    visitor = Client()
    assert "Cabinet du Port" in text_of(visitor.get(path))
    assert visitor.post(path, ANSWER)["Location"] == f"/c/{customer.pk}/"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("password", "court"), ("password", ""), ("language", "xx"), ("name", "a\0b")],
)
def test_a_wrong_answer_is_said_at_its_field_and_the_link_stays_good(
    owner: Membership, field: str, value: str
) -> None:
    path = invited(owner)
    answer: Any = Client().post(path, {**ANSWER, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert "une phrase assez longue" not in text_of(answer)
    assert Client().post(path, ANSWER).status_code == 303


def test_whoever_has_an_account_signs_in_first(owner: Membership) -> None:
    path = invited(owner)
    with open_scope(a_provider("").id):
        known = a_member(Role.TECHNICIAN, email=EMAIL)
    page = Client().get(path)
    address = reverse("account_login")
    assert f"{address}?next={quote(path, safe='')}" in text_of(page)
    refused = Client().post(path, ANSWER)
    assert refused.status_code == 200
    known.user.refresh_from_db()
    assert known.user.check_password(PASSWORD)
    assert Membership.objects.filter(user=known.user).count() == 1
    accepted = signed_in(known).post(path)
    assert accepted.status_code == 303
    assert Membership.objects.filter(user=known.user, provider=owner.provider).exists()


def test_somebody_else_is_asked_to_sign_out(owner: Membership) -> None:
    path, browser = invited(owner), signed_in(owner)
    assert EMAIL in text_of(browser.get(path))
    assert browser.post(path, ANSWER).status_code == 200
    assert not User.objects.filter(email=EMAIL).exists()
    with open_scope(owner.provider_id):
        assert Invitation.objects.get().accepted_at is None


# --- What is not valid (T3) -----------------------------------------------------------------------

RESERVED = [
    "admin",
    "login",
    "null",
    "None",
    "undefined",
    "0",
    "-1",
    "*",
    "%",
    "_",
    "''",
    "..",
    ".",
]


def _mangled(token: str) -> Iterator[str]:
    yield from (token.upper(), token.lower(), token.swapcase(), token[::-1])
    yield from (f"{token}=", f" {token}", f"{token}\n", f"{token}/")
    yield from (token[:size] for size in range(1, len(token)))
    yield from (token[size:] for size in range(1, len(token)))
    for place in range(len(token)):
        yield token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def _dead(owner: Membership) -> Iterator[str]:
    """Tokens that were good once: accepted, taken back, sent again, too old, of a lost right."""
    with open_scope(owner.provider_id):
        for name in ("prise", "reprise", "refaite", "perdue"):
            by = a_member(Role.OWNER) if name == "perdue" else owner
            email = f"{name}@portal.example"
            row = invite(email=email, role=Role.TECHNICIAN, at=NOW, by=by.user_id)
            yield token_to(email)
            if name == "prise":
                Client().post(path_to(email), ANSWER)
            elif name == "reprise":
                revoke_invitation(invitation_id=row.pk, at=NOW, by=owner.user_id)
            elif name == "refaite":
                resend_invitation(invitation_id=row.pk, at=NOW, by=owner.user_id)
            else:
                deactivate_member(member_id=by.pk, at=NOW, by=owner.user_id)
        old = NOW - timedelta(days=14)
        invite(email="vieille@portal.example", role=Role.OWNER, at=old, by=owner.user_id)
        yield token_to("vieille@portal.example")


def tokens(owner: Membership, good: str) -> list[str]:
    """Five hundred that open nothing."""
    random.seed(3)
    kinds = [*RESERVED, "a\0b", "é" * 43, "x" * 3000, *_mangled(good), *_dead(owner)]
    return kinds + [new_token() for _ in range(500 - len(kinds))]


def _path(house: str, token: str) -> str:
    return f"/invitation/{house}/{quote(token, safe='')}/"


def test_five_hundred_tokens_open_nothing_and_say_nothing(owner: Membership) -> None:
    good = invited(owner)
    found = tokens(owner, good.rstrip("/").rpartition("/")[2])
    assert len(found) >= 500
    visitor, before = Client(), User.objects.count()
    pages = {_neutral(visitor, _path("maison", each)) for each in found} - {""}
    assert len(pages) == 1, "what is not valid looks the same whatever it was"
    a_provider("", slug="voisine")
    for each in found[::10]:
        others = {_neutral(visitor, _path(house, each)) for house in ("voisine", "nulle-part")}
        assert others - {""} <= pages
        assert visitor.post(_path("maison", each), ANSWER).status_code == 404
    assert User.objects.count() == before
    assert visitor.get(good).status_code == 200


def _neutral(visitor: Client, path: str) -> str:
    """The page without its own address; "" where no such page exists at all."""
    answer = visitor.get(path)
    text = text_of(answer)
    assert answer.status_code == 404, path
    assert WORD not in text
    known = answer.templates and answer.templates[0].name == "portal/invitation_over.html"
    return re.sub(r'name="(next|csrfmiddlewaretoken)" value="[^"]*"', r"\1", text) if known else ""


def test_a_good_token_opens_nothing_elsewhere(owner: Membership, house: Provider) -> None:
    path = invited(owner)
    a_provider("", slug="voisine")
    assert Client().get(path.replace("maison", "voisine")).status_code == 404
    assert Client().get(f"/maison/{path.split('/')[3]}/").status_code == 404
    letter = ask_for_house(email=EMAIL, at=NOW)
    assert Client().get(f"/invitation/maison/{letter.token}/").status_code == 404
    Provider.objects.filter(pk=house.pk).update(status=ProviderStatus.SUSPENDED)
    assert Client().get(path).status_code == 404


def test_the_token_is_in_no_log(owner: Membership, caplog: pytest.LogCaptureFixture) -> None:
    path = invited(owner)
    with caplog.at_level("INFO"):
        Client().get(path)
    lines = [record.getMessage() for record in caplog.records]
    assert any("/invitation/" in line for line in lines)
    assert not any(path in line for line in lines)
