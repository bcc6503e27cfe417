"""The PDF of an issued document."""

from datetime import datetime

from billing.documents.html import invoice_assets, invoice_page
from billing.documents.view import InvoiceView
from billing.documents.wording import day
from core.pdf import Metadata, render


def draw_invoice(view: InvoiceView, *, issued_at: datetime) -> bytes:
    """Draw once, keep for ever: the same view and instant give the same bytes.

    Raises the errors of `core.pdf.render`.
    """
    return render(
        invoice_page(view),
        assets=invoice_assets(view),
        title=view.title,
        language="fr",
        metadata=Metadata(
            author=view.seller.full_legal_name,
            subject=f"{view.kind_name} {view.number} du {day(view.issue_date)}, {view.buyer.name}",
            created_at=issued_at,
        ),
    )
