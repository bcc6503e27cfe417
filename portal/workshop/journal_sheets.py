"""The journal as a sheet, read by key some hundred entries at a time, whatever its length."""

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.sealing import canonical_json
from portal.journal import LATEST_FIRST, JournalSearch, actor_of, names_in, told
from portal.listing.exports import BYTE_ORDER_MARK, harmless
from providers.models import AuditEntry
from providers.scoping import open_scope

ROWS_AT_ONCE: Final = 500
KEPT_IN_MEMORY: Final = 2 * 1024 * 1024
PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class JournalSheet:
    """The entries of a search; the pieces are read after the view has answered."""

    provider_id: UUID
    zone: ZoneInfo
    search: JournalSearch
    language: str

    def csv(self) -> Iterator[str]:
        yield BYTE_ORDER_MARK
        for rows in self._rows():
            written = io.StringIO()
            csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
            yield written.getvalue()

    def xlsx(self) -> Iterator[bytes]:
        """A workbook is an archive, written whole before its first byte leaves; on disk if long."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Journal")
        for rows in self._rows():
            for row in rows:
                sheet.append([ILLEGAL_CHARACTERS_RE.sub("", text) for text in row])
        with tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as file:
            book.save(file)
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece

    def _rows(self) -> Iterator[list[list[str]]]:
        with override(self.language):
            yield [self._titles()]
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

    def _titles(self) -> list[str]:
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

    def _row(self, entry: AuditEntry, names: Mapping[UUID, str]) -> list[str]:
        texts = [
            entry.at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S"),
            actor_of(entry, names),
            entry.address or "",
            told(entry),
            entry.act,
            entry.subject_name,
            canonical_json(entry.detail) if entry.detail else "",
            str(entry.pk),
        ]
        return [harmless(text) for text in texts]
