"""Payments recorded by hand, taken back, and invoices cancelled by a credit note."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice, Payment, Settlement
from contracts.models import Contract
from providers.enums import Role
from providers.scoping import open_scope
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
)

GOOD = {
    "received_on": "2026-03-16",
    "amount": "200,00",
    "method": "direct_debit",
    "reference": "PRLV 42",
    "request_key": "key-1",
}


@pytest.fixture
def accountant(workshop: Workshop) -> Client:
    return workshop.client(ACCOUNTANT)


def settlement(workshop: Workshop, invoice: Invoice) -> Settlement:
    with open_scope(workshop.provider.id):
        return Settlement.objects.get(invoice=invoice)


def payments(workshop: Workshop) -> list[Payment]:
    with open_scope(workshop.provider.id):
        return list(Payment.objects.order_by("id"))


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 303), (MANAGER, 303), (ACCOUNTANT, 303), (TECHNICIAN, 403)]
)
def test_who_may_record_a_payment(
    workshop: Workshop, sign_in: SignIn, invoice: Invoice, role: Role, status: int
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/paiements/")
    assert sign_in(role).post(here, GOOD).status_code == status
    assert len(payments(workshop)) == (1 if status == 303 else 0)


def test_a_payment_settles_the_invoice(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/")
    form: Any = accountant.get(f"{here}paiements/")
    assert form.context["form"].initial["amount"] == Decimal("200.00")
    answer = accountant.post(f"{here}paiements/", GOOD)
    assert (answer.status_code, answer["Location"]) == (303, here)
    settled = settlement(workshop, invoice)
    assert (settled.status, settled.paid_amount) == (SettlementStatus.PAID, Decimal("200.00"))
    text = accountant.get(here).content.decode()
    assert "PRLV 42" in text
    assert "Prélèvement" in text or "Direct debit" in text


def test_a_double_click_is_one_payment(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/paiements/")
    half = {**GOOD, "amount": "100.00"}
    assert accountant.post(here, half).status_code == 303
    assert accountant.post(here, half).status_code == 303
    assert len(payments(workshop)) == 1
    assert accountant.post(here, {**half, "amount": "50.00"}).status_code == 422
    assert settlement(workshop, invoice).paid_amount == Decimal("100.00")


def test_each_form_drawn_has_a_key_of_its_own(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/paiements/")
    first: Any = accountant.get(here)
    second: Any = accountant.get(here)
    keys = {page.context["form"]["request_key"].value() for page in (first, second)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "200.01"),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "12,345"),
        ("amount", "douze"),
        ("amount", "NaN"),
        ("amount", "1e3"),
        ("amount", ""),
        ("received_on", "1999-12-31"),
        ("received_on", "2100-01-01"),
        ("received_on", "31/02/2026"),
        ("method", "cash"),
        ("reference", "x" * 61),
    ],
)
def test_a_bad_value_is_said_at_its_field_and_nothing_is_written(
    workshop: Workshop, accountant: Client, invoice: Invoice, field: str, value: str
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/paiements/")
    answer: Any = accountant.post(here, {**GOOD, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not payments(workshop)


def test_a_payment_is_reversed_once_and_stays_visible(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    accountant.post(workshop.at(f"factures/{invoice.pk}/paiements/"), GOOD)
    payment = payments(workshop)[0]
    here = workshop.at(f"paiements/{payment.pk}/annuler/")
    assert accountant.get(here).status_code == 200
    assert accountant.post(here).status_code == 303
    assert settlement(workshop, invoice).status == SettlementStatus.OPEN
    assert accountant.post(here).status_code == 422
    assert settlement(workshop, invoice).paid_amount == 0
    assert "PRLV 42" in accountant.get(workshop.at(f"factures/{invoice.pk}/")).content.decode()


def test_the_journal_says_which_invoice_and_an_amount_as_pages_do(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    accountant.post(workshop.at(f"factures/{invoice.pk}/paiements/"), GOOD)
    payment = payments(workshop)[0]
    accountant.post(workshop.at(f"paiements/{payment.pk}/annuler/"), {"reversed_on": "2026-03-20"})
    page = workshop.client(OWNER).get(workshop.at("reglages/journal/")).content.decode()
    for done in ("enregistré", "annulé"):
        assert f"A {done} un règlement de 200,00\u00a0€ sur {invoice.number}" in page


def test_a_stranger_reverses_nothing(
    workshop: Workshop, neighbour: Workshop, stranger: Client, owner: Client, invoice: Invoice
) -> None:
    owner.post(workshop.at(f"factures/{invoice.pk}/paiements/"), GOOD)
    payment = payments(workshop)[0]
    for house in (workshop, neighbour):
        assert stranger.post(house.at(f"paiements/{payment.pk}/annuler/")).status_code == 404
    assert payments(workshop)[0].reversed_on is None


def test_an_invoice_is_cancelled_once_by_a_credit_note(
    workshop: Workshop, accountant: Client, contract: Contract, invoice: Invoice
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/annuler/")
    assert "F2026-00001" in accountant.get(here).content.decode()
    answer = accountant.post(here)
    assert answer.status_code == 303
    with open_scope(workshop.provider.id):
        credit_note = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)
        assert credit_note.credits_id == invoice.pk
        contract.refresh_from_db()
    assert answer["Location"] == workshop.at(f"factures/{credit_note.pk}/")
    assert settlement(workshop, invoice).status == SettlementStatus.CANCELLED
    assert contract.is_parked
    page = accountant.get(answer["Location"]).content.decode()
    assert "A2026-00001" in page
    assert "F2026-00001" in page
    assert accountant.post(here).status_code == 422
    with open_scope(workshop.provider.id):
        assert Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).count() == 1


def test_an_invoice_that_holds_a_payment_is_not_cancelled(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    accountant.post(workshop.at(f"factures/{invoice.pk}/paiements/"), GOOD)
    answer: Any = accountant.post(workshop.at(f"factures/{invoice.pk}/annuler/"))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert settlement(workshop, invoice).credited_amount == 0
