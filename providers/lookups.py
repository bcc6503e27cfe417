"""`begins`: a text that starts so, found by an index behind row-level security.

PostgreSQL reads no index for LIKE on a table with policies: the function under LIKE might tell of
rows that the policies hide, so they are looked at first, one by one. Comparisons are known to
tell nothing. The column is declared with `db_collation=BYTES`, so that its index is in that order.
"""

from typing import Any, Final

from django.db.models import CharField, Lookup

BYTES: Final = "C"
LAST: Final = "\U0010ffff"  # no text goes on with this


@CharField.register_lookup
class Begins(Lookup):
    """`name__begins="pin"`; capitals and accents count, an empty start begins everything."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        text = f'({column} COLLATE "{BYTES}")'
        values = [*params, self.rhs, *params, f"{self.rhs}{LAST}"]
        return f"({text} >= %s AND {text} < %s)", values
