"""« Qui a consulté nos données »: what was done and read about the practice, by whom and when.

The entries that a practice may read name it (`AuditEntry.customer`): the manager narrows to them
and so does PostgreSQL. Where the provider's people sat is not the practice's affair.
"""

from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.components import Column, Empty, Row, Tab, Table
from portal.journal import LATEST_FIRST, JournalSearch, actor_of, names_in, told
from portal.lists import filtered_address, listed
from portal.practice.frame import page
from providers.doors import MemberRequest, practice_page
from providers.models import AuditEntry
from providers.permissions import Capability

TABS: Final[dict[str, Promise]] = {
    "": gettext_lazy("All"),
    "readings": gettext_lazy("Who has looked at our data"),
    "changes": gettext_lazy("What was done"),
}


@practice_page(Capability.AUDIT)
def journal(request: MemberRequest) -> HttpResponse:
    zone, kind = ZoneInfo(request.member.provider.zone), request.GET.get("kind", "")
    kind = kind if kind in TABS else ""
    rows = listed(JournalSearch(kind=kind).entries(zone), LATEST_FIRST, request)
    context = {
        "title": _("Who has looked at our data"),
        "lead": _("Your provider’s people leave a trace each time they open or change something."),
        "tabs": [
            Tab(label, filtered_address(request, kind=code), is_current=code == kind)
            for code, label in TABS.items()
        ],
        "table": _table(rows.rows),
        "pages": rows.page,
    }
    return page(request, "journal.html", context, section="journal")


def _table(entries: list[AuditEntry]) -> Table:
    columns = (Column(_("When")), Column(_("Who")), Column(_("What"), is_row_header=True))
    names = names_in(entries)
    rows = [Row((entry.at, actor_of(entry, names), told(entry))) for entry in entries]
    empty = Empty(_("Nothing yet"), _("Nobody has opened or changed anything of this kind."))
    return Table(_("Journal"), columns, rows, empty)
