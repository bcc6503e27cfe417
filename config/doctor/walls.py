"""The database: who we are to it, what holds the rows, and whether a commit lasts."""

from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from config.doctor import Finding, fail, ok
from providers.roles import APP, BACKUP, OWNER, POWER, REPORTING
from providers.tenancy import TenantModel
from providers.walls import Freeze

POLICIES: Final = 4  # one for each command
LASTING: Final = ("fsync", "synchronous_commit", "full_page_writes")
WALLS: Final = """
SELECT c.relname::text, c.relrowsecurity, c.relforcerowsecurity,
       (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
FROZEN: Final = """
SELECT c.relname::text, t.tgname::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid
WHERE f.proname = 'refuse_change' AND t.tgenabled IN ('O', 'A')
"""
POWERS: Final = "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)"


def role() -> Finding:
    with connection.cursor() as cursor:
        return role_of(cursor)


def role_of(cursor: Any) -> Finding:
    cursor.execute(f"SELECT current_user, ({POWER})")
    name, power = cursor.fetchone()
    if power:
        return fail(f"{name} passes the walls ({power})", "DATABASE_URL names the app role.")
    return ok(f"{name}, behind the walls")


def roles() -> Finding:
    """The four roles, each with the power of its work."""
    with connection.cursor() as cursor:
        cursor.execute(POWERS, [[OWNER, APP, BACKUP, REPORTING]])
        return roles_of(cursor.fetchall())


def roles_of(found: list[tuple[Any, ...]]) -> Finding:
    known = {name: (is_super, passes) for name, is_super, passes in found}
    wrong = [
        name
        for name in (OWNER, APP, BACKUP, REPORTING)
        if known.get(name) != (False, name == BACKUP)
    ]
    if wrong:
        return fail(f"not as they should be: {', '.join(wrong)}", "Run manage.py setup_roles.")
    return ok("owner, app, backup, reporting")


def walls() -> Finding:
    with connection.cursor() as cursor:
        return walls_of(cursor)


def walls_of(cursor: Any) -> Finding:
    """Row-level security enabled, forced, and with a policy for each command."""
    cursor.execute(WALLS)
    known = {name: tuple(rest) for name, *rest in cursor.fetchall()}
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, TenantModel)]
    open_ = sorted(name for name in tables if known.get(name) != (True, True, POLICIES))
    if open_:
        told = f"not walled in: {', '.join(open_)}"
        return fail(told, "Stop serving; run manage.py migrate, and find out who opened them.")
    return ok(f"{len(tables)} tables behind their walls")


def frozen() -> Finding:
    with connection.cursor() as cursor:
        return frozen_of(cursor)


def frozen_of(cursor: Any) -> Finding:
    """Both triggers of every table that a migration froze."""
    cursor.execute(FROZEN)
    found = set(cursor.fetchall())
    tables = frozen_tables()
    loose = sorted(
        {t for t in tables for name in ("frozen_row", "frozen_table") if (t, name) not in found}
    )
    if loose:
        told = f"issued rows may be changed: {', '.join(loose)}"
        return fail(told, "Stop serving; verify_chain and verify_trail tell what was changed.")
    return ok(f"{len(tables)} tables frozen")


def frozen_tables() -> list[str]:
    """As the migrations say."""
    loader = MigrationLoader(None)
    return [
        apps.get_model(app, operation.model)._meta.db_table
        for (app, _name), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, Freeze)
    ]


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{each.app_label}.{each.name}" for each, _back in missing[:5])
        return fail(f"{len(missing)} not applied: {names}", "Run manage.py migrate.")
    return ok("all applied")


def durability() -> Finding:
    """What a crash of the machine leaves: an issued number must still be there."""
    with connection.cursor() as cursor:
        found = {}
        for name in LASTING:
            cursor.execute("SELECT current_setting(%s)", [name])
            [found[name]] = cursor.fetchone() or ("",)
    return durability_of(found)


def durability_of(found: dict[str, str]) -> Finding:
    off = sorted(name for name, value in found.items() if value == "off")
    if off:
        told = f"off: {', '.join(off)}"
        return fail(told, "Set them on in postgresql.conf: a crash would lose what was issued.")
    return ok(", ".join(f"{name} {value}" for name, value in found.items()))
