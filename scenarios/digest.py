"""What a provider's life came to, as one digest: numbers, amounts and days, never an identifier."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from billing.models import Invoice, Payment
from contracts.models import Alert, Contract, ContractTerm, IndexObservation, Parking, PriceRevision
from fleet.models import Equipment
from providers.models import Contact, Customer, Provider
from providers.scoping import open_scope


def digest_of(provider: Provider) -> str:
    """The same life gives the same digest, on any machine."""
    found = sha256()
    with open_scope(provider.id):
        for row in business_values():
            found.update(f"{row}\n".encode())
    return found.hexdigest()


def business_values() -> Iterator[tuple[Any, ...]]:
    """Every business value of the open provider, in an order that is theirs."""
    for model, columns in COLUMNS.items():
        rows = model.objects.order_by().values_list(*columns)
        yield from sorted((model.__name__, *map(str, row)) for row in rows)


COLUMNS: dict[Any, tuple[str, ...]] = {
    Customer: ("name", "siren", "postal_code", "phone", "email"),
    Contact: ("customer__name", "name", "position", "phone"),
    Equipment: ("customer__name", "kind", "label"),
    Contract: (
        "reference", "customer__name", "status", "signed_on", "starts_on", "ends_on", "ended_on",
        "next_invoice_on", "is_parked",
    ),
    ContractTerm: ("contract__reference", "number", "first_day", "last_day"),
    Invoice: (
        "number", "customer__name", "document", "issue_date", "due_date", "first_day", "last_day",
        "net_amount", "vat_amount", "gross_amount",
    ),
    Payment: ("invoice__number", "received_on", "amount", "method"),
    PriceRevision: ("contract__reference", "revision_date", "status", "old_price", "new_price"),
    Alert: ("contract__reference", "code", "key", "raised_on"),
    Parking: ("contract__reference", "code", "parked_on"),
    IndexObservation: ("series", "month", "value", "published_on"),
}  # fmt: skip
