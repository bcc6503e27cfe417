"""What the lists of the interface find: the tabs and the words of the workshop's lists."""

from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.models import Invoice, Payment
from contracts.models import Contract, Offer, OfferVersion
from core.french import fold
from portal.workshop.queries import CONTRACT_TABS, contracts_like, invoices_like
from providers.models import Contact, Customer

INVOICE_TABS: Final = ("all", "unpaid", "overdue", "paid", "cancelled", "credit_notes")


def customers(words: str, tab: str) -> QuerySet[Customer]:
    """Customers whose name starts so, accents and capitals aside."""
    found = Customer.objects.all()
    if fold(words):
        found = found.filter(sort_key__begins=fold(words))
    in_force = Exists(Contract.objects.in_force().filter(customer=OuterRef("pk")))
    if tab == "under_contract":
        return found.filter(in_force)
    return found.filter(~in_force) if tab == "without" else found


def contracts(words: str, tab: str) -> QuerySet[Contract]:
    """Contracts of the customers whose name starts so, or whose reference does."""
    found = Contract.objects.filter(CONTRACT_TABS.get(tab, Q()))
    return found.filter(contracts_like(words)) if fold(words) else found


def invoices(words: str) -> QuerySet[Invoice]:
    """Documents whose number, or whose customer's name, starts so."""
    found = Invoice.objects.all()
    return found.filter(invoices_like(words)) if fold(words) else found


def contacts(customer_id: UUID | None) -> QuerySet[Contact]:
    """The people of one practice, or of all."""
    found = Contact.objects.all()
    return found.filter(customer_id=customer_id) if customer_id else found


def offers() -> QuerySet[Offer]:
    return Offer.objects.all()


def versions(offer: Offer) -> QuerySet[OfferVersion]:
    """The versions of an offer, without what they say."""
    return OfferVersion.objects.filter(offer=offer).defer("terms")


def payments(invoice: Invoice) -> QuerySet[Payment]:
    return Payment.objects.filter(invoice=invoice)
