"""Pages in a real Chromium, under watch.

`visit` is one watched page of somebody who is not signed in, `visiting(user)` one of somebody who
is. Complaints of the browser (errors, warnings, whatever the policy refuses, answers of 400 and
above that the test has not announced in `visit.expected`) fail the test. `accessible(page)`
runs axe on the page as it stands, `accessible_everywhere(page)` on a phone and on a desktop in
both themes, and sees to it that nothing scrolls sideways.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from providers.models import User
from tests.browser.audit import SIZES, Visit, violations, violations_everywhere
from tests.harness.database import Databases
from tests.permissions.world import NOW, World, build_world


@pytest.fixture
def world(transactional_db: None, databases: Databases) -> Iterator[World]:
    """That of the permission matrix, committed; at its own hour."""
    with time_machine.travel(NOW):
        yield databases.holding("world", build_world)


@pytest.fixture
def visiting(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Open a watched page: `visiting(user, size="phone", **options of the browser's context)`."""
    visits: list[Visit] = []

    def open_visit(user: User | None = None, *, size: str = "desktop", **given: Any) -> Visit:
        width, height = SIZES[size]
        viewport = {"width": width, "height": height}
        # Nothing moves: a color half way between two themes is no fault.
        still = {"locale": "fr-FR", "viewport": viewport, "reduced_motion": "reduce"}
        context = browser.new_context(**{**still, **given})
        if user:
            context.add_cookies([session_cookie(user, live_server.url)])
        visits.append(Visit(context.new_page(), live_server.url))
        return visits[-1]

    yield open_visit
    for visit in visits:
        visit.page.context.close()
    assert [complaint for visit in visits for complaint in visit.complaints] == []


@pytest.fixture
def visit(visiting: Callable[..., Visit]) -> Visit:
    """One watched page on a desktop, nobody signed in."""
    return visiting()


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fail with axe's own words when the page as it stands breaks a rule."""

    def check(page: Page) -> None:
        found = violations(page)
        assert not found, "\n".join(found)

    return check


@pytest.fixture
def accessible_everywhere() -> Callable[[Page], None]:
    """The same on a phone and on a desktop, in both themes; the window is left on the last."""

    def check(page: Page) -> None:
        found = violations_everywhere(page)
        assert not found, "\n".join(found)

    return check


def session_cookie(user: User, address: str) -> Any:
    """What the browser would hold after signing in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}
