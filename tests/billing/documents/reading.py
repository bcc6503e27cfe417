"""What a reader gets out of a PDF: the text of its pages, and where it stands on the sheet."""

import io
from dataclasses import dataclass
from functools import cache

from pypdf import PageObject, PdfReader

from billing.documents.pdf import draw_invoice
from billing.documents.view import from_issued
from tests.billing.documents.samples import ISSUED_AT, SAMPLES

MILLIMETRES_PER_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with its base line, in millimetres from the sheet's top left corner."""

    text: str
    left: float
    top: float


@cache
def drawn(name: str) -> bytes:
    """A sample, drawn once for all the tests that look at it."""
    return draw_invoice(from_issued(SAMPLES[name]()), issued_at=ISSUED_AT)


def pages(content: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(content)).pages)


def text_of(content: bytes) -> str:
    """All pages, each under its heading; what the golden files hold."""
    found = pages(content)
    parts = [
        f"=== {number}/{len(found)} ===\n{page.extract_text().strip()}\n"
        for number, page in enumerate(found, start=1)
    ]
    return "\n".join(parts)


def pieces(page: PageObject) -> list[Piece]:
    found: list[Piece] = []
    height = float(page.mediabox.height)

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            bottom = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            top = (height - bottom) * MILLIMETRES_PER_POINT
            found.append(Piece(text.strip(), left * MILLIMETRES_PER_POINT, top))

    page.extract_text(visitor_text=visit)
    return found
