"""What is asked of an import: which file of what, and which of its columns is which."""

from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.uploads import too_large
from imports.kinds import KINDS, ImportColumn, Kind
from imports.rules.tables import HEADS_AMONG, LARGEST_BYTES, Table
from portal.formats import sentence

NOT_THERE: Final = ""
SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 60


class FileForm(forms.Form):
    kind = forms.ChoiceField(label=_("what the file holds"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV or XLSX, 10 MB and 20,000 rows at most. Only the values are kept."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["kind"])
        field.choices = [(kind.code, capfirst(str(kind.title))) for kind in KINDS.values()]

    def clean_file(self) -> "UploadedFile[Any]":
        """Before the file is read: what it is, the reader says."""
        file = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (file.size or 0) > LARGEST_BYTES:
            raise ValidationError(sentence(too_large(LARGEST_BYTES)))
        return file


class HeadForm(forms.Form):
    """Which of the first rows names the columns; read from the address: it needs no script."""

    head = forms.TypedChoiceField(label=_("row of the names"), coerce=int)

    def __init__(self, *args: Any, table: Table, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["head"])
        field.choices = [
            (number, f"{number} · {shortened(' | '.join(filter(None, row)))}")
            for number, row in enumerate(table.rows[:HEADS_AMONG], start=1)
            if any(row)
        ]


class ColumnsForm(forms.Form):
    """One choice a column of the kind: a column of the file, or none."""

    head = forms.IntegerField(min_value=1, max_value=HEADS_AMONG, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, kind: Kind, table: Table, head: int, mapping: dict[str, int], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        self.fields["head"].initial = head
        choices = [(NOT_THERE, _("Not in the file")), *columns_of(table, head)]
        for column in kind.columns:
            self.fields[column.code] = forms.ChoiceField(
                label=str(column.label),
                choices=choices,
                required=False,
                initial=mapping.get(column.code, NOT_THERE),
                help_text=_hint(table, head, mapping.get(column.code), column),
            )

    def mapping(self) -> dict[str, int]:
        values = self.cleaned_data
        chosen = {code: values.get(code, NOT_THERE) for code in self.kind.by_code}
        return {code: int(place) for code, place in chosen.items() if place != NOT_THERE}


def columns_of(table: Table, head: int) -> list[tuple[int, str]]:
    """The columns of the file with their name and a sample value."""
    names = table.cells(head)
    found = []
    for place in range(table.width):
        name = names[place] if place < len(names) else ""
        sample = next(iter(samples(table, head, place)), "")
        label = f"{letter(place)} · {name or '—'}"
        found.append((place, f"{label} ({shortened(sample)})" if sample else label))
    return found


def _hint(table: Table, head: int, place: int | None, column: ImportColumn) -> str:
    """The first values of the column that was guessed, after what the column is."""
    needed = _("Needed for a new row.") if column.is_needed else ""
    found = samples(table, head, place) if place is not None else []
    said = _("In the file: %s") % " · ".join(map(shortened, found)) if found else ""
    return " ".join(str(part) for part in (needed, column.help_text, said) if part)


def samples(table: Table, head: int, place: int) -> list[str]:
    found = []
    for _number, row in table.below(head):
        if place < len(row) and row[place]:
            found.append(row[place])
        if len(found) == SAMPLES:
            break
    return found


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SAMPLE else f"{text[: LONGEST_SAMPLE - 1]}…"


def letter(place: int) -> str:
    """The letter of a column, as spreadsheets write it.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


class CommitForm(forms.Form):
    """Which check was seen."""

    seen = forms.IntegerField(min_value=0, max_value=30_000, widget=forms.HiddenInput)
