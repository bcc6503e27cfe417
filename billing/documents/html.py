"""The page of an invoice: its template and its closed set of assets, apart from the web pages."""

from functools import cache
from pathlib import Path

from django.template import Context, Engine, TemplateSyntaxError

from billing.documents.view import Buyer, InvoiceView
from core.pdf import Assets

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = PROJECT / "templates"
STYLES = PROJECT / "static" / "documents"
LOGO = "logo"
WATERMARK = "watermark"
WINDOW_LINES = 6  # of 4.2 mm: what a DL window shows wherever the sheet rests in the envelope
CHARACTERS_PER_LINE = 40


class _Undefined(str):
    """A name the template asks for and the page does not have is a fault, not an empty place."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise TemplateSyntaxError(f"the document template asks for {name}, which it was not given")


@cache
def engine() -> Engine:
    """An engine of its own: no context processor, no setting, escaping always on."""
    return Engine(
        dirs=[str(TEMPLATES)],
        autoescape=True,
        string_if_invalid=_Undefined("%s"),
        builtins=["billing.documents.filters"],
    )


def invoice_page(view: InvoiceView) -> str:
    """The HTML of one invoice or credit note."""
    values = {
        "invoice": view,
        "seller": view.seller,
        "buyer": view.buyer,
        "logo": LOGO,
        "has_long_address": address_height(view.buyer) > WINDOW_LINES,
    }
    context = Context(values, use_l10n=False, use_tz=False)
    return engine().get_template("documents/invoice.html").render(context)


def address_height(buyer: Buyer) -> int:
    """How many lines the buyer's address takes at its normal size."""
    texts = (
        buyer.name,
        f"À l’attention de {buyer.attention}" if buyer.attention else "",
        buyer.street,
    )
    return 1 + sum(-(-len(text) // CHARACTERS_PER_LINE) for text in texts)


def invoice_assets(view: InvoiceView) -> Assets:
    """All that the page may use: styles, the provider's logo, a demonstration's watermark."""
    images = {LOGO: view.brand.logo} if view.brand.logo else {}
    styles = ["invoice.css"]
    if view.is_demonstration:
        images[WATERMARK] = (STYLES / "watermark.svg").read_bytes()
        styles.append("demonstration.css")
    return Assets(stylesheets=tuple(_style(name) for name in styles), images=images)


@cache
def _style(name: str) -> str:
    return (STYLES / name).read_text(encoding="utf-8")
