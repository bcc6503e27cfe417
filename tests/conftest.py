"""The harness: stricter than production, quick, and on a real PostgreSQL as the app role."""

import gc
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples

from config.embedded.places import Place
from config.embedded.services import Services
from config.settings_test import DATABASE_OWNER_URL
from tests.harness import cache, querysets, sign_in, templates
from tests.harness.database import Databases, address

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# As root in a closed network: no sandbox, and nothing that calls home.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# How long an example takes says something of the machine, not of the product.
examples.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is collected; the workers find the services running."""
    if settings.IS_EMBEDDED:
        Services(Place.here()).ensure_started()
    querysets.install()
    sign_in.install()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of tests live to the end: the garbage collector need not look at them each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases(django_test_environment: None, django_db_blocker: Any) -> Iterator[Databases]:
    """The databases of this worker, ready to be used."""
    controller = os.environ.get("PYTEST_XDIST_TESTRUNUID") and os.getppid()
    found = Databases(
        owner_url=DATABASE_OWNER_URL,
        folder=Place.here().data,
        run=str(controller or os.getpid()),
        worker=os.environ.get("PYTEST_XDIST_WORKER", "alone"),
    )
    with django_db_blocker.unblock():
        found.prepare()
    yield found
    with django_db_blocker.unblock():
        found.drop()


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases) -> Iterator[None]:
    """Takes the place of pytest-django's: its flush would need a right that no app role has."""

    def clone_again(self: TransactionTestCase) -> None:
        databases.reset()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", clone_again)
        yield


@pytest.fixture(autouse=True)
def _strict(request: pytest.FixtureRequest) -> None:
    """An empty cache, undefined template variables that fail, and a reproducible shuffle."""
    cache.begin()
    templates.install()
    querysets.shuffler.seed(request.node.nodeid)
    random.seed(request.node.nodeid)


@pytest.fixture
def owner_connection(db: None, databases: Databases) -> Iterator[Any]:
    """A psycopg2 connection as the owner, committing each statement at once.

    It sees what is committed: ask for `transactional_db` too when the test's own rows matter.
    """
    connection = databases.as_owner(databases.clone)
    yield connection
    connection.close()


@pytest.fixture
def process_environment(transactional_db: None, databases: Databases) -> dict[str, str]:
    """Variables for real processes that work on this test's committed rows."""
    owner = {**databases.owner, "NAME": databases.clone}
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address(connections["default"].settings_dict),
        "DATABASE_OWNER_URL": address(owner),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_PREFIX": f"{databases.clone}-{uuid4().hex[:8]}",
    }


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, not a downloaded one."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "no Chromium: run script/test, which installs it"
    return {**browser_type_launch_args, "executable_path": found, "args": CHROMIUM_OPTIONS}


@pytest.fixture(scope="session")
def checkout() -> Path:
    return Path(settings.BASE_DIR)
