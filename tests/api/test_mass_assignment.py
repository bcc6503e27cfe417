"""Every address that writes, sent every column of its table (T9): nothing unlisted changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model

from billing.models import Invoice, Payment
from contracts.models import Contract
from portal.api.fields import Input
from providers.models import Contact, Customer, User
from providers.operations import add_contact
from providers.scoping import open_scope
from tests.api.conftest import NOW, House, Program, id_of, version_of
from tests.harness.digest import digest
from tests.tenancy.rows import tenant_models

WATCHED: list[type[Model]] = [*tenant_models(), User]
CUSTOMER = {"name", "kind", "reference", "siren", "street", "postal_code", "city", "email", "phone"}
CONTACT = {"name", "position", "email", "phone"}
CONTRACT = {
    "customer", "offer", "starts_on", "annual_price", "cadence", "payment_method", "options",
    "level", "stated_months",
}  # fmt: skip
PAYMENT = {"amount", "received_on", "method", "reference"}
MORE = {"role", "is_operator", "is_staff", "provider", "tenant", "number", "status"}


def columns(model: type[Model]) -> set[str]:
    fields = model._meta.concrete_fields
    return {field.name for field in fields} | {field.attname for field in fields} | MORE


def state(house: House) -> dict[str, str]:
    with open_scope(house.provider.id):
        return digest(WATCHED)


def attempts(house: House, program: Program, invoice: Invoice) -> Iterator[tuple[Any, ...]]:
    """Method, address, a body that is accepted, headers, and the names that may be sent."""
    customer = id_of("customer", house.customer)
    with open_scope(house.provider.id):
        contact = add_contact(customer_id=house.customer.pk, name="Camille Exemple", at=NOW)
    offer = program.get("offers").json()["data"][0]["code"]
    money = {"amount": "5.00", "received_on": "2026-03-16", "method": "cheque"}
    path = f"invoices/{id_of('invoice', invoice)}"
    paid = program.post(f"{path}/payments", money).json()["id"]
    etag = version_of(house, house.customer)
    yield "PATCH", f"customers/{customer}", {}, {"If_Match": etag}, Customer, CUSTOMER
    etag = version_of(house, contact)
    yield "PATCH", f"contacts/{contact_path(contact)}", {}, {"If_Match": etag}, Contact, CONTACT
    new = {"name": "Cabinet Neuf", "postal_code": "83480"}
    yield "POST", "customers", new, {}, Customer, CUSTOMER
    new = {"customer": customer, "name": "Dominique Exemple"}
    yield "POST", "contacts", new, {}, Contact, CONTACT | {"customer"}
    new = {"customer": customer, "offer": offer, "starts_on": "2026-07-01"}
    yield "POST", "contracts", new, {}, Contract, CONTRACT
    yield "POST", f"{path}/payments", money, {}, Payment, PAYMENT
    yield "POST", f"payments/{paid}/reversal", {}, {}, Payment, set()
    yield "POST", f"{path}/cancellation", {}, {}, Invoice, set()


def contact_path(contact: Contact) -> str:
    return id_of("contact", contact)


def faults(house: House, program: Program, invoice: Invoice) -> list[str]:
    found = []
    for method, path, body, headers, model, listed in attempts(house, program, invoice):
        before = state(house)
        for name in sorted(columns(model) - listed):
            answer = program.ask(method, path, {**body, name: "x"}, **headers)
            is_said = answer.status_code == 422 and f'"/{name}"' in answer.content.decode()
            if not is_said or state(house) != before:
                found.append(f"{method} {path} with {name}: {answer.status_code}")
                before = state(house)
    return found


def test_nothing_unlisted_is_taken(
    house: House, program: Program, invoice: Invoice, settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 10_000
    assert faults(house, program, invoice) == []


def test_a_form_that_takes_any_name_is_found(
    house: House,
    program: Program,
    invoice: Invoice,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.API_REQUESTS_A_MINUTE = 10_000
    monkeypatch.setattr(Input, "_refuse_unknown", lambda self, data: None)
    assert any("sort_key" in fault for fault in faults(house, program, invoice))
