"""Conditions that an index serves behind row-level security, and whose SQL can be prepared.

`begins`: a text that starts so.

PostgreSQL reads no index for LIKE on a table with policies: the function under LIKE might tell of
rows that the policies hide, so they are looked at first, one by one. Comparisons are known to
tell nothing. The column is declared with `db_collation=BYTES`, so that its index is in that order.

`Among`: one of a few values, in the same SQL however many they are.
"""

from typing import Any, Final

from django.db.models import BooleanField, CharField, F, Func, Lookup

BYTES: Final = "C"
LAST: Final = "chr(1114111)"  # no text goes on with this


@CharField.register_lookup
class Begins(Lookup):
    """`name__begins="pin"`; capitals and accents count, an empty start begins everything."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        text = f'({column} COLLATE "{BYTES}")'
        values = [*params, self.rhs, *params, self.rhs]
        return f"({text} >= %s AND {text} < %s::text || {LAST})", values


class Among(Func):
    """`Among("customer_id", ids)`: a list, or the slot of one."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, values: Any) -> None:
        super().__init__(F(column), values)
