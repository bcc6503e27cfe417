import io

import pytest
from PIL import Image

from contracts.operations.scans import LARGEST_BYTES, Scan, ScanRefused, check_scan
from tests.factories import TINY_PDF


def picture(form: str, size: tuple[int, int] = (2, 2)) -> bytes:
    stream = io.BytesIO()
    Image.new("1", size).save(stream, form)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("contrat.pdf", TINY_PDF, "application/pdf"),
        ("CONTRAT.PDF", TINY_PDF, "application/pdf"),
        ("page.png", picture("PNG"), "image/png"),
        ("page.jpg", picture("JPEG"), "image/jpeg"),
        ("page.jpeg", picture("JPEG"), "image/jpeg"),
    ],
)
def test_the_bytes_say_what_a_file_is(name: str, content: bytes, media_type: str) -> None:
    assert check_scan(Scan(name, content)).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("contrat.pdf", b""),
        ("contrat.pdf", b"%PDF-1.7 cut short"),
        ("contrat.pdf", picture("PNG")),
        ("page.png", TINY_PDF),
        ("page.png", picture("PNG")[:40]),
        ("page.png", b"\x89PNG\r\n\x1a\n" + b"<script>" * 9),
        ("page.jpg", b"\xff\xd8\xff"),
        ("page.gif", picture("GIF")),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("contrat.pdf.exe", TINY_PDF),
        ("contrat", TINY_PDF),
        ("huge.png", picture("PNG", (20_000, 20_000))),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ScanRefused) as refusal:
        check_scan(Scan(name, content), field="scan")

    assert refusal.value.field == "scan"


def test_the_largest_file_is_taken_and_one_byte_more_is_not() -> None:
    filler = b"0" * (LARGEST_BYTES - len(TINY_PDF))
    largest = TINY_PDF[:9] + filler + TINY_PDF[9:]

    assert len(check_scan(Scan("contrat.pdf", largest)).content) == LARGEST_BYTES
    with pytest.raises(ScanRefused):
        check_scan(Scan("contrat.pdf", largest + b"\n"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/contrat.pdf", "contrat.pdf"),
        ("C:\\Users\\x\\contrat.pdf", "contrat.pdf"),
        ("con\x00tr\u202eat.pdf", "contrat.pdf"),
        ("é" * 300 + ".pdf", "é" * 116 + ".pdf"),
    ],
)
def test_the_name_is_only_a_name(given: str, kept: str) -> None:
    assert check_scan(Scan(given, TINY_PDF)).name == kept
