"""Links that open without signing in, or by what they say (T3): 500 that nobody was given each."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_from_bytes

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils.translation import gettext

from portal import invitations
from portal.account.profile import SALT
from providers.operations import find_invitation
from providers.operations.houses import ask_for_house
from tests.harness import cache
from tests.hostile.given import INVITED, invited
from tests.hostile.sending import IS_LONG, SEED, Post, fault_of
from tests.hostile.values import TEXTS
from tests.permissions.asking import LINK, Desk
from tests.permissions.reading import text_of
from tests.permissions.routes import OF_ALLAUTH, routes
from tests.permissions.world import ALL_WORDS, NOW, WORDS, Actor, World

MANY: Final = 5_000 if IS_LONG else 500
RESERVED: Final = (
    "none", "null", "undefined", "true", "0", "-1", "1", "*", "%", "_", "__all__", "all", "any",
    "admin", "me", "self", "new", "nouveau", "test", "demo", "public", "token", "secret", "..",
    ".", "%2e%2e", "%00", "x", "None", "False", "NaN", "{token}", "<str:token>", "[]", "{}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A page behind a token: what a good one shows, and tokens that were good for something."""

    name: str
    actor: Actor
    path: Callable[[str], str]
    good: str
    shows: str
    foreign: tuple[str, ...] = ()
    # Made of digits to base 16 and 36: other letters, and white space around, say the same.
    is_number: bool = False

    def is_good(self, token: str) -> bool:
        said = token.strip().lower() if self.is_number else token
        return said == self.good


def _quoted(token: str) -> str:
    return quote_from_bytes(token.encode("utf-8", "surrogatepass"), safe="")


def hostile_tokens(link: Link) -> list[str]:
    """Reserved, foreign, cut, changed, in other letters, signs around, far too long, guessed."""
    good, luck, places = link.good, random.Random(SEED), range(len(link.good))
    changed = [good[:place] for place in places]
    changed += [good[place:] for place in places[1:]]
    changed += [
        good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :] for n in range(len(good))
    ]
    changed += [good.swapcase(), good.upper(), good.lower(), good * 2, good[::-1], good.title()]
    changed += [
        f"{good}{sign}" for sign in ("\x00", "/", "//x", " ", "\n", ".", "=", "%00", ";a=1")
    ]
    changed += [f"{sign}{good}" for sign in ("\x00", " ", "../", "./", "\ufeff", "%", "*")]
    changed += ["a" * 100_000, good + "a" * 100_000, ":" * 5_000, "é" * 1_000]
    letters = "".join(sorted(set(good)))
    guessed = ("".join(luck.choices(letters, k=len(good))) for _ in range(MANY))
    kept = [*RESERVED, *TEXTS, *link.foreign, *luck.sample(changed, min(len(changed), MANY // 2))]
    known = [token for token in kept if token and not link.is_good(token)]
    return [*known, *guessed][:MANY]


@pytest.fixture(scope="module")
def links(desk: Desk, world: World) -> dict[str, Link]:
    owner = world.actors["a-owner"]
    assert owner.user is not None
    desk.session(owner)  # whoever signs in makes an earlier link worthless
    owner.user.refresh_from_db()
    return {link.name: link for link in _links(world)}


def _links(world: World) -> Iterator[Link]:
    nobody, owner = world.actors["anonymous"], world.actors["a-owner"]
    own, foreign = (invited(world, house, f"{house}.{INVITED}") for house in ("a", "b"))
    expired = invited(world, "a", f"late.{INVITED}", days=400)
    house = ask_for_house(email=f"maison.{INVITED}", at=NOW).token
    yield Link(
        "invitation",
        nobody,
        lambda token: f"/invitation/maison-a/{_quoted(token)}/",
        own,
        INVITED,
        (foreign, expired, house, LINK),
    )
    yield Link(
        "house_invitation",
        nobody,
        lambda token: f"/maison/{_quoted(token)}/",
        house,
        INVITED,
        (own, foreign, expired, LINK),
    )
    yield _unsubscribing(nobody)
    yield from _of_the_account(nobody, owner)


def _unsubscribing(nobody: Actor) -> Link:
    other = signing.dumps(["0" * 32, "price_revised"], salt="another")
    wrong = [signing.dumps(said, salt="unsubscribe") for said in ("x", [1], [None, None], {"a": 1})]
    strange = signing.dumps(["0" * 32, "no_such_event"], salt="unsubscribe")
    return Link(
        "unsubscribe",
        nobody,
        lambda token: f"/desabonnement/{_quoted(token)}/",
        LINK,
        gettext("No longer receive these messages").lower(),
        (other, *wrong, strange),
    )


def _of_the_account(nobody: Actor, owner: Actor) -> Iterator[Link]:
    user = owner.user
    assert user is not None
    wanted = f"neuve.{INVITED}"
    said = [str(user.pk), user.email, wanted]
    others = ([str(user.pk), "x@y.example", wanted], ["0" * 32, user.email, wanted], "x", [1, 2, 3])
    yield Link(
        "account_confirm_address",
        owner,
        lambda token: f"/compte/adresse/{_quoted(token)}/",
        signing.dumps(said, salt=SALT),
        wanted,
        (*(signing.dumps(each, salt=SALT) for each in others), signing.dumps(said, salt="another")),
    )
    yield Link(
        "account_reset_password_from_key",
        nobody,
        lambda token: f"/compte/oubli/{_quoted(token)}/",
        f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}",
        'name="password1"',
        (f"{user_pk_to_url_str(user)}-set-password", "0-0", f"0-{LINK}"),
        is_number=True,
    )


NAMES = (
    "invitation", "house_invitation", "unsubscribe", "account_confirm_address",
    "account_reset_password_from_key",
)  # fmt: skip


def opened(desk: Desk, link: Link, token: str, method: str = "GET") -> tuple[Any, str]:
    """The page at the end of a link, by a browser of its own; undone."""
    browser = Client(raise_request_exception=False)
    if link.actor.user is not None:
        browser.cookies[settings.SESSION_COOKIE_NAME] = desk.session(link.actor)
    cache.begin()
    with transaction.atomic():
        response: Any = browser.generic(method, link.path(token))
        if response.status_code == 302 and "oubli" in response["Location"]:
            response = browser.get(response["Location"])
        text = text_of(response)
        transaction.set_rollback(True)
    return response, text


def shown_by(post: Post, link: Link, tokens: list[str]) -> list[str]:
    """Tokens that show what only the good one shows, or a word of any house, or a failure."""
    own = post.world.words_for(link.actor) if link.actor.user else set()
    found = []
    for place, token in enumerate(tokens):
        response, text = opened(post.desk, link, token, "GET" if place % 4 else "POST")
        told = [word for word in (link.shows, *(ALL_WORDS - own)) if word in text]
        fault = fault_of(response) or ", ".join(told)
        found += [f"{link.name} {token[:200]!r}: {response.status_code} {fault}"] if fault else []
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_token_that_nobody_was_given_shows_nothing(
    post: Post, links: dict[str, Link], name: str
) -> None:
    response, text = opened(post.desk, links[name], links[name].good)
    assert response.status_code == 200
    assert links[name].shows in text
    tokens = hostile_tokens(links[name])
    assert len(tokens) == MANY
    assert len(set(tokens)) > MANY * 0.9
    found = shown_by(post, links[name], tokens)
    assert not found, "\n".join(found[:20])


def test_a_secret_that_the_sending_service_was_not_given_opens_nothing(
    post: Post, world: World, settings: Any
) -> None:
    """Its address takes reports by POST alone, and does not exist for anybody else."""
    good = "a-secret-of-the-service-0123456789"
    settings.MAIL_SERVICE, settings.MAIL_WEBHOOK_SECRET = "brevo", good
    nobody = world.actors["anonymous"]
    link = Link("mail_reports", nobody, lambda secret: f"/retours/{_quoted(secret)}/", good, "")
    assert opened(post.desk, link, good, "POST")[0].status_code == 400  # no report in it
    answers = {
        opened(post.desk, link, each, "POST")[0].status_code for each in hostile_tokens(link)
    }
    assert answers <= {301, 404}


def test_every_link_is_asked() -> None:
    """Whatever public address holds a token; the secret of the sending service is above."""
    rules = {route.name: route.rule for route in routes()}
    with_token = {
        route.name
        for route in routes()
        if {"token", "link", "key", "uidb36"} & set(route.parameters)
        and (route.name in OF_ALLAUTH or rules[route.name].side in ("public", "user"))  # type: ignore[union-attr]
    }
    assert with_token == set(NAMES)


def test_a_page_that_opens_by_the_start_of_a_token_is_found(
    post: Post, links: dict[str, Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a look-up by what the token begins with; a page over that tells of the house."""
    link, find = links["invitation"], find_invitation

    def by_its_start(token: str, *, at: Any) -> Any:
        return find(link.good if token and link.good.startswith(token[:3]) else token, at=at)

    tokens = hostile_tokens(link)[len(RESERVED) :][:99]
    monkeypatch.setattr(invitations, "find_invitation", by_its_start)
    assert any(INVITED in fault for fault in shown_by(post, link, tokens))
    monkeypatch.setattr(invitations, "over_page", _telling)
    assert any(WORDS["b"] in fault for fault in shown_by(post, link, tokens))


def _telling(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"No invitation of {WORDS['b']} waits here", status=404)
