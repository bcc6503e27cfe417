"""One world for the whole module, in one transaction that is never committed."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tests.permissions.asking import Desk
from tests.permissions.world import NOW, World, build_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    logging.disable(logging.CRITICAL)  # thousands of refusals, each worth a line elsewhere
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    return Desk(world)
