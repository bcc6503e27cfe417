"""T28: a page gets nothing but what it was handed, whatever its markup asks for."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator

import pikepdf
import pytest

from core.pdf import AssetRefused, RenderingFailed
from core.pdf.process import PROJECT
from tests.core.pdf.fragments import FRAGMENTS, SECRET_FILE, fragments
from tests.core.pdf.pages import Listener, draw, listening

# The same fragments through the bare library, with its own fetcher and no fence.
BARE = """
import io, json, sys
import pikepdf, weasyprint
embedded = 0
for fragment in json.load(sys.stdin):
    try:
        content = weasyprint.HTML(string=fragment).write_pdf(pdf_variant="pdf/a-3b")
    except Exception:
        continue
    with pikepdf.open(io.BytesIO(content)) as pdf:
        embedded += any(item.get("/Type") == "/Filespec" for item in pdf.objects
                        if isinstance(item, pikepdf.Dictionary))
print(embedded)
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def embedded_files(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        return sum(item.get("/Type") in {"/Filespec", "/EmbeddedFile"} for item in found)


def links(pdf: pikepdf.Pdf) -> list[str]:
    annotations = [item for page in pdf.pages for item in page.get("/Annots", [])]
    return [str(item.A.URI) for item in annotations]


@pytest.mark.parametrize("number", range(len(FRAGMENTS)))
def test_a_hostile_page_reaches_nothing_and_embeds_nothing(number: int, listener: Listener) -> None:
    fragment = fragments(listener.port)[number]
    try:
        content = draw(f"<p>avant</p>{fragment}<p>après</p>")
    except RenderingFailed:
        content = b""
    assert listener.calls == 0
    if content:
        assert embedded_files(content) == 0
        assert b"root:" not in content
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert "/AcroForm" not in pdf.Root
            assert all(target.startswith("http://127.0.0.1") for target in links(pdf))


def test_the_fragments_bite_a_renderer_without_fences(listener: Listener) -> None:
    texts = [text for text in fragments(listener.port) if "/dev/zero" not in text][::2]
    answer = subprocess.run(
        [sys.executable, "-c", BARE],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert listener.calls >= 15
    assert int(answer.stdout) >= 3


def test_the_refusal_names_what_was_asked_for() -> None:
    with pytest.raises(AssetRefused, match=f"file://{SECRET_FILE}"):
        draw(f'<img src="file://{SECRET_FILE}" alt="x">')


def test_a_refusal_costs_no_new_process() -> None:
    from core.pdf.renderer import _RENDERER

    draw("<p>x</p>")
    before = _RENDERER.pid
    with pytest.raises(AssetRefused):
        draw('<img src="asset:unknown" alt="x">')
    assert _RENDERER.pid == before


def test_an_image_that_cannot_be_read_fails_instead_of_being_left_out() -> None:
    broken = b"\x89PNG\r\n\x1a\n" + bytes(64)
    with pytest.raises(RenderingFailed, match="Failed to load image"):
        draw('<img src="asset:logo" alt="x">', images={"logo": broken})


def test_an_image_of_another_kind_is_refused() -> None:
    with pytest.raises(AssetRefused, match="neither PNG nor JPEG nor SVG"):
        draw('<img src="asset:logo" alt="x">', images={"logo": b"GIF89a" + bytes(64)})


def test_a_picture_without_its_text_fails() -> None:
    dot = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>'
    draw('<img src="asset:dot" alt="un point">', images={"dot": dot})
    with pytest.raises(RenderingFailed, match="alt"):
        draw('<img src="asset:dot">', images={"dot": dot})


def test_the_parent_never_loads_the_layout_library() -> None:
    script = (
        "import logging, sys, core.pdf; "
        "print('weasyprint' in sys.modules or bool(logging.getLogger('weasyprint').handlers))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
