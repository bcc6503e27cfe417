"""The files that every list offers of its rows."""

from django.utils.translation import gettext_lazy as _

from portal.listing.description import BulkAct
from portal.workshop.frame import url


def file_acts(code: str) -> tuple[BulkAct, ...]:
    return (
        BulkAct(_("CSV file"), "file-text", lambda member: url(member, f"{code}_csv")),
        BulkAct(_("Excel file"), "file-spreadsheet", lambda member: url(member, f"{code}_xlsx")),
    )
