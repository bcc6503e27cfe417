"""The same input gives the same bytes: from one process, from another, before and after others."""

from core.pdf import Renderer
from tests.core.pdf.pages import draw, job

PAGE = "<h1>Facture</h1><p>Σ 12,50\u00a0€ <b>gras</b></p><table><tr><td>1</td></tr></table>"


def test_again_after_other_documents() -> None:
    first = draw(PAGE)
    draw("<p>autre document <b>tout</b> différent, œuvre çà et là</p>")
    assert draw(PAGE) == first


def test_in_another_process() -> None:
    contents = []
    for _ in range(2):
        renderer = Renderer()
        contents.append(renderer.render(job(PAGE)))
        renderer.close()
    assert contents[0] == contents[1]


def test_another_text_gives_another_identifier() -> None:
    assert draw(PAGE) != draw(PAGE.replace("12,50", "12,51"))
