"""T26: a session is new at sign-in, dies everywhere when it should, and lives no longer."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from portal.account import sessions
from providers.enums import Role
from providers.models import User
from tests.factories import PASSWORD
from tests.portal.account.conftest import (
    HOME,
    NOW,
    give_password,
    is_in,
    of_practice,
    sign_in,
)

NEW = "vingt tilleuls en fleur"
MINUTE = timedelta(minutes=1)


def session_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_session_is_another_one_after_signing_in(manager: User) -> None:
    client = Client()
    client.get("/compte/connexion/")
    client.session.save()
    give_password(client, manager.email, "wrong")
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)
    sign_in(client, manager)
    assert before is None or before.value != session_of(client)
    assert len(session_of(client)) >= 32


def test_nothing_of_a_visitor_s_session_survives_the_sign_in(manager: User) -> None:
    """Somebody who planted the id of a session in the browser learns nothing by it."""
    client = Client()
    client.get("/compte/connexion/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    sign_in(client, manager)
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    assert not is_in(planted)


def test_signing_out_ends_the_session_on_the_server(manager: User) -> None:
    client, thief = Client(), Client()
    sign_in(client, manager)
    thief.cookies[settings.SESSION_COOKIE_NAME] = session_of(client)
    assert is_in(thief)
    client.post("/compte/deconnexion/")
    assert not is_in(client)
    assert not is_in(thief)


def test_a_disabled_account_is_out_at_its_next_request(manager: User) -> None:
    client = Client()
    sign_in(client, manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert not is_in(client)
    assert give_password(client, manager.email).headers["Location"] == "/compte/ferme/"


def test_a_new_password_ends_every_other_session(manager: User) -> None:
    here, there = Client(), Client()
    sign_in(here, manager)
    sign_in(there, manager)
    data = {"password1": NEW, "password2": NEW}
    assert here.post("/compte/mot-de-passe/", data).status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert UserSession.objects.filter(user=manager).count() == 1


def test_a_new_factor_ends_every_other_session(
    manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    here, there = Client(), Client()
    sign_in(here, manager)
    sign_in(there, manager)
    from tests.portal.account.test_second_factor import enrol

    with django_capture_on_commit_callbacks(execute=True):
        enrol(here)
    assert is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize(
    ("role", "idle"),
    [
        (Role.PRACTICE_MANAGER, timedelta(hours=3)),
        (Role.PRACTICE_STAFF, timedelta(hours=3)),
        (Role.PRACTICE_ACCOUNTANT, timedelta(minutes=30)),
    ],
)
def test_an_idle_session_ends(owner: User, clock: Any, role: Role, idle: timedelta) -> None:
    user = of_practice(role, "quelqu.un@cabinet.example")
    client = Client()
    sign_in(client, user)
    clock.move_to(NOW + idle - MINUTE)
    assert is_in(client)
    clock.move_to(NOW + idle - MINUTE + idle + MINUTE)
    answer = client.get(HOME)
    assert answer.headers["Location"] == f"/compte/connexion/?next={HOME}"
    assert not UserSession.objects.filter(user=user).exists()


def test_a_session_in_use_ends_after_twelve_hours(manager: User, clock: Any) -> None:
    client = Client()
    sign_in(client, manager)
    for minutes in range(0, 12 * 60, 60):
        clock.move_to(NOW + timedelta(minutes=minutes))
        assert is_in(client)
    clock.move_to(NOW + timedelta(hours=12) - MINUTE)
    assert is_in(client)
    clock.move_to(NOW + timedelta(hours=12) + MINUTE)
    assert not is_in(client)


def test_the_end_would_be_missed(
    manager: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: no session is ever over."""
    monkeypatch.setattr(sessions, "is_over", lambda session, now: False)
    client = Client()
    sign_in(client, manager)
    clock.move_to(NOW + timedelta(hours=11, minutes=59))
    assert is_in(client)


def test_the_cookies_are_out_of_reach(manager: User) -> None:
    client = Client()
    sign_in(client, manager)
    for name in (settings.SESSION_COOKIE_NAME, settings.DEVICE_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""
        assert cookie["path"] == "/"


def test_the_list_shows_each_device_and_ends_one_or_all(manager: User) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/130.0"
    here, there, third = Client(HTTP_USER_AGENT=firefox), Client(), Client()
    for client in (here, there, third):
        sign_in(client, manager)
    page = here.get("/compte/sessions/").content.decode()
    assert "Firefox, Windows" in page
    assert page.count("127.0.0.1") >= 3
    other = UserSession.objects.get(session_key=session_of(there))
    assert here.post("/compte/sessions/", {"session": str(other.pk)}).status_code == 303
    assert not is_in(there)
    assert is_in(third)
    here.post("/compte/sessions/", {"session": "others"})
    assert not is_in(third)
    assert is_in(here)


@pytest.mark.parametrize("chosen", ["", "x", "-1", "99999999999999", "\0", "²"])
def test_a_session_that_is_nobody_s_ends_nothing(manager: User, owner: User, chosen: str) -> None:
    mine, theirs = Client(), Client()
    sign_in(mine, manager)
    theirs.force_login(owner)
    assert is_in(theirs)
    foreign = UserSession.objects.get(user=owner)
    for session in (chosen, str(foreign.pk)):
        assert mine.post("/compte/sessions/", {"session": session}).status_code == 303
    assert is_in(theirs)
    assert is_in(mine)


def test_a_reset_ends_all_sessions_and_keeps_the_factor(owner: User, mailoutbox: Any) -> None:
    client = Client()
    sign_in(client, owner)
    visitor = Client()
    visitor.post("/compte/oubli/", {"email": owner.email})
    link = next(word for word in mailoutbox[-1].body.split() if "/compte/oubli/" in word)
    path = visitor.get(link.partition("testserver")[2]).headers["Location"]
    answer = visitor.post(path, {"password1": NEW, "password2": NEW})
    assert answer.headers["Location"] == "/compte/oubli/fait/"
    assert not is_in(client)
    assert not is_in(visitor)
    answer = give_password(visitor, owner.email, NEW)
    assert answer.headers["Location"] == "/compte/connexion/second-facteur/"
    assert not is_in(visitor)
    assert give_password(Client(), owner.email, PASSWORD).status_code == 422


@pytest.mark.parametrize("target", ["http://[::1", "//[", "http://]/x"])
def test_a_page_to_go_to_that_is_no_address_leads_nowhere(db: None, target: str) -> None:
    """Python refuses to take such an address apart; the sign-in page stands all the same."""
    for path in ("/compte/connexion/", "/compte/oubli/"):
        assert Client().get(path, {"next": target}).status_code == 200
