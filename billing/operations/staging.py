"""Writing many rows at once under row-level security.

PostgreSQL refuses COPY into a table whose policies bind the role, so rows are copied into a
temporary table of the transaction and inserted from there: the policies are checked, and a
chunk of 500 invoices costs a constant number of statements.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def cell(value: Any) -> str:
    """A plain value as COPY reads it; what goes into a JSON column is JSON text already."""
    if value is None:
        return NULL
    if not isinstance(value, str):
        return str(value)
    # Translating is slow, and hardly any text needs it.
    needs = "\\" in value or "\n" in value or "\t" in value or "\r" in value
    return value.translate(_ESCAPES) if needs else value


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows whose values stand in the order of `columns`; return how many."""
    table, stage = model._meta.db_table, f"stage_{model._meta.db_table}"
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {stage} "
            f"ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0"
        )
        cursor.execute(f"TRUNCATE {stage}")
        cursor.cursor.copy_expert(f"COPY {stage} ({names}) FROM STDIN", _lines(rows))
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {stage}")
        return int(cursor.rowcount)


def _lines(rows: Iterable[Sequence[Any]]) -> io.StringIO:
    return io.StringIO("".join("\t".join([cell(v) for v in row]) + "\n" for row in rows))
