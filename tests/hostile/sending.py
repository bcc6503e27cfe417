"""Sending what is hostile, undoing it, and saying what the portal did wrong with it."""

import os
import random
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase
from hypothesis import settings as settings_of_hypothesis

from providers.scoping import open_scope
from tests.harness import cache
from tests.harness.digest import changed, digest
from tests.hostile.payloads import Payload
from tests.permissions.asking import Desk
from tests.permissions.world import Actor, World
from tests.tenancy.rows import tenant_models

IS_LONG: Final = os.environ.get("CLAUSIER_LONG") == "1"
_luck: Final = random.SystemRandom().randrange(2**32) if IS_LONG else 0
SEED: Final = int(os.environ.get("CLAUSIER_SEED", _luck))
WRITES: Final = ("INSERT", "UPDATE", "DELETE")
# Written by every request: that somebody is there.
PRESENCE: Final = (Session._meta.db_table, UserSession._meta.db_table)


def trials(short: int, long: int) -> settings_of_hypothesis:
    """The same cases every time in the short form; others each night, from a seed that is told."""
    return settings_of_hypothesis(
        max_examples=long if IS_LONG else short,
        derandomize=not IS_LONG,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@dataclass(slots=True)
class Post:
    """The post of the portal: everything that is handed in here is undone."""

    desk: Desk
    world: World
    before: dict[str, str] = field(default_factory=dict)

    def send(self, actor: Actor, path: str, payload: Payload) -> tuple[Any, list[str]]:
        """The answer, and the tables that a refusal left changed."""
        browser, session = self.desk.browser, self._session(actor)
        browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
        cache.begin()  # nobody is throttled
        if not self.before:
            self.before = self._digest()
        with transaction.atomic():
            with writes() as seen:
                response: Any = browser.generic(
                    "POST", path, payload.body, content_type=payload.content_type
                )
            is_refused = response.status_code >= 400
            left = changed(self.before, self._digest()) if is_refused and seen else []
            transaction.set_rollback(True)
        return response, left

    def _session(self, actor: Actor) -> str:
        """One that has been noted among the person's already: no request is their first."""
        is_new = actor.name not in self.desk.sessions
        session = self.desk.session(actor)
        if is_new:
            self.desk.browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
            self.desk.browser.get(reverse("account_profile"))
            self.before = {}
        return session

    def _digest(self) -> dict[str, str]:
        with open_scope(self.world.providers["a"].id):
            return digest([*tenant_models(), *_global_models()])


def _global_models() -> list[Any]:
    """What belongs to no house, but for somebody's presence."""
    return [model for model in admin.site._registry if model is not UserSession]


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that write anything but somebody's presence, while the body runs."""
    seen: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES) and not any(name in sql for name in PRESENCE):
            seen.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(watch):
        yield seen


def fault_of(response: Any) -> str:
    """Where the portal broke down, when it did."""
    if response.status_code < 500:
        return ""
    error = getattr(response, "exc_info", None)
    told = "".join(traceback.format_exception(*error)[-6:]) if error else ""
    return f"{response.status_code}\n{told}"
