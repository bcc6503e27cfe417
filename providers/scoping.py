"""The open provider: who may see which rows, in requests, tasks and commands alike.

Nothing about a tenant is read or written while no scope is open. Three things hold this:
the managers refuse (`TenantManager`), an execute wrapper refuses whatever goes round the
managers (raw SQL, `.exists()`, `.explain()`, bulk statements, late evaluation), and
PostgreSQL answers nothing because the row-level policies find no open provider.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

SETTINGS_SQL = "SELECT set_config('app.provider', %s, true), set_config('app.customer', %s, true)"
# Structure, not rows: migrations run with no provider open. A temporary table is rows.
STRUCTURE = re.compile(
    r"\s*(CREATE(?!\s+TEMP)|ALTER|DROP|GRANT|REVOKE|COMMENT|DO|SET\s+CONSTRAINTS)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The provider that is open and, for a practice's member, the one customer they may see."""

    provider_id: UUID
    customer_id: UUID | None = None


class NoProviderOpen(RuntimeError):
    """Tenant rows were asked for while no provider was open."""


class WrongProvider(RuntimeError):
    """A row of one provider was about to be written while another one is open."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A scope and the connection that knows of it.

    A context copied to another thread would else name a provider which that thread's
    connection never opened.
    """

    scope: Scope
    connection: BaseDatabaseWrapper


_opened: ContextVar[_Opened | None] = ContextVar("scope", default=None)


def _scope_on(connection: BaseDatabaseWrapper) -> Scope | None:
    opened = _opened.get()
    return opened.scope if opened and opened.connection is connection else None


def scope_or_none() -> Scope | None:
    return _scope_on(connections[DEFAULT_DB_ALIAS])


def current_scope() -> Scope:
    scope = scope_or_none()
    if scope is None:
        raise NoProviderOpen("open a provider first: providers.scoping.open_scope(provider_id)")
    return scope


@contextmanager
def open_scope(provider_id: UUID, customer_id: UUID | None = None) -> Iterator[Scope]:
    """Open one provider, and within it one customer, for the block's own transaction.

    The setting is local to the transaction, so that a pooled connection never carries it on.
    Nested scopes restore the outer one; an error rolls the setting back with its savepoint.
    """
    scope, outer = Scope(provider_id, customer_id), scope_or_none()
    if scope == outer:  # announced already in this very transaction
        with transaction.atomic():
            yield scope
        return
    with transaction.atomic():
        _announce(scope)
        token = _opened.set(_Opened(scope, connections[DEFAULT_DB_ALIAS]))
        try:
            yield scope
        finally:
            _opened.reset(token)
        if connection.needs_rollback:
            return
        if outer is not None or connection.savepoint_ids:
            _announce(outer)


@contextmanager
def standing_in(scope: Scope | None) -> Iterator[None]:
    """Another scope for whoever only writes a query: the database is told of nothing."""
    opened = _Opened(scope, connections[DEFAULT_DB_ALIAS]) if scope else None
    token = _opened.set(opened)
    try:
        yield
    finally:
        _opened.reset(token)


def _announce(scope: Scope | None) -> None:
    provider = str(scope.provider_id) if scope else ""
    customer = str(scope.customer_id) if scope and scope.customer_id else ""
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS_SQL, [provider, customer])


@cache
def _tenant_tables() -> re.Pattern[str]:
    from providers.tenancy import TenantModel

    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, TenantModel)]
    return re.compile(rf"\b({'|'.join(tables)})\b", re.IGNORECASE)


def refuse_unscoped(
    execute: Callable[..., Any],
    sql: Any,
    params: Any,
    many: bool,  # noqa: FBT001  Django's own signature
    context: dict[str, Any],
) -> Any:
    """Refuse a statement that names a tenant table while no provider is open."""
    if _scope_on(context["connection"]) is None:
        text = sql if isinstance(sql, str) else str(sql)
        table = None if STRUCTURE.match(text) else _tenant_tables().search(text)
        if table:
            raise NoProviderOpen(f"{table.group()} was queried while no provider is open")
    return execute(sql, params, many, context)


def _guard(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    if refuse_unscoped not in connection.execute_wrappers:
        # At the bottom: a wrapper that was put on for a moment is taken off from the top.
        connection.execute_wrappers.insert(0, refuse_unscoped)


def install_guard() -> None:
    """Put the guard on every connection that this process opens."""
    connection_created.connect(_guard, dispatch_uid="providers.scoping")
