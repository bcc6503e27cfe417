"""Refusals say what is missing, failures give a number, conflicts show both versions."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils import translation

from portal import errors
from portal.components import Fact
from providers.doors import Rule
from providers.permissions import Capability, Level


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    """A visitor's request, as the middleware would have completed it."""
    request = rf.get("/somewhere/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def test_every_capability_has_the_words_of_its_refusal() -> None:
    """A refusal that cannot name what is missing is a failure instead."""
    assert set(Capability) == set(errors.RIGHTS)


def behind(rule: Rule) -> ResolverMatch:
    def view(request: HttpRequest) -> None: ...

    view.rule = rule  # type: ignore[attr-defined]
    return ResolverMatch(view, (), {})


@pytest.mark.parametrize(
    ("level", "words"),
    [(Level.READ, "right to read"), (Level.WRITE, "right to change")],
)
def test_a_refusal_names_the_missing_right(request_: HttpRequest, level: Level, words: str) -> None:
    request_.resolver_match = behind(Rule("workshop", Capability.INVOICES, level))
    with translation.override("en"):
        answer = errors.permission_denied(request_, PermissionDenied("no"))
    assert answer.status_code == 403
    assert words in answer.text
    assert "<strong>invoices</strong>" in answer.text


def test_a_refusal_without_a_rule_gives_its_own_words(request_: HttpRequest) -> None:
    answer = errors.permission_denied(request_, PermissionDenied("The trial is over."))
    assert "The trial is over." in answer.text


def test_every_capability_has_a_name() -> None:
    assert set(errors.RIGHTS) == set(Capability)


def test_a_failure_gives_its_number_and_needs_nothing(request_: HttpRequest) -> None:
    request_.request_number = "0123abc"  # type: ignore[attr-defined]
    answer = errors.server_error(request_)
    assert answer.status_code == 500
    assert "0123abc" in answer.text
    assert answer.text.count("<h1") == 1


def test_a_conflict_shows_both_versions(request_: HttpRequest) -> None:
    answer = errors.conflict(
        request_,
        explanation="Somebody else saved first.",
        mine=[Fact("city", "Saint-Denis")],
        theirs=[Fact("city", "Saint-Pierre")],
        back_url="/back/",
    )
    assert answer.status_code == 409
    assert "Saint-Denis" in answer.text
    assert "Saint-Pierre" in answer.text


def test_a_form_without_its_token_says_that_nothing_was_recorded() -> None:
    answer = Client(enforce_csrf_checks=True).post("/apparence/", {"appearance": "dark"})
    assert answer.status_code == 403
    assert answer.text.count("<h1") == 1
    assert "appearance" not in answer.cookies


def test_a_malformed_request_is_answered_in_the_same_look(request_: HttpRequest) -> None:
    assert errors.bad_request(request_, ValueError()).status_code == 400


@pytest.mark.parametrize("charset", ["zlib", "rot13", "utf-16", "nothing", ""])
@pytest.mark.parametrize("path", ["/langue/", "/api/v1/customers"])
def test_what_is_said_to_be_no_utf_8_is_refused_before_it_is_read(
    client: Client, db: None, path: str, charset: str
) -> None:
    """Python knows codecs that are no encodings of text; the framework would have tried them."""
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nen\r\n--x--\r\n'
    assert client.generic("POST", path, body, content_type=kind).status_code == 400
