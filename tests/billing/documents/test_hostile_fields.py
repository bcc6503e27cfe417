"""T28, R20: markup typed by people is text on the page, in every field that reaches it."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pikepdf
import pytest
from django.template import TemplateSyntaxError
from django.template.context import Context

from billing.documents import html
from billing.documents.html import TEMPLATES, engine, invoice_page
from billing.documents.pdf import draw_invoice
from billing.documents.view import from_issued
from tests.billing.documents import samples
from tests.billing.documents.reading import pages
from tests.core.pdf.fragments import FRAGMENTS, fragments
from tests.core.pdf.pages import listening

# What is parsed as an amount, a day or a choice cannot hold markup: it fails before any page.
PARSED = {
    "kind", "issue_date", "due_date", "first_day", "last_day", "payment_method", "quantity",
    "unit_price", "net_amount", "vat_amount", "gross_amount", "vat_rate", "vat_code",
    "share_capital", "vat_regime", "code", "rule",
}  # fmt: skip


def with_texts(value: Any, change: Callable[[str, str], str], key: str = "") -> Any:
    """The same document with every free text changed."""
    if isinstance(value, dict):
        return {name: with_texts(part, change, name) for name, part in value.items()}
    if isinstance(value, list):
        return [with_texts(part, change, key) for part in value]
    return change(key, value) if isinstance(value, str) and key not in PARSED else value


def filled(*texts: str) -> dict[str, Any]:
    """A document with every optional part, and the texts, one after the other, in every field."""
    issued = samples.credit_note()
    issued["buyer"] = {**samples.CLINIC, "mandate_reference": "RUM"}
    issued["mentions"] = samples.mentions(samples.SOLE_TRADER, date(2026, 5, 4))
    return cast("dict[str, Any]", with_texts(issued, lambda key, _: " ".join(texts)))


@pytest.mark.parametrize("first", range(0, len(FRAGMENTS), 5))
def test_markup_in_every_field_is_printed_as_text(first: int) -> None:
    with listening() as listener:
        texts = fragments(listener.port)[first : first + 5]
        issued = filled(*texts)
        view = from_issued(cast("Any", issued))
        content = draw_invoice(view, issued_at=samples.ISSUED_AT)
        assert listener.calls == 0
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        kinds = {str(item.get("/Type")) for item in found}
        assert not kinds & {"/Filespec", "/EmbeddedFile", "/Annot"}
        assert "/AcroForm" not in pdf.Root
    printed = re.sub(r"\s", "", pages(content)[0].extract_text())
    for text in texts:
        assert re.sub(r"\s", "", text)[:60] in printed


def test_every_text_of_the_document_is_escaped() -> None:
    """A canary in each field in turn: wherever it shows, it shows as text."""
    names: set[str] = set()

    def canary(key: str, _: str) -> str:
        names.add(key)
        return f"<b id={key}>&\"'"

    page = invoice_page(from_issued(with_texts(filled("x"), canary)))
    assert "<b id=" not in page
    hidden = {name for name in names if f"&lt;b id={name}&gt;&amp;&quot;&#x27;" not in page}
    # Printed as something else (a colour), or only on documents of another sort (a payment).
    assert hidden == {"brand_color", "bic", "iban", "mandate_reference"}


def test_payment_texts_are_escaped() -> None:
    for method in ("direct_debit", "cheque", "bank_transfer"):
        issued = with_texts(samples.one_line(), lambda key, _: f"<b id={key}>&")
        issued["payment_method"] = method
        issued["buyer"]["mandate_reference"] = "<b id=mandate>"
        page = invoice_page(from_issued(issued))
        assert "<b id=" not in page
        assert "&lt;b" in page


@pytest.mark.parametrize(
    "color", ["red", "#12345", "#1234567", "url(http://127.0.0.1/)", '#000000"><img src=x>', ""]
)
def test_a_colour_that_is_none_becomes_the_usual_one(color: str) -> None:
    issued = samples.one_line()
    issued["seller"]["brand_color"] = color
    assert 'style="--brand: #0b5a8f"' in invoice_page(from_issued(issued))


def test_no_template_turns_escaping_off() -> None:
    for template in (TEMPLATES / "documents").iterdir():
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"autoescape|\|\s*safe|safeseq|escapejs|{%\s*(load|debug)", text)


def test_a_name_the_page_does_not_have_is_a_fault() -> None:
    template = engine().from_string("{{ invoice.nubmer }}")
    context = Context({"invoice": from_issued(samples.one_line())}, use_l10n=False, use_tz=False)
    with pytest.raises(TemplateSyntaxError, match=r"invoice\.nubmer"):
        template.render(context)


def test_the_pages_of_the_web_lend_nothing_to_documents() -> None:
    assert engine().template_context_processors == engine().template_context_processors[:1]
    assert engine().autoescape
    assert engine() is html.engine()
