"""One world for the whole package, in one transaction that is never committed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.hostile.finding import find_forms
from tests.hostile.forms import Form
from tests.hostile.given import give
from tests.hostile.sending import Post
from tests.permissions.asking import Desk
from tests.permissions.world import World, passing_world


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """With open sign-up, for a form that nobody sees is asked of nobody."""
    is_open = override_settings(OPEN_SIGN_UP=True)
    with django_db_blocker.unblock(), is_open, passing_world() as built:
        yield built


@pytest.fixture(scope="package")
def desk(world: World) -> Desk:
    desk = Desk(world)
    give(desk, world)
    return desk


@pytest.fixture(scope="package")
def forms(desk: Desk, world: World) -> dict[str, list[Form]]:
    return find_forms(desk, world)


@pytest.fixture(scope="package")
def post(desk: Desk, world: World) -> Post:
    return Post(desk, world)
