"""What PostgreSQL's own catalogue must say about the walls; each fault is one sentence.

`faults_of` is read in the test suite, and by its planted faults inside a transaction of the
owner. It trusts nothing but the catalogue and the closed lists below.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from providers.roles import APP, BACKUP, OWNER, REPORTING
from tests.tenancy.tables import (
    ADD_ONLY_TABLES,
    FROZEN_TABLES,
    GLOBAL_TABLES,
    KEYS_WITHOUT_PROVIDER,
    OUTLIVING,
    SHARED_TABLES,
    STAFF_OR_CUSTOMER,
    STAFF_TABLES,
)

# The first minor release without the known faults of row policies, for each major one.
OLDEST_SAFE = {15: 150014, 16: 160010, 17: 170006}
NEWEST_KNOWN_MAJOR = 18

PROVIDER = r"\(NULLIF\(current_setting\('app\.provider'::text, true\), ''::text\)\)::uuid"
CUSTOMER = PROVIDER.replace("provider", "customer")
OWN = rf"\(provider_id = {PROVIDER}\)"
STAFF = rf"\({CUSTOMER} IS NULL\)"
ANYBODY = re.compile(OWN)
STAFF_ONLY = re.compile(rf"\({OWN} AND {STAFF}\)")
NARROW = rf"CASE\s+WHEN {STAFF} THEN true\s+ELSE \((?P<column>\w+) = {CUSTOMER}\)\s+END"
ONE_CUSTOMER = re.compile(rf"\({OWN} AND\s+{NARROW}\)")

# What each command needs: USING says which rows are seen, WITH CHECK which may be written.
COMMANDS = {"r": (True, False), "a": (False, True), "w": (True, True), "d": (True, False)}
COMMAND_NAMES = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}

Check = Callable[[Any], Iterator[str]]


def _rows(cursor: Any, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    cursor.execute(sql, params)
    return list(cursor.fetchall())


TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
               AND a.attname = 'provider_id' AND NOT a.attisdropped),
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
               AND a.attname = 'customer_id' AND NOT a.attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f')
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    has_rls: bool
    is_forced: bool
    owner: str
    has_provider: bool
    has_customer: bool

    @property
    def is_tenant(self) -> bool:
        return self.has_provider and self.name not in GLOBAL_TABLES

    @property
    def customer_column(self) -> str:
        if self.name == "providers_customer":
            return "id"
        return "customer_id" if self.has_customer else ""


def tables_of(cursor: Any) -> list[Table]:
    return [Table(*row) for row in _rows(cursor, TABLES)]


def tenant_tables(cursor: Any) -> list[Table]:
    return [table for table in tables_of(cursor) if table.is_tenant]


def _tables(cursor: Any) -> Iterator[str]:
    for table in tables_of(cursor):
        if table.owner != OWNER:
            yield f"{table.name} belongs to {table.owner}"
        if not table.has_provider and table.name not in GLOBAL_TABLES:
            yield f"{table.name} has no provider_id and is no listed global table"
        if table.is_tenant and not table.has_rls:
            yield f"{table.name}: row-level security is off"
        if table.is_tenant and not table.is_forced:
            yield f"{table.name}: row-level security does not bind its owner"


POLICIES = """
SELECT c.relname, p.polcmd::text, p.polpermissive, p.polroles = '{0}',
       coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
       coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace
"""


def _policies(cursor: Any) -> Iterator[str]:
    """One policy a command, for everybody, each condition of a known shape."""
    found = _rows(cursor, POLICIES)
    for table in tenant_tables(cursor):
        own = [row[1:] for row in found if row[0] == table.name]
        if sorted(row[0] for row in own) != sorted(COMMANDS):
            names = ", ".join(sorted(COMMAND_NAMES[row[0]] for row in own)) or "none"
            yield f"{table.name}: one policy for each command is needed, not {names}"
        for command, is_permissive, is_for_all, using, check in own:
            where = f"{table.name}, {COMMAND_NAMES[command]}"
            if not (is_permissive and is_for_all):
                yield f"{where}: the policy is restrictive or for some roles only"
            yield from _conditions(table, where, command, using, check)


def _conditions(table: Table, where: str, command: str, using: str, check: str) -> Iterator[str]:
    needs_using, needs_check = COMMANDS.get(command, (True, True))
    is_readable = table.name in SHARED_TABLES and command == "r"
    for kind, text, is_needed in (("USING", using, needs_using), ("CHECK", check, needs_check)):
        if is_needed and not text:
            yield f"{where}: no {kind}"
        elif text and not _is_walled(table, text, is_readable):
            yield f"{where}: {kind} is not its wall: {text}"


def _is_walled(table: Table, text: str, is_readable: bool) -> bool:
    if table.customer_column and table.name not in STAFF_TABLES:
        one = ONE_CUSTOMER.fullmatch(text)
        return one is not None and one["column"] == table.customer_column
    return bool((ANYBODY if is_readable else STAFF_ONLY).fullmatch(text))


ROLES = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolreplication,
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
             WHERE m.member = r.oid)
FROM pg_roles r WHERE r.rolname = ANY(%s)
"""


def _roles(cursor: Any) -> Iterator[str]:
    found = _rows(cursor, ROLES, [OWNER, APP, BACKUP, REPORTING])
    yield from role_faults(found)


def role_faults(found: list[tuple[Any, ...]]) -> Iterator[str]:
    """Only the backup role passes the walls, and it serves nobody."""
    missing = {OWNER, APP, BACKUP, REPORTING} - {row[0] for row in found}
    yield from (f"the role {name} does not exist" for name in sorted(missing))
    for name, is_super, bypasses, makes_roles, replicates, groups in found:
        if is_super or makes_roles or replicates:
            yield f"the role {name} is a superuser, makes roles or replicates"
        if bypasses and name != BACKUP:
            yield f"the role {name} bypasses row-level security"
        if groups:
            yield f"the role {name} inherits from {', '.join(groups)}"


PRIVILEGES = """
SELECT c.relname, r.rolname, p.privilege
FROM pg_class c, pg_roles r, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',
                                          'TRIGGER']) AS p(privilege)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND r.rolname = ANY(%s)
  AND (has_table_privilege(r.oid, c.oid, p.privilege)
       OR p.privilege IN ('INSERT', 'UPDATE')
          AND has_any_column_privilege(r.oid, c.oid, p.privilege))
"""


def _privileges(cursor: Any) -> Iterator[str]:
    """The app role writes rows, adds only to frozen tables, and changes no structure."""
    for table, role, privilege in _rows(cursor, PRIVILEGES, [APP, BACKUP, REPORTING]):
        if role != APP or privilege in ("TRUNCATE", "REFERENCES", "TRIGGER"):
            yield f"{role} may {privilege} {table}"
        elif table in FROZEN_TABLES | ADD_ONLY_TABLES and privilege != "INSERT":
            yield f"{role} may {privilege} {table}, which is frozen"
    may_create = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND "
    may_create += "has_schema_privilege(oid, 'public', 'CREATE')"
    for (role,) in _rows(cursor, may_create, [APP, BACKUP, REPORTING]):
        yield f"{role} may create tables"


TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc f ON f.oid = t.tgfoid
WHERE c.relnamespace = 'public'::regnamespace
  AND f.proname IN ('refuse_change', 'refuse_history_change')
  AND t.tgenabled IN ('O', 'A') AND t.tgtype & 2 = 2 AND t.tgqual IS NULL
  AND (t.tgname IN ('frozen_row', 'kept_row') AND t.tgtype & 1 = 1 AND t.tgtype & 24 = 24
       OR t.tgname IN ('frozen_table', 'kept_table') AND t.tgtype & 1 = 0 AND t.tgtype & 32 = 32)
"""


def _freezes(cursor: Any) -> Iterator[str]:
    """A row trigger alone lets TRUNCATE pass: both are needed, and in force."""
    found = set(_rows(cursor, TRIGGERS))
    for tables, word in ((FROZEN_TABLES, "frozen"), (ADD_ONLY_TABLES, "kept")):
        for table, part in product(sorted(tables), ("row", "table")):
            if (table, f"{word}_{part}") not in found:
                yield f"{table}: the trigger {word}_{part} is missing or off"


REFERENCES = """
SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text, c.convalidated,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
             ORDER BY k.place),
       ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number
             ORDER BY k.place),
       (SELECT bool_and(a.attnotnull) FROM pg_attribute a
        WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey))
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""

LOOK_UPS = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgtype & 5 = 5
  AND t.tgfoid = 'refuse_unknown_customer'::regproc AND t.tgenabled = 'O' AND t.tgqual IS NULL
"""


def _references(cursor: Any) -> Iterator[str]:
    """A plain key would be checked outside the policies: the pair must name the provider too."""
    tenants = {table.name: table for table in tenant_tables(cursor)}
    found = [row for row in _rows(cursor, REFERENCES) if row[2] in tenants]
    for name, source, target, is_validated, columns, keys, _ in found:
        pairs = set(zip(columns, keys, strict=True))
        if not is_validated:
            yield f"{source}: {name} was never validated"
        if ("provider_id", "provider_id") not in pairs:
            yield f"{source}: {name} refers to {target} without the provider"
        of_customers = source in tenants and tenants[source].has_customer
        if of_customers and tenants[target].has_customer and ("customer_id",) * 2 not in pairs:
            yield f"{source}: {name} refers to {target} without the customer"
    bound = {
        row[1]
        for row in found
        if "customer_id" in row[4] and (row[6] or row[1] in STAFF_OR_CUSTOMER)
    }
    bound |= {name for (name,) in _rows(cursor, LOOK_UPS)} & OUTLIVING
    for table in tenants.values():
        if table.has_customer and table.name not in bound:
            yield f"{table.name}: nothing binds its customer to its provider"


KEYS = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, i.indisprimary,
       ARRAY(SELECT a.attname::text
             FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             ORDER BY k.place)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE (i.indisunique OR i.indisexclusion) AND c.relnamespace = 'public'::regnamespace
"""


def _keys(cursor: Any) -> Iterator[str]:
    """A unique key that does not start with the provider tells of other providers' values."""
    tenants = {table.name for table in tenant_tables(cursor)}
    for table, name, is_primary, columns in _rows(cursor, KEYS):
        first = columns[0] or _first_word(cursor, name)
        if table not in tenants or (is_primary and columns == ["id"]):
            continue
        if first != "provider_id" and (table, first) not in KEYS_WITHOUT_PROVIDER:
            yield f"{table}: {name} is unique over {first} without the provider"


def _first_word(cursor: Any, index: str) -> str:
    """The column that an expression of an index starts from."""
    [(text,)] = _rows(cursor, "SELECT pg_get_indexdef(%s::regclass, 1, true)", index)
    words = re.findall(r"\w+_id\b", text)
    return words[0] if words else str(text)


SIDE_DOORS = """
SELECT 'function ' || p.oid::regprocedure || ' runs with the rights of its owner'
FROM pg_proc p WHERE p.prosecdef AND p.pronamespace NOT IN
  ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
UNION ALL
SELECT CASE c.relkind WHEN 'v' THEN 'view ' || c.relname || ' reads with the rights of its owner'
                      ELSE c.relname || ' is a copy or a foreign table, without policies' END
FROM pg_class c WHERE c.relnamespace NOT IN
  ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND (c.relkind IN ('m', 'f') OR c.relkind = 'v' AND NOT coalesce(
    c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'],
    false))
UNION ALL
SELECT 'rule ' || r.rulename || ' rewrites ' || r.ev_class::regclass
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('v', 'm')
"""


def _side_doors(cursor: Any) -> Iterator[str]:
    yield from (text for (text,) in _rows(cursor, SIDE_DOORS))


def _version(cursor: Any) -> Iterator[str]:
    [(version,)] = _rows(cursor, "SELECT current_setting('server_version_num')::int")
    yield from version_faults(version)


def version_faults(version: int) -> Iterator[str]:
    major = version // 10_000
    if major < NEWEST_KNOWN_MAJOR and version < OLDEST_SAFE.get(major, version + 1):
        yield f"PostgreSQL {major}.{version % 10_000} has known faults in its row policies"


CHECKS: tuple[Check, ...] = (
    _tables,
    _policies,
    _roles,
    _privileges,
    _freezes,
    _references,
    _keys,
    _side_doors,
    _version,
)


def faults_of(cursor: Any) -> list[str]:
    """Every fault of the walls that the catalogue shows."""
    return [fault for check in CHECKS for fault in check(cursor)]
