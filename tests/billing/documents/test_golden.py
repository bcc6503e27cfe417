"""What a reader extracts from each document, page by page, against `tests/golden/documents/`.

After a wanted change, `CLAUSIER_WRITE_GOLDEN=1` writes them anew; the difference is then reviewed.
"""

import hashlib
import os
from pathlib import Path

import pytest

from billing.documents.pdf import draw_invoice
from billing.documents.view import from_issued
from tests.billing.documents.reading import drawn, text_of
from tests.billing.documents.samples import ISSUED_AT, SAMPLES

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "documents"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_of_each_page(name: str) -> None:
    text = text_of(drawn(name))
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("CLAUSIER_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_golden_text_is_forgotten() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SAMPLES)


def test_the_hash_is_that_of_the_document() -> None:
    again = draw_invoice(from_issued(SAMPLES["one-line-reunion"]()), issued_at=ISSUED_AT)
    contents = (drawn("one-line-reunion"), again, drawn("credit-note"))
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    assert digests[0] == digests[1] != digests[2]
