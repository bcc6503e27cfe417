"""The one family documents are set in, and what it can print."""

import unicodedata
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY_PACKAGE = "font_source_sans_pro"
FACES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf", "SourceSansPro-Bold.ttf")
UNPRINTABLE = "?"
INVISIBLE = frozenset({"Cc", "Cf", "Mn"})
LAYOUT = frozenset("\n\r\t")
STAND_INS = {"\u2010": "-", "\u2011": "-", "\u25a1": "?"}

CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


def install(folder: Path) -> Path:
    """Lay the faces out in `folder`; return a configuration that knows no font of the machine.

    With those in reach, the same invoice would come out differently on the next machine.
    """
    for face in FACES:
        (folder / face).symlink_to(str(files(FAMILY_PACKAGE) / "files" / face))
    configuration = folder / "fonts.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    return configuration


def covered_characters(folder: Path) -> frozenset[str]:
    """What every face can print: bold must not lose a letter that regular has."""
    covered = set.intersection(*(_letters(folder / face) for face in FACES))
    visible = {letter for letter in covered if unicodedata.category(letter) not in INVISIBLE}
    return frozenset(visible) | LAYOUT


def printable(text: str, covered: frozenset[str]) -> str:
    """The text without what the family cannot print: no empty box reaches an archived file.

    Invisible control characters go (those that turn the reading direction too), a composed letter
    falls back to the letters it is made of, and what is left becomes a question mark.
    """
    text = unicodedata.normalize("NFC", text)
    missing = set(text) - covered
    if not missing:
        return text
    return text.translate({ord(letter): _stand_in(letter, covered) for letter in missing})


def _letters(face: Path) -> set[str]:
    return set(map(chr, TTFont(BytesIO(face.read_bytes())).getBestCmap()))


def _stand_in(letter: str, covered: frozenset[str]) -> str:
    if letter in STAND_INS:
        return STAND_INS[letter]
    if unicodedata.category(letter) in INVISIBLE:
        return ""
    kept = "".join(part for part in unicodedata.normalize("NFKD", letter) if part in covered)
    return kept or UNPRINTABLE
