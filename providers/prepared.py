"""Queries that every page asks: Django writes their SQL once, later only their values change.

Writing the SQL of a query takes longer than PostgreSQL needs to answer it. A prepared query is a
function that returns a queryset; it runs once for each shape, with a `Slot` in the place of each
value, and its SQL is kept for the life of the process. The open scope is a value as well: nothing
of a provider is ever kept.
"""

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from providers.scoping import Scope, scope_or_none, standing_in

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
PROVIDER, CUSTOMER = "provider of the scope", "customer of the scope"
MOST_SHAPES = 256  # of one query


class Slot(Expression):
    """The place of a value in SQL that is written before the value is known.

    It compares, as any expression does: `filter(user=Slot("user"))`; it is never NULL.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class _Written:
    """The SQL of one shape, and what turns its rows into objects."""

    rows: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]

    def read(self, values: dict[str, Any]) -> list[Any]:
        bound = tuple(values[p.name] if isinstance(p, Slot) else p for p in self.params)
        rows: QuerySet[Any] = type(self.rows)(
            self.rows.model, query=cast("Any", _Bound(self, bound))
        )
        kind: Any = self.rows._iterable_class  # noqa: SLF001
        return list(kind(rows))


class _Bound:
    """Stands for the query of a queryset; its compiler has the SQL already."""

    def __init__(self, written: _Written, params: tuple[Any, ...]) -> None:
        self._written, self._params = written, params

    def __getattr__(self, name: str) -> Any:
        return getattr(self._written.rows.query, name)

    def get_compiler(self, *_args: Any, **_kwargs: Any) -> SQLCompiler:
        compiler = copy(self._written.compiler)
        compiler.connection = connection  # of this thread
        compiler.as_sql = lambda *_args, **_kwargs: (self._written.sql, self._params)  # type: ignore[method-assign]
        return compiler


def prepared(
    build: Callable[P, QuerySet[M, Any]],
) -> Callable[P, list[Any]]:
    """Make a query prepared: called with the same arguments, it returns the list of rows.

    Positional arguments shape the query and must be hashable and few; so do the names of keyword
    arguments, which are its values: never None, never read by `build`. Raises NoProviderOpen as
    any query does, and TypeError for a prefetch.
    """
    written: dict[Hashable, _Written] = {}

    @wraps(build)
    def read(*shape: Any, **values: Any) -> list[Any]:
        scope = scope_or_none()
        key = (*shape, tuple(values), _shape_of(scope))
        if (known := written.get(key)) is None:
            if len(written) >= MOST_SHAPES:
                written.clear()
            known = written[key] = _write(build, scope, shape, values)
        if scope is not None:
            values |= {PROVIDER: scope.provider_id, CUSTOMER: scope.customer_id}
        return known.read(values)

    return cast("Callable[P, list[Any]]", read)


def _shape_of(scope: Scope | None) -> tuple[bool, bool]:
    return scope is not None, scope is not None and scope.customer_id is not None


def _write(
    build: Callable[..., QuerySet[Any]], scope: Scope | None, shape: Any, values: dict[str, Any]
) -> _Written:
    slots = {name: Slot(name) for name in values}
    with standing_in(_in_slots(scope)):
        rows = build(*shape, **slots)
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
            raise TypeError("a prepared query has no prefetch_related: it would be left out")
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
    return _Written(rows, compiler, sql, tuple(params))


def _in_slots(scope: Scope | None) -> Scope | None:
    if scope is None:
        return None
    customer: Any = Slot(CUSTOMER) if scope.customer_id is not None else None
    return Scope(cast("Any", Slot(PROVIDER)), customer)
