"""What stands on the tabs of the invoices is what they show, whichever way it was counted."""

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from django.test import Client

from billing.enums import InvoiceKind
from billing.models import Invoice
from billing.operations.credit_notes import cancel_invoice
from billing.operations.payments import record_payment
from contracts.enums import PaymentMethod
from portal.listing.invoices import TAB_LABELS
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import ACCOUNTANT, NOW, TODAY, Workshop, issue

DAYS = ("", "2026-05-10", "2026-06-12")
OTHERS: tuple[dict[str, str], ...] = (
    {},
    {"method": "bank_transfer"},
    {"search": "Cabinet"},
    {"search": "Cabinet des Pins", "method": "direct_debit"},
    {"search": "F2026-00001"},
    {"search": "f2026-0000"},
    {"search": "9"},
    {"search": "-"},
)


def some_money(workshop: Workshop, customer: Customer) -> None:
    """Invoices of three days: to be paid, overdue, paid in part, paid, and cancelled."""
    with open_scope(workshop.provider.id):
        a_signed_contract(customer, signed_on=date(2026, 2, 10), cadence="quarterly")
        a_signed_contract(customer, signed_on=date(2026, 6, 12), cadence="monthly")
        a_signed_contract(customer, signed_on=date(2026, 3, 10), cadence="quarterly")
    for day in (date(2026, 2, 10), date(2026, 3, 10), date(2026, 5, 10), TODAY):
        issue(workshop, day)
    with open_scope(workshop.provider.id):
        first, second, third, *_rest = Invoice.objects.order_by("sequence")
        for invoice, amount in ((first, first.gross_amount), (second, Decimal(10))):
            record_payment(
                invoice_id=invoice.id, amount=amount, received_on=TODAY,
                method=PaymentMethod.CHEQUE, request_key=str(invoice.id), at=NOW,
            )  # fmt: skip
        cancel_invoice(invoice_id=third.id, issued_on=TODAY, at=NOW)


def is_in(tab: str, row: Invoice) -> bool:
    """What each tab means, without a query."""
    status, is_note = row.settlement.status, row.kind == InvoiceKind.CREDIT_NOTE
    is_unpaid = not is_note and status in {"OPEN", "PARTLY_PAID"}
    return {
        "all": True,
        "unpaid": is_unpaid,
        "overdue": is_unpaid and row.due_date < TODAY,
        "paid": not is_note and status == "PAID",
        "cancelled": not is_note and status == "CANCELLED",
        "credit_notes": is_note,
    }[tab]


def is_asked_for(query: dict[str, str], row: Invoice) -> bool:
    words = query.get("search", "")
    return (
        row.issue_date.isoformat() >= query.get("first_day", "")
        and row.issue_date.isoformat() <= (query.get("last_day") or "9999")
        and row.due_date.isoformat() >= query.get("due_from", "")
        and row.payment_method == (query.get("method") or row.payment_method)
        and (row.number.startswith(words.upper()) or row.customer.name.startswith(words))
    )


def shown(client: Client, at: str, query: dict[str, str], tab: str) -> tuple[int, set[str]]:
    """The number on the tab, and the documents on its page."""
    answer: Any = client.get(at, query | {"status": tab})
    found = answer.context["tabs"][list(TAB_LABELS).index(tab)]
    assert found.is_current
    return found.count, {str(row.cells[0].label) for row in answer.context["table"].rows}


def queries() -> list[dict[str, str]]:
    """Days at both ends of both dates, then the filters that no settlement knows."""
    days = [
        {"first_day": first, "last_day": last, "due_from": due}
        for first, last, due in product(DAYS, DAYS, DAYS[:2])
        if not last or first <= last
    ]
    return days + [other | {"first_day": "2026-03-01"} for other in OTHERS] + list(OTHERS)


def test_each_tab_counts_what_it_shows(workshop: Workshop, neighbour: Workshop) -> None:
    """Two houses ask in turn, so that what is kept of one question is asked of the other."""
    houses = []
    for house, name in ((workshop, "Cabinet des Pins"), (neighbour, "Cabinet du Port")):
        with open_scope(house.provider.id):
            customer = a_customer(name)
        some_money(house, customer)
        with open_scope(house.provider.id):
            rows = list(Invoice.objects.select_related("customer", "settlement"))
        houses.append((house.at("factures/"), house.client(ACCOUNTANT), rows))
    seen: dict[str, set[int]] = {tab: set() for tab in TAB_LABELS}
    for query, (at, client, rows), tab in product(queries(), houses, TAB_LABELS):
        found = {row.number for row in rows if is_in(tab, row) and is_asked_for(query, row)}
        assert shown(client, at, query, tab) == (len(found), found), (at, tab, query)
        seen[tab].add(len(found))
    assert all(len(counts) > 1 for counts in seen.values()), seen
