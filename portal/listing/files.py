"""The files that every list offers of its rows."""

from django.utils.translation import gettext_lazy as _

from portal.listing.description import BulkAct
from portal.listing.spaces import WORKSHOP, Space


def file_acts(code: str, space: Space = WORKSHOP) -> tuple[BulkAct, ...]:
    return (
        BulkAct(_("CSV file"), "file-text", lambda member: space.url(member, f"{code}_csv")),
        BulkAct(
            _("Excel file"), "file-spreadsheet", lambda member: space.url(member, f"{code}_xlsx")
        ),
    )
