"""Logs name nobody: canaries are sent through everything, and none comes out."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.contrib.auth.signals import user_logged_in
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config import logs
from config.celery import app
from config.logs import logging_settings, told_path
from config.urls import handler500, urlpatterns  # noqa: F401  the planted addresses need them
from core import clock
from providers.doors import public
from providers.enums import Role
from providers.models import User
from providers.operations.sending import relay_mails
from providers.scoping import open_scope
from tests.factories import PASSWORD, a_customer, a_member, a_provider
from tests.harness.smtp import smtp_sink
from tests.permissions.letters import a_letter

# Nothing of these may ever be read in a line.
CANARIES = (
    "canari", "Zébulon", "06 99 88 77 66", "FR7630006000011234567890189", "203.0.113.77",
    "mot-de-passe-du-secret", "jeton-tres-secret",
)  # fmt: skip
EMAIL = "zoe.canari@cabinet.example"


@public("GET", "POST")
def crashing(request: HttpRequest) -> HttpResponse:
    """Fails as the database does, quoting what it was given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO providers_user (id, email, password, name, language, has_shortcuts,"
            " is_active, is_staff, is_operator, is_superuser, joined_at)"
            " VALUES (gen_random_uuid(), %s, 'x', 'Zébulon', 'fr', true, true, false, false,"
            " false, now())",
            [EMAIL],
        )
    raise AssertionError("the address was taken")


@public()
def raising(request: HttpRequest, token: str) -> HttpResponse:
    raise ValueError(f"{token} of Zébulon, 06 99 88 77 66")


urlpatterns = [
    *urlpatterns,
    path("panne/", crashing, name="crashing"),
    path("panne/<str:token>/", raising, name="raising"),
]


class Written:
    """Everything that was logged, as JSON."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def leaks(self) -> list[str]:
        plain = self.text + json.dumps(self.lines, ensure_ascii=False)
        return [word for word in CANARIES if word.lower() in plain.lower()]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """The logging of an installation, into memory."""
    found = Written()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    settings = logging_settings(level="DEBUG", form="json")
    settings["handlers"]["lines"] |= {"stream": found.stream}
    settings["loggers"]["django.db.backends"] = {"level": "INFO"}
    settings["loggers"]["asyncio"] = {"level": "INFO"}
    logging.config.dictConfig(settings)
    yield found
    logging.getLogger().handlers[:], logging.getLogger().level = before
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.77")


@pytest.fixture
def person(db: None) -> User:
    with open_scope(a_provider(slug="maison-canari").pk):
        return a_member(Role.OWNER, email=EMAIL, name="Zébulon Canari").user


# --- Canaries -------------------------------------------------------------------------------------


def test_pages_and_sign_in_name_nobody(written: Written, visitor: Client, person: User) -> None:
    visitor.get("/compte/connexion/?next=/canari/")
    visitor.post("/compte/connexion/", {"login": EMAIL, "password": "mot-de-passe-du-secret"})
    visitor.post("/compte/oubli/", {"email": EMAIL})
    visitor.post("/compte/connexion/code/", {"email": EMAIL})
    visitor.get("/invitation/jeton-tres-secret/")
    visitor.get("/desabonnement/jeton-tres-secret/")
    visitor.get("/canari/zoe.canari@cabinet.example/?tel=06 99 88 77 66")
    visitor.get("/atelier/maison-canari/clients/?q=Zébulon")
    visitor.force_login(person)
    visitor.get("/atelier/maison-canari/clients/?q=Zébulon")
    visitor.get("/atelier/maison-canari/recherche/?q=canari")
    assert written.leaks() == []
    requests = [line for line in written.lines if line["event"] == "request"]
    assert len(requests) == 10
    assert requests[-1]["user"] == str(person.pk)
    assert requests[-1]["provider"] == str(person.memberships.get().provider_id)
    assert requests[-1]["path"] == "/atelier/…/recherche/"
    assert {line["path"] for line in requests[6:7]} == {"…"}


def test_a_failure_of_the_database_quotes_no_row(
    written: Written, visitor: Client, person: User, settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    answer = visitor.post("/panne/?q=canari", {"email": EMAIL})
    assert answer.status_code == 500
    assert written.leaks() == []
    [line] = [line for line in written.lines if "failure" in line]
    assert line["request"] == answer["X-Request-Id"]
    assert line["failure"][-1]["type"] == "django.db.utils.IntegrityError"
    assert line["failure"][0]["sqlstate"] == "23505"
    assert line["failure"][0]["constraint"] == "providers_user_email_key"
    assert any("test_logs.py" in frame for frame in line["failure"][-1]["frames"])


def test_an_error_with_words_of_people_keeps_them(
    written: Written, visitor: Client, db: None, settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    answer = visitor.get("/panne/jeton-tres-secret/")
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.text
    assert "ValueError" not in answer.text
    assert not [word for word in CANARIES if word in answer.text]
    assert written.leaks() == []
    assert [line["path"] for line in written.lines if line["event"] == "request"] == ["/panne/…/"]


def test_sending_mail_names_nobody(written: Written, db: None, settings: Any) -> None:
    provider = a_provider()
    with open_scope(provider.pk):
        customer = a_customer("Cabinet Canari", email=EMAIL)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with smtp_sink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        for number, refusal in enumerate(("", "451 canari", "550 5.1.1 zoe.canari")):
            with open_scope(provider.pk):
                mail = a_letter(customer.pk, f"canari{number}")
            sink.refused[mail.recipient] = refusal or "250 ok"
            relay_mails(provider_id=provider.pk, now=clock.now)
    assert written.leaks() == []


def test_a_task_that_fails_names_nobody(written: Written, db: None) -> None:
    def failing(**spare: Any) -> None:
        raise IntegrityError(f"Key (email)=({EMAIL}) already exists.")

    task = app.task(name="tests.failing", bind=False)(failing)
    task.apply(kwargs={"email": EMAIL}, throw=False)
    app.tasks.unregister("tests.failing")
    assert written.leaks() == []
    found = [line for line in written.lines if line.get("task") == "tests.failing"]
    assert found
    assert found[-1]["failure"][-1]["type"] == "django.db.utils.IntegrityError"


def test_the_extra_things_of_libraries_are_left_out(written: Written) -> None:
    found = logging.getLogger("django.request")
    extra = {"status_code": 500, "request": f"<WSGIRequest: GET '/?q={EMAIL}'>"}
    found.error("%s: %s", "Internal Server Error", f"/{EMAIL}/", extra=extra)
    logging.getLogger("somebody.else").warning("Sent to %s", EMAIL)
    assert written.leaks() == []
    first, second = written.lines
    assert (first["event"], first["status"]) == ("%s: %s", 500)
    assert second["event"] == "Sent to %s"


PLANTED = {
    "the query of an address": lambda request: request.get_full_path(),
    "an address as it was written": lambda request: request.path,
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_line_that_tells_the_address_is_found(
    written: Written, visitor: Client, db: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Planted: what the middleware told before."""
    monkeypatch.setattr(logs, "told_path", PLANTED[name])
    visitor.get("/atelier/maison-canari/?q=canari")
    assert written.leaks() == ["canari"]


def test_messages_filled_in_are_found(written: Written) -> None:
    """Planted: the usual formatter, without our processors."""
    handler = logging.getLogger().handlers[0]
    handler.setFormatter(logging.Formatter('{"event": "%(message)s"}'))
    logging.getLogger("somebody.else").warning("Sent to %s", EMAIL)
    assert written.leaks() == ["canari"]


# --- What a line holds ----------------------------------------------------------------------------


def test_probes_write_no_line(written: Written, client: Client, db: None) -> None:
    for path_ in ("/healthz", "/readyz", "/metrics"):
        client.get(path_)
    assert [line for line in written.lines if line["event"] == "request"] == []


def test_a_line_written_in_a_scope_names_its_provider(written: Written, db: None) -> None:
    provider = a_provider()
    with open_scope(provider.pk):
        logging.getLogger("providers.jobs").warning("looked at")
    logging.getLogger("providers.jobs").warning("looked away")
    inside, outside = written.lines[-2:]
    assert inside["provider"] == str(provider.pk)
    assert "provider" not in outside


class Match:
    def __init__(self, route: str, **kwargs: Any) -> None:
        self.route, self.kwargs = route, kwargs


@pytest.mark.parametrize(
    ("route", "kwargs", "told"),
    [
        ("c/<uuid:key>/factures/", {"key": uuid4()}, "/c/{key}/factures/"),
        ("atelier/<slug:key>/<int:year>/", {"key": "canari", "year": 2026}, "/atelier/…/2026/"),
        ("jour/<day:day>/", {"day": date(2026, 1, 2)}, "/jour/2026-01-02/"),
        ("^cle/(?P<key>[^/]+)/$", {"key": "canari"}, None),
    ],
)
def test_a_path_is_told_by_its_route(route: str, kwargs: dict[str, Any], told: str | None) -> None:
    request = HttpRequest()
    request.resolver_match = Match(route, **kwargs)  # type: ignore[assignment]
    assert "canari" not in told_path(request)
    if told:
        assert told_path(request) == told.format(**kwargs)


def test_signing_in_is_a_line_without_a_name(
    written: Written, client: Client, person: User
) -> None:
    assert user_logged_in.receivers  # what allauth does then must not be written either
    client.post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    assert written.leaks() == []
