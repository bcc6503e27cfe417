"""The journal as a sheet, read by key some hundred entries at a time, whatever its length."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.sealing import canonical_json
from portal.journal import LATEST_FIRST, JournalSearch, actor_of, names_in, subject_of, told
from portal.listing.exports import ROWS_AT_ONCE
from providers.models import AuditEntry
from providers.scoping import open_scope


@dataclass(frozen=True, slots=True)
class JournalSheet:
    """The entries of a search; the pieces are read after the view has answered."""

    provider_id: UUID
    zone: ZoneInfo
    search: JournalSearch
    language: str

    def head(self) -> list[str]:
        return [
            _("When"),
            _("Who"),
            _("Address"),
            _("What"),
            _("Act"),
            _("About"),
            _("Detail"),
            _("Number"),
        ]

    def batches(self) -> Iterator[list[list[str]]]:
        last: AuditEntry | None = None
        while True:
            with override(self.language), open_scope(self.provider_id):
                entries = self._after(last)
                names = names_in(entries)
                rows = [self._row(entry, names) for entry in entries]
            if not entries:
                return
            last = entries[-1]
            yield rows

    def _after(self, last: AuditEntry | None) -> list[AuditEntry]:
        found = self.search.entries(self.zone)
        if last is not None:
            found = LATEST_FIRST.beyond(found, LATEST_FIRST.key_of(last), is_reversed=False)
        return list(LATEST_FIRST.sorted(found, is_reversed=False)[:ROWS_AT_ONCE])

    def _row(self, entry: AuditEntry, names: Mapping[UUID, str]) -> list[str]:
        return [
            entry.at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S"),
            actor_of(entry, names),
            entry.address or "",
            told(entry),
            entry.act,
            subject_of(entry),
            canonical_json(entry.detail) if entry.detail else "",
            str(entry.pk),
        ]
