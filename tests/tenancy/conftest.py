"""Two providers with a row in every table: A has the customers A1 and A2, B has B1."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from providers.models import Customer, Provider
from providers.tenancy import TenantModel
from tests.tenancy.rows import House, furnish, move_in


@dataclass(frozen=True, slots=True, repr=False)
class Street:
    """The providers and, for each customer, one row of every model."""

    a: Provider
    b: Provider
    a1: House
    a2: House
    b1: House

    def customer(self, house: House) -> UUID:
        return house[Customer].pk

    def row(self, house: House, model: type[TenantModel]) -> TenantModel:
        return house[model]


def build_street() -> Street:
    a, b = (Provider.objects.create(slug=slug) for slug in ("maison-a", "maison-b"))
    of_a, of_b = furnish(a, "house-a"), furnish(b, "house-b")
    return Street(
        a=a,
        b=b,
        a1=move_in(a, of_a, "practice-a1"),
        a2=move_in(a, of_a, "practice-a2"),
        b1=move_in(b, of_b, "practice-b1"),
    )


@pytest.fixture
def street(db: None) -> Street:
    return build_street()


@pytest.fixture
def planting(owner_connection: Any) -> Iterator[Any]:
    """A cursor of the owner whose changes of structure are all undone."""
    owner_connection.autocommit = False
    with owner_connection.cursor() as cursor:
        yield cursor
    owner_connection.rollback()
