"""What a checked file would do, or an imported one did: cell by cell, before and after."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from imports.enums import ImportState, Verdict
from imports.kinds import KINDS, Kind
from imports.models import Import, ImportRow
from imports.rules.values import read_day
from portal.components import Column, Empty, Link, Pair, Row, Table
from portal.formats import short_day
from portal.workshop.import_records import addresses_of
from providers.models import Membership

ROWS_SHOWN: Final = 50


def changes_table(member: Membership, imported: Import) -> Table:
    """The first rows that are new or changed; once imported, each leads to what it made."""
    kind = KINDS[imported.kind]
    columns = (
        Column(_("Row"), is_row_header=True),
        Column(_("Column")),
        Column(_("Before")),
        Column(_("After")),
    )
    done = imported.rows.filter(verdict__in=(Verdict.NEW, Verdict.CHANGED)).order_by("number")
    shown = list(done[:ROWS_SHOWN])
    addresses = addresses_of(member, imported, shown)
    rows = [line for row in shown for line in _lines(kind, row, addresses.get(row.subject_id, ""))]
    empty = Empty(_("Nothing changes"), _("The file says what is recorded already."), icon="equal")
    return Table(changes_title(imported), columns, rows, empty)


def changes_title(imported: Import) -> str:
    is_to_come = imported.state in (ImportState.READ, ImportState.CHECKED)
    return _("What changes") if is_to_come else _("What was changed")


def changes_more(imported: Import) -> str:
    """How many rows are not shown, in words; empty when all are."""
    count = imported.new + imported.changed
    if count <= ROWS_SHOWN:
        return ""
    return _("The first %(shown)s of %(count)s are shown.") % {"shown": ROWS_SHOWN, "count": count}


def _lines(kind: Kind, row: ImportRow, address: str) -> Iterator[Row]:
    label = Link(row.label, address) if address else row.label
    name = Pair(label, _("row %s") % row.number)
    if row.verdict == Verdict.NEW:
        said = (value_said(kind, code, row.after.get(code, "")) for code in kind.own)
        yield Row((name, _("New row"), None, " · ".join(text for text in said if text)))
        return
    for code in kind.own:
        before, after = row.before.get(code, ""), row.after.get(code, "")
        if before != after:
            column = capfirst(str(kind.by_code[code].label))
            values = (value_said(kind, code, value) or None for value in (before, after))
            yield Row((name, column, *values))


def value_said(kind: Kind, code: str, value: str) -> str:
    """A canonical value as people read it.

    >>> from imports.kinds import KINDS
    >>> value_said(KINDS["customers"], "city", "Fréjus")
    'Fréjus'
    """
    column = kind.by_code[code]
    if value and column.choices is not None:
        return str(column.choices(value).label)
    if value and column.read is read_day:
        return short_day(date.fromisoformat(value))
    return value
