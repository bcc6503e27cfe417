"""Reading files: encodings, delimiters, limits; what is written is what is read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.uploads import UploadRefused
from imports.rules.files import read_file
from imports.rules.tables import MOST_ROWS
from imports.rules.text_files import decoded, delimiter_of, read_text_file
from tests.uploads.corpus import workbook

TEXT = "Nom;Ville\nCabinet Élodie;Fréjus\n"
ROWS = (("Nom", "Ville"), ("Cabinet Élodie", "Fréjus"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_table_reads_the_same_in_every_form(encoding: str, delimiter: str, ending: str) -> None:
    content = TEXT.replace(";", delimiter).replace("\n", ending).encode(encoding)
    assert read_file("clients.csv", content).table.rows == ROWS


def test_the_commonest_cut_wins_over_commas_within_the_cells() -> None:
    text = "Clients au 1er janvier, tous\nNom;Montant;Adresse\nA;1,50;12, rue B\nC;2,75;3, rue D\n"
    assert delimiter_of(text) == ";"
    assert read_text_file(text.encode()).rows[2] == ("A", "1,50", "12, rue B")


def test_a_cell_may_hold_line_ends_and_quotation_marks() -> None:
    table = read_text_file('Nom;Adresse\n"Cabinet ""A""";"12 rue B\nétage 2"\n'.encode())
    assert table.rows[1] == ('Cabinet "A"', "12 rue B\nétage 2")


def test_rows_keep_their_number_and_lose_their_empty_ends() -> None:
    table = read_text_file(b"Nom;Ville;;\n;;;\nA;B;;\n")
    assert list(table.below(1)) == [(3, ("A", "B"))]
    assert table.width == 2


CELLS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(lambda text: text and not text.startswith("'"))
)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(";,\t"),
)
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    found = read_text_file(written.getvalue().encode("utf-8-sig"))
    assert found.rows == tuple(tuple(row) for row in rows)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for name in ("a.csv", "a.xlsx"):
        try:
            read_file(name, content)
        except UploadRefused as refusal:
            assert refusal.field == "file"  # noqa: PT017


def test_the_most_rows_are_taken_and_one_more_is_not() -> None:
    head, row = b"Nom;Ville\n", b"a;b\n"
    assert len(read_text_file(head + row * MOST_ROWS).rows) == MOST_ROWS + 1
    with pytest.raises(UploadRefused, match="20000 rows"):
        read_text_file(head + row * (MOST_ROWS + 1))


def test_a_workbook_gives_values_and_never_runs_a_formula() -> None:
    from datetime import date, datetime

    rows = (
        ("Nom", "Jour", "Montant", "Oui", "Formule"),
        ("A", date(2026, 12, 31), 1234.5, True, "=1+1"),
        ("B", datetime(2026, 1, 2), 732829320, None, "='x'!A1"),  # noqa: DTZ001 - no zone
    )
    table = read_file("a.xlsx", workbook(*rows)).table
    assert table.rows[1] == ("A", "31/12/2026", "1234,5", "oui")
    assert table.rows[2] == ("B", "02/01/2026", "732829320")


def test_a_guarded_cell_comes_back_as_it_was() -> None:
    assert read_text_file(b"Nom;Tel\nA;'+33 4 94\n").rows[1] == ("A", "+33 4 94")


def test_utf_16_without_a_mark_is_seen() -> None:
    assert decoded("Nom;Ville".encode("utf-16-be")) == "Nom;Ville"
