"""What a practice of the matrix has by now, app by app, and an object of each kind by its name."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing.models import Invoice, InvoiceDocument, Payment, SetAside
from billing.operations.credit_notes import cancel_invoice
from billing.operations.payments import record_payment
from contracts.enums import PaymentMethod
from contracts.models import (
    Alert,
    Contract,
    ContractDocument,
    Offer,
    OfferVersion,
    Parking,
    PriceRevision,
)
from contracts.operations.drafts import start_draft
from contracts.operations.parking import park
from core.errors import DomainError
from portal.operations import note_customer_seen, record_export, save_view
from providers.models import OutboxItem
from tests.permissions.letters import a_letter, a_line, an_archive

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


def money(customer_id: UUID, name: str, word: str) -> dict[str, UUID]:
    """One invoice paid in part, with its PDF, its letter and its archive; another one cancelled."""
    first, last = Invoice.objects.filter(customer_id=customer_id).order_by("sequence")
    payment = record_payment(
        invoice_id=last.id,
        amount=Decimal("10.00"),
        received_on=TODAY,
        method=PaymentMethod.CHEQUE,
        request_key=name,
        reference=f"chèque {word}",
        at=NOW,
    )
    cancel_invoice(invoice_id=first.id, issued_on=TODAY, at=NOW)
    OutboxItem.objects.filter(subject_id=last.id).update(error=f"Panne de {word}")
    assert Payment.objects.filter(customer_id=customer_id).count() == 1
    assert InvoiceDocument.objects.filter(invoice=last).exists()
    return {
        "invoice_id": last.id,
        "payment_id": payment.id,
        "mail_id": a_letter(customer_id, word).id,
        "job_id": an_archive(customer_id, name, last, word).id,
    }


def incidents(customer_id: UUID, contract_id: UUID, word: str) -> dict[str, UUID]:
    """What went wrong with a contract, and what waits for somebody."""
    said, contract = f"Panne de {word}", Contract.objects.get(id=contract_id)
    parking = Parking.objects.filter(contract=contract).first() or park(
        contract=contract,
        step="invoicing",
        error=DomainError(said, code="fault"),
        day=TODAY,
        at=NOW,
    )
    assert parking is not None
    Parking.objects.filter(contract=contract).update(message=said, template=said)
    about: dict[str, Any] = {"customer_id": customer_id, "contract": contract}
    Alert.objects.create(**about, code="notice", key=word, raised_on=TODAY)
    SetAside.objects.create(**about, reason=f"Litige {word}", set_aside_at=NOW)
    return {"parking_id": parking.id}


def papers(contract_id: UUID) -> dict[str, Any]:
    documents = ContractDocument.objects.filter(contract_id=contract_id)
    revision = PriceRevision.objects.get(contract_id=contract_id)
    return {"document_id": documents.earliest("id").id, "revision_id": revision.id}


def offers() -> dict[str, Any]:
    """What the provider sells; a draft of its own for each practice."""
    offer = Offer.objects.get()
    return {
        "offer": offer.code,
        "offer_id": offer.id,
        "version_id": OfferVersion.objects.latest("number").id,
        "draft_id": start_draft(offer_id=offer.id, at=NOW).id,
        "section": "duree",
    }


def traces(customer_id: UUID, word: str) -> None:
    """What somebody looked at, kept and took away."""
    query = f"search={word}"
    a_line(customer_id, word)
    save_view(user_id=customer_id, listing="invoices", name=f"Vue {word}", query=query, columns=())
    note_customer_seen(user_id=customer_id, customer_id=customer_id, at=NOW)
    record_export(user_id=customer_id, listing="invoices", kind="csv", query=query, rows=1, at=NOW)
