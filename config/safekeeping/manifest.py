"""What a backup holds, told apart from the backup itself: counts, digests, structure, its key.

The manifest is made in the very snapshot that the dump is taken from, so that a restored database
either says the same or is not that backup.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
FILES: Final = "files.tar"
FORM: Final = 1
ALIKE: Final = (
    "SET TIME ZONE 'UTC'", "SET datestyle = 'ISO, YMD'", "SET intervalstyle = 'iso_8601'",
    "SET bytea_output = 'hex'", "SET extra_float_digits = 1",
)  # fmt: skip

TABLES: Final = """
SELECT c.relname::text, EXISTS (
  SELECT FROM pg_attribute a
   WHERE a.attrelid = c.oid AND a.attname = 'provider_id' AND NOT a.attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY 1
"""
# A sum does not mind the order of the rows: no table is sorted for it.
DIGEST: Final = """
SELECT {owner}, count(*),
       coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text
FROM {table} AS t GROUP BY 1
"""
# What holds the rows in place: each line is one fact of the catalogue. Casts and brackets of a
# check are left out: PostgreSQL moves them when it reads its own words again.
STRUCTURE: Final = """
SELECT 'policy ' || c.relname || ' ' || p.polname || ' ' || p.polcmd::text || ' '
       || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' / '
       || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
UNION ALL
SELECT 'walls ' || relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity
       || ' of ' || pg_get_userbyid(relowner)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
UNION ALL
SELECT 'trigger ' || c.relname || ' ' || t.tgname || ' ' || t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'key ' || conrelid::regclass || ' ' || conname || ' ' || regexp_replace(
         pg_get_constraintdef(oid), '[()]|::(text|character varying)(\\[\\])?', '', 'g')
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL
SELECT 'grant ' || relname || ' ' || coalesce(
         (SELECT string_agg(item::text, ' ' ORDER BY item::text) FROM unnest(relacl) item), '')
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'v')
UNION ALL
SELECT 'role ' || rolname || ' ' || rolsuper || ' ' || rolbypassrls || ' ' || rolcanlogin
  FROM pg_roles WHERE rolname LIKE 'clausier\\_%'
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows`: by table and provider ("" for tables of nobody), how many and their digest."""

    made_at: str
    server: str
    key: str
    rows: dict[str, dict[str, list[str]]]
    structure: list[str]
    files: dict[str, Kept] = field(default_factory=dict)
    form: int = FORM

    @property
    def age_from(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


class BadManifest(ValueError):
    """A manifest that is missing, cut off, altered, or sealed with another key."""


def fingerprint(secret: str) -> str:
    """Which SECRET_KEY an installation has, without telling it."""
    return hmac.new(secret.encode(), b"clausier.backup.key", hashlib.sha256).hexdigest()[:16]


def rows_of(cursor: Any) -> dict[str, dict[str, list[str]]]:
    """Counts and digests of every table, as far as the role of the cursor sees rows."""
    for statement in ALIKE:
        cursor.execute(statement)
    cursor.execute(TABLES)
    found: dict[str, dict[str, list[str]]] = {}
    for table, has_provider in list(cursor.fetchall()):
        owner = "coalesce(t.provider_id::text, '')" if has_provider else "''"
        cursor.execute(DIGEST.format(owner=owner, table=f'public."{table}"'))
        found[table] = {row[0]: [str(row[1]), row[2]] for row in cursor.fetchall()}
    return found


def structure_of(cursor: Any) -> list[str]:
    cursor.execute(STRUCTURE)
    return [row[0] for row in cursor.fetchall()]


def kept(path: Path) -> Kept:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return Kept(path.stat().st_size, digest.hexdigest())


def write_manifest(folder: Path, found: Manifest, *, secret: str) -> None:
    body = json.dumps(asdict(found), sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(json.dumps({"body": body, "seal": _seal(body, secret)}))


def read_manifest(folder: Path, *, secrets: Iterable[str]) -> Manifest:
    """Errors: `BadManifest`."""
    try:
        told = json.loads((folder / MANIFEST).read_text())
        body, seal = told["body"], told["seal"]
        values = json.loads(body)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadManifest(f"{MANIFEST} cannot be read ({type(error).__name__})") from error
    known = list(secrets)
    if values.get("key") not in map(fingerprint, known):
        raise BadManifest("it was made under another SECRET_KEY than the one that is set here")
    if not any(hmac.compare_digest(seal, _seal(body, secret)) for secret in known):
        raise BadManifest(f"{MANIFEST} was altered since it was sealed")
    if values.get("form") != FORM:
        raise BadManifest(f"its form {values.get('form')} is not known here")
    return Manifest(**{**values, "files": {n: Kept(**k) for n, k in values["files"].items()}})


def _seal(body: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"clausier.backup" + body.encode(), hashlib.sha256).hexdigest()
