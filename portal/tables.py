"""The rows of a table in HTML, some thousand cells a page: written here, for a template of nested
loops and conditions takes several times as long.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.components import Column, Row, Table
from portal.templatetags.clausier import show

Around = tuple[SafeString, SafeString]  # what stands before and after the value of a cell


def rows_html(table: Table) -> SafeString:
    """Every row of the body, each cell with the name of its column for a phone."""
    around = [_around(column) for column in table.columns]
    return mark_safe("\n".join(_row(table, row, around) for row in table.rows))  # noqa: S308


def _around(column: Column) -> Around:
    if column.is_row_header:
        return SafeString('<th scope="row" role="rowheader">'), SafeString("</th>")
    number = SafeString(' class="number"') if column.is_numeric else ""
    opening = format_html('<td role="cell" data-label="{}"{}><div>', column.label, number)
    return opening, SafeString("</div></td>")


def _row(table: Table, row: Row, around: list[Around]) -> str:
    cells = "".join(
        f"{before}{show(value)}{after}"
        for (before, after), value in zip(around, row.cells, strict=True)
    )
    return f'<tr role="row">{_choice(table, row)}{cells}</tr>'


def _choice(table: Table, row: Row) -> str:
    if not table.choice:
        return ""
    return format_html(
        '<td class="choice" role="cell"><input type="checkbox" class="form-check-input"'
        ' name="{}" value="{}" aria-label="{}"></td>',
        table.choice,
        row.choice,
        row.choice_label,
    )
