"""What the family cannot print never becomes an empty box."""

from pathlib import Path

import pytest

from core.pdf.fonts import covered_characters, install, printable


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    folder = tmp_path_factory.mktemp("fonts")
    install(folder)
    return covered_characters(folder)


def test_french_greek_and_the_signs_of_invoices_are_covered(covered: frozenset[str]) -> None:
    text = "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’–—…·§°²×÷−≤≥≠→€ΣΩσ\u00a0\u202f0123456789"
    assert set(text) <= covered
    assert printable(text, covered) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301te\u0301", "été"),
        ("Nguyễn, Şahin, Łukasz, Ștefan", "Nguyễn, Şahin, Łukasz, Ștefan"),
        ("sous\u2011traitance", "sous-traitance"),
        ("a\u202eb\u200bc\ufeffd\u00ade\x00f\x1bg", "abcdefg"),
        ("Cabinet 漢字 😀", "Cabinet ?? ?"),
        ("Ⅳ ㎏", "IV kg"),
        ("deux\nlignes\tet demie", "deux\nlignes\tet demie"),
    ],
)
def test_the_rest_is_replaced(text: str, expected: str, covered: frozenset[str]) -> None:
    assert printable(text, covered) == expected


def test_the_machine_s_own_fonts_are_out_of_reach(tmp_path: Path) -> None:
    configuration = install(tmp_path).read_text()
    assert configuration.count("<dir>") == 1
    assert f"<dir>{tmp_path}</dir>" in configuration
