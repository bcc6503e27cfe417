"""The roles of the database, as SQL: who owns the tables, who runs the portal, who reads.

    owner      migrates; nothing that serves people ever connects as it
    app        web, worker and beat: rows only, under the walls; cannot truncate
    backup     copies every row, so it alone passes the walls; it can only read
    reporting  reads, under the walls: it opens one provider like everybody else

Every statement may be run again.
"""

from collections.abc import Iterable

APP, OWNER, BACKUP, REPORTING = (
    "clausier_app",
    "clausier_owner",
    "clausier_backup",
    "clausier_reporting",
)
DATABASE = "clausier"
SAFE = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION"
ATTRIBUTES = {
    OWNER: f"{SAFE} NOCREATEDB NOBYPASSRLS",
    APP: f"{SAFE} NOCREATEDB NOBYPASSRLS",
    BACKUP: f"{SAFE} NOCREATEDB BYPASSRLS",
    REPORTING: f"{SAFE} NOCREATEDB NOBYPASSRLS",
}
READERS = f"{BACKUP}, {REPORTING}"


def quoted(text: str) -> str:
    """A text as an SQL literal.

    >>> quoted("it's")
    "'it''s'"
    """
    if "\\" in text or "\0" in text:
        raise ValueError("a password holds no backslash and no null character")
    return "'" + text.replace("'", "''") + "'"


def role_statements(*, passwords: dict[str, str], owner_creates_databases: bool) -> list[str]:
    """Create the roles of the cluster; needs a superuser, because one of them passes the walls."""
    statements = [_role(name, attributes) for name, attributes in ATTRIBUTES.items()]
    if owner_creates_databases:
        statements.append(f"ALTER ROLE {OWNER} CREATEDB")
    statements += [
        f"ALTER ROLE {name} PASSWORD {quoted(password)}" for name, password in passwords.items()
    ]
    return statements


def _role(name: str, attributes: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') "
        f"THEN CREATE ROLE {name}; END IF; END $$;\nALTER ROLE {name} {attributes}"
    )


def database_statements() -> list[str]:
    """What each role may do in a database; the owner or a superuser runs it before migrate."""
    return [
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {READERS}",
        *_grants(),
    ]


def _grants() -> Iterable[str]:
    """For the tables that exist, and for those that the owner will create."""
    future = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public"
    rows = "SELECT, INSERT, UPDATE, DELETE"
    yield f"{future} GRANT {rows} ON TABLES TO {APP}"
    yield f"{future} GRANT USAGE, SELECT ON SEQUENCES TO {APP}"
    yield f"{future} GRANT SELECT ON TABLES TO {READERS}"
    yield f"{future} GRANT SELECT ON SEQUENCES TO {READERS}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READERS}"
    yield f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {READERS}"


# Whether the connected role could walk round the walls, and why.
POWER = """
SELECT CASE
  WHEN me.rolsuper THEN 'superuser'
  WHEN me.rolbypassrls THEN 'BYPASSRLS'
  WHEN EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND pg_has_role(me.oid, c.relowner, 'MEMBER')
  ) THEN 'owner of tables'
  WHEN EXISTS (
    SELECT FROM pg_roles other
    WHERE (other.rolsuper OR other.rolbypassrls) AND pg_has_role(me.oid, other.oid, 'MEMBER')
  ) THEN 'member of a role without walls'
  ELSE '' END
FROM pg_roles me WHERE me.rolname = current_user
"""
