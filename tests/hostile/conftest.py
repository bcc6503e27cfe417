"""One world for the whole package, in one transaction that is never committed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile.finding import find_forms
from tests.hostile.forms import Form
from tests.hostile.sending import Post
from tests.permissions.asking import Desk
from tests.permissions.world import World, passing_world


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), passing_world() as built:
        yield built


@pytest.fixture(scope="package")
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture(scope="package")
def forms(desk: Desk, world: World) -> dict[str, list[Form]]:
    return find_forms(desk, world)


@pytest.fixture(scope="package")
def post(desk: Desk, world: World) -> Post:
    return Post(desk, world)
