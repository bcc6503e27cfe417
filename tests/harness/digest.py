"""What a database holds, as one short text a table: computed by PostgreSQL in one statement.

Rows are read as the app role reads them: those of the open provider, and those of no provider.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model

ROWS = (
    "SELECT '{table}', coalesce(md5(string_agg(row_text, '' ORDER BY row_text)), '')"
    " FROM (SELECT md5(t::text) AS row_text FROM {table} t) AS rows_of_{table}"
)


def digest(models: Iterable[type[Model]]) -> dict[str, str]:
    """Of every column of every row, by table; its provider is open."""
    parts = [ROWS.format(table=model._meta.db_table) for model in models]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that differ."""
    return sorted(table for table, found in after.items() if before[table] != found)
