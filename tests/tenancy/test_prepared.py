"""A query whose SQL is written once: other values, providers and threads, the same shape."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from fleet.models import Site
from providers import prepared as module
from providers.models import Customer, Membership
from providers.prepared import prepared
from providers.scoping import NoProviderOpen, current_scope, open_scope
from tests.factories import a_customer, a_member, a_provider

NAMES = ("Cabinet des Pins", "Cabinet du Port")


@prepared
def named(*, name: Any) -> Any:
    sites = Site.objects.filter(customer=OuterRef("pk"))
    found = Customer.objects.filter(name=name).annotate(has_site=Exists(sites))
    return found.select_related("provider").order_by("pk")


@pytest.fixture
def houses(db: None) -> list[UUID]:
    """Two providers, each with a customer of each name."""
    ids = []
    for slug in ("atelier-nord", "atelier-sud"):
        provider = a_provider(slug=slug)
        ids.append(provider.id)
        with open_scope(provider.id):
            for name in NAMES:
                a_customer(name)
    return ids


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The shapes whose SQL is written inside the block."""
    shapes: list[Any] = []
    write: Callable[..., Any] = module._write

    def noted(build: Any, scope: Any, shape: Any, values: Any) -> Any:
        shapes.append(shape)
        return write(build, scope, shape, values)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_write", noted)
        yield shapes


def test_each_provider_finds_its_own_rows_with_the_same_sql(
    houses: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first provider's call writes the SQL; nothing of it is left in the second one's."""
    fresh = prepared(named.__wrapped__)  # type: ignore[attr-defined]
    with counted(monkeypatch) as shapes:
        for provider_id in (*houses, *reversed(houses)):
            for name in NAMES:
                with open_scope(provider_id):
                    [found] = fresh(name=name)
                assert (found.provider_id, found.name) == (provider_id, name)
    assert len(shapes) == 1


def test_it_finds_what_the_queryset_finds(houses: list[UUID]) -> None:
    with open_scope(houses[1]):
        [found] = named(name=NAMES[0])
        [plain] = named.__wrapped__(name=NAMES[0])  # type: ignore[attr-defined]
        assert found == plain
        assert found.__dict__.keys() == plain.__dict__.keys()
        assert found.has_site is plain.has_site is False
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert found.provider.slug == "atelier-sud"
        assert not queries.captured_queries
        assert named(name="Nobody") == []


def test_a_practice_is_another_shape_of_the_query(houses: list[UUID]) -> None:
    """What was written for the whole provider is not used behind the second wall."""
    with open_scope(houses[0]):
        assert len(named(name=NAMES[0])) == 1
        [mine] = Customer.objects.filter(name=NAMES[1])
    with open_scope(houses[0], mine.id):
        assert named(name=NAMES[0]) == []
        assert named(name=NAMES[1]) == [mine]


def test_without_a_provider_it_refuses_as_any_query_does(houses: list[UUID]) -> None:
    with open_scope(houses[0]):
        named(name=NAMES[0])
    with pytest.raises(NoProviderOpen):
        named(name=NAMES[0])


def test_a_query_of_no_provider_needs_none(houses: list[UUID]) -> None:
    @prepared
    def places(*, user_id: Any) -> Any:
        return Membership.objects.filter(user=user_id).select_related("provider")

    with open_scope(houses[0]):
        member = a_member()
    assert [place.provider_id for place in places(user_id=member.user_id)] == [houses[0]]
    assert places(user_id=uuid4()) == []


def test_a_positional_argument_is_part_of_the_shape(
    houses: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    @prepared
    def sorted_by(column: str, *, name: Any) -> Any:
        return Customer.objects.exclude(name=name).order_by(column).values_list("name", flat=True)

    with counted(monkeypatch) as shapes, open_scope(houses[0]):
        assert sorted_by("name", name="") == list(NAMES)
        assert sorted_by("-name", name="") == list(reversed(NAMES))
        assert sorted_by("name", name=NAMES[0]) == [NAMES[1]]
    assert shapes == [("name",), ("-name",)]


def test_shapes_without_end_are_not_all_kept(
    houses: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    @prepared
    def first(count: int) -> Any:
        return Customer.objects.order_by("name")[:count]

    monkeypatch.setattr(module, "MOST_SHAPES", 3)
    with open_scope(houses[0]):
        assert [len(first(count)) for count in (1, 2, 3, 4, 5, 1)] == [1, 2, 2, 2, 2, 1]


def test_the_value_of_a_slot_is_never_sql(houses: list[UUID]) -> None:
    with open_scope(houses[0]):
        named(name=NAMES[0])
        for hostile in ("' OR true --", "%s", "%(name)s", "\\'; DROP TABLE x", "100 %"):
            assert named(name=hostile) == []


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_sql_and_nothing_else(houses: list[UUID]) -> None:
    """A compiler of one connection never runs on another one's."""

    def visit(number: int) -> bool:
        provider_id = houses[number % 2]
        try:
            with open_scope(provider_id):
                found = named(name=NAMES[number % 2])
            return [row.provider_id for row in found] == [provider_id]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(visit, range(60)))


def test_rows_fetched_beside_are_refused(houses: list[UUID]) -> None:
    """A prefetch would be left out in silence."""

    @prepared
    def with_more() -> Any:
        return Customer.objects.prefetch_related("provider")

    with open_scope(houses[0]), pytest.raises(TypeError, match="prefetch"):
        with_more()


def test_the_scope_that_stands_in_is_gone_afterwards(houses: list[UUID]) -> None:
    with open_scope(houses[0]) as scope:
        named(name=NAMES[0])
        assert current_scope() == scope
