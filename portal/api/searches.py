"""What the lists of the interface find: the tabs and the words of the workshop's lists."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.models import Invoice
from contracts.models import Contract
from core.french import fold
from portal.workshop.queries import CONTRACT_TABS, contracts_like, invoices_like
from providers.models import Customer

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
