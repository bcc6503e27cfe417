"""The French catalogue says everything that the code says, and nothing else."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

CATALOGUE = "locale/fr/LC_MESSAGES/django.po"
SOURCES = ("*.py", "*.html", "*.txt")
# Whose words are read by people; the rest of the checkout is tests, scripts and documents.
FOLDERS = (
    "billing", "config", "contracts", "core", "fleet", "imports", "portal", "providers",
    "scenarios", "templates",
)  # fmt: skip
Message = tuple[str, str, str]


def key(entry: polib.POEntry) -> Message:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def copy_sources(checkout: Path, folder: Path) -> None:
    """What is extracted is written beside its sources: so beside copies of them."""
    for name in FOLDERS:
        wanted = shutil.ignore_patterns("__pycache__", "migrations", ".*")
        shutil.copytree(checkout / name, folder / name, ignore=wanted)
    (folder / "locale").mkdir()


@pytest.fixture(scope="module")
def extracted(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[Message, polib.POEntry]:
    folder = tmp_path_factory.mktemp("sources")
    copy_sources(checkout, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(settings, "LOCALE_PATHS", [])
        call_command("makemessages", "--locale", "fr", "--no-obsolete", verbosity=0)
    found = polib.pofile(str(folder / CATALOGUE))
    return {key(entry): entry for entry in found}


@pytest.fixture(scope="module")
def catalogue(checkout: Path) -> polib.POFile:
    return polib.pofile(str(checkout / CATALOGUE))


def faults(code: dict[Message, polib.POEntry], written: Any) -> list[str]:
    """Sentences without a translation, and translations without a sentence."""
    entries = {key(entry): entry for entry in written if not entry.obsolete}
    found = [
        f"{code[name].occurrences}: not in the catalogue: {name[1]!r}"
        for name in code
        if name not in entries
    ]
    found += [f"no longer in the code: {name[1]!r}" for name in entries if name not in code]
    found += [f"kept for nothing: {entry.msgid!r}" for entry in written if entry.obsolete]
    for entry in entries.values():
        said = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy or not all(said):
            found.append(f"fuzzy or empty: {entry.msgid!r}")
    return found


def test_every_sentence_is_in_french(
    extracted: dict[Message, polib.POEntry], catalogue: polib.POFile
) -> None:
    assert len(extracted) > 1_000
    assert faults(extracted, catalogue) == []


def test_a_sentence_that_is_missing_or_left_over_is_found(
    extracted: dict[Message, polib.POEntry], catalogue: polib.POFile
) -> None:
    first, second, third, *rest = catalogue
    planted = [polib.POEntry(msgid="Nobody says this.", msgstr="Personne ne dit cela."), *rest]
    planted.append(polib.POEntry(msgid=second.msgid, msgctxt=second.msgctxt, msgstr=""))
    planted.append(
        polib.POEntry(msgid=third.msgid, msgctxt=third.msgctxt, msgstr="x", flags=["fuzzy"])
    )
    found = faults(extracted, planted)
    assert any(repr(first.msgid) in fault for fault in found if "not in the cat" in fault)
    assert "no longer in the code: 'Nobody says this.'" in found
    assert f"fuzzy or empty: {second.msgid!r}" in found
    assert f"fuzzy or empty: {third.msgid!r}" in found


# --- Typography -----------------------------------------------------------------------------------
# A thin space that does not break before ; ! and ?, a whole one before a colon and inside « ».
BARE = re.compile(
    r"(?<![\u202f\s(«\[/?&])[;!?](?=[\s»)…]|$)|[ \u00a0][;!?](?=\s|$)|[ \u202f]:(?=\s|$)"
)
QUOTED = re.compile(r"«(?!\u00a0)|(?<!\u00a0)»")


def misprinted(text: str) -> bool:
    """
    >>> [misprinted(text) for text in ("Oui\u202f?", "Oui ?", "Oui?", "a\u00a0: b", "«oui»")]
    [False, True, True, False, True]
    """
    plain = re.sub(r"%\(\w+\)[sd]|https?://\S+|&\w+;", "x", text)
    return bool(BARE.search(plain) or QUOTED.search(plain))


def test_french_signs_have_their_spaces(catalogue: polib.POFile) -> None:
    said = [
        text
        for entry in catalogue
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
    ]
    assert [text for text in said if misprinted(text)] == []


def test_no_sentence_stands_inside_an_f_string(checkout: Path, catalogue: polib.POFile) -> None:
    """What collects the sentences does not look there: a new one would stay in English."""
    known = {entry.msgid for entry in catalogue}
    found = [
        f"{path.relative_to(checkout)}: {text!r}"
        for folder in FOLDERS
        for path in sorted((checkout / folder).rglob("*.py"))
        for text in texts_in_f_strings(ast.parse(path.read_text()))
        if text not in known
    ]
    assert found == []


def texts_in_f_strings(tree: ast.AST) -> Iterator[str]:
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    for node in (inner for string in strings for inner in ast.walk(string)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "gettext"}:
            yield from (str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant))


def test_a_sentence_inside_an_f_string_is_seen() -> None:
    planted = "title = f'{name} {_(\"Left in English\")}'"
    assert list(texts_in_f_strings(ast.parse(planted))) == ["Left in English"]
