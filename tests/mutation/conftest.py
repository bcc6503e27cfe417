"""The world of the matrix twice: behind the walls of PostgreSQL, and with those of reading down."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness.database import Databases
from tests.permissions.asking import Desk
from tests.permissions.world import World, passing_world
from tests.tenancy.rows import tenant_models


@pytest.fixture(scope="package", params=[True, False], ids=["walls up", "walls down"])
def walls(
    request: pytest.FixtureRequest,
    databases: Databases,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[bool]:
    """Whether the policies stand; a clone whose policies fell is thrown away."""
    if not request.param:
        owner = databases.as_owner(databases.clone)
        with owner.cursor() as cursor:
            for model in tenant_models():
                cursor.execute(f"ALTER POLICY wall_read ON {model._meta.db_table} USING (true)")
        owner.close()
    yield request.param
    with django_db_blocker.unblock():
        databases.reset()


@pytest.fixture(scope="package")
def world(walls: bool, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), passing_world() as built:
        yield built


@pytest.fixture(scope="package")
def desk(world: World) -> Desk:
    return Desk(world)
