"""One world for the whole module, in one transaction that is never committed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.permissions.asking import Desk
from tests.permissions.world import World, passing_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), passing_world() as built:
        yield built


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    return Desk(world)
