"""What a reader gets out of a PDF: the text of its pages, and where it stands on the sheet."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdf import PageObject, PdfReader

from billing.documents.pdf import draw_invoice
from billing.documents.view import from_issued
from core.pdf.fonts import FACES, FAMILY_PACKAGE
from tests.billing.documents.samples import ISSUED_AT, SAMPLES

MILLIMETRES_PER_POINT = 25.4 / 72
Matrix = list[float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with its base line, in millimetres from the sheet's top left corner."""

    text: str
    left: float
    top: float
    right: float


@cache
def drawn(name: str) -> bytes:
    """A sample, drawn once for all the tests that look at it."""
    return draw_invoice(from_issued(SAMPLES[name]()), issued_at=ISSUED_AT)


def pages(content: bytes) -> list[PageObject]:
    return list(PdfReader(BytesIO(content)).pages)


def text_of(content: bytes) -> str:
    """All pages, each under its heading; what the golden files hold."""
    found = pages(content)
    parts = [
        f"=== {number}/{len(found)} ===\n{page.extract_text().strip()}\n"
        for number, page in enumerate(found, start=1)
    ]
    return "\n".join(parts)


@cache
def metrics(face: str) -> tuple[dict[int, str], Any, int]:
    font = TTFont(BytesIO((files(FAMILY_PACKAGE) / "files" / face).read_bytes()))
    return font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm


def width(text: str, name: str) -> float:
    """Of a text in ems, from the advances of its face."""
    regular, semibold, bold = FACES
    face = semibold if "Semi" in name else bold if "Bold" in name else regular
    glyphs, advances, em = metrics(face)
    return sum(int(advances[glyphs[ord(letter)]][0]) for letter in text) / em


def pieces(page: PageObject) -> list[Piece]:
    found: list[Piece] = []
    height = float(page.mediabox.height)

    def visit(text: str, cm: Matrix, tm: Matrix, font: dict[str, str] | None, size: float) -> None:
        text = text.strip("\n ")
        if text and font:
            left = (tm[4] * cm[0] + tm[5] * cm[2] + cm[4]) * MILLIMETRES_PER_POINT
            bottom = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            top = (height - bottom) * MILLIMETRES_PER_POINT
            scale = size * tm[0] * cm[0] * MILLIMETRES_PER_POINT
            found.append(Piece(text, left, top, left + scale * width(text, font["/BaseFont"])))

    page.extract_text(visitor_text=visit)
    return found
