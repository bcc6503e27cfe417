"""What one answer asks of the database, the door's questions included."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST = 15
# Opening the scope and transactions read and write nothing.
ASKS_NOTHING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")


@contextmanager
def questions() -> Iterator[list[str]]:
    """The statements of the block, once it is left."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    said = (str(query["sql"]) for query in captured.captured_queries)
    asked += [sql for sql in said if not sql.startswith(ASKS_NOTHING)]
