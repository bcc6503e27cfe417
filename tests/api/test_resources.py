"""Customers, contacts, contracts, offers, invoices and payments, as a program reads and writes."""

import base64
import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from billing.models import Invoice, Payment
from portal.api.ids import write_id
from providers.models import AuditEntry, Contact, Customer
from providers.scoping import open_scope
from tests.api.conftest import House, Program, id_of, issue, version_of
from tests.factories import a_customer

NEW = {"name": "Cabinet des Cèdres", "postal_code": "83480", "city": "Puget-sur-Argens"}


def test_customers_are_listed_page_by_page(house: House, program: Program) -> None:
    with open_scope(house.provider.id):
        names = ["Cabinet des Pins", *(a_customer(f"Cabinet {n}").name for n in range(4))]
    found, path = [], "customers?limit=2"
    for _turn in range(3):
        page = program.get(path).json()
        found += [row["name"] for row in page["data"]]
        path = f"customers?limit=2&cursor={page['next']}"
    assert found == names
    assert (page["has_more"], page["next"]) == (False, None)


def test_customers_are_found_as_in_the_workshop(house: House, program: Program) -> None:
    with open_scope(house.provider.id):
        a_customer("Éric sans contrat")
    assert [r["name"] for r in program.get("customers?search=eri").json()["data"]] == [
        "Éric sans contrat"
    ]
    under = program.get("customers?status=under_contract").json()["data"]
    assert [row["name"] for row in under] == ["Cabinet des Pins"]


def test_what_changed_is_read_again(house: House, program: Program) -> None:
    with open_scope(house.provider.id):
        later = a_customer("Cabinet plus tard")
        Customer.objects.filter(pk=house.customer.pk).update(city="Fréjus")
        house.customer.refresh_from_db()
        assert house.customer.updated_at > house.customer.created_at
    first = program.get("customers?limit=1&updated_since=2000-01-01T00:00:00Z").json()
    second = program.get(
        f"customers?limit=1&updated_since=2000-01-01T00:00:00Z&cursor={first['next']}"
    ).json()
    shown = [row["id"] for row in first["data"] + second["data"]]
    assert shown == [id_of("customer", later), id_of("customer", house.customer)]
    since = (house.customer.updated_at + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert program.get(f"customers?updated_since={since}").json()["data"] == []
    plain = program.get("customers?limit=1").json()["next"]
    mixed = program.get(f"customers?updated_since=2000-01-01T00:00:00Z&cursor={plain}")
    assert mixed.status_code == 422


@pytest.mark.parametrize("offset", ["-17:47", "+23:59", "-15:59:59.999"])
def test_an_offset_that_no_database_knows_is_an_instant_all_the_same(
    program: Program, offset: str
) -> None:
    """ISO 8601 goes up to a day, PostgreSQL to sixteen hours."""
    since = quote(f"2026-01-01T00:00:00{offset}")
    forged = json.dumps([f"2026-01-01T00:00:00{offset}", str(UUID(int=1))]).encode()
    cursor = base64.urlsafe_b64encode(forged).decode().rstrip("=")
    for query in (f"updated_since={since}", f"updated_since={since}&cursor={cursor}"):
        assert program.get(f"customers?{query}").status_code == 200
    beyond = base64.urlsafe_b64encode(forged.replace(b"2026", b"0001")).decode().rstrip("=")
    assert program.get(f"customers?updated_since={since}&cursor={beyond}").status_code in (200, 422)


def test_a_customer_is_registered_and_read(house: House, program: Program) -> None:
    made = program.post("customers", NEW)
    assert made.status_code == 201
    assert made.json()["name"] == "Cabinet des Cèdres"
    again = program.browser.get(
        made["Location"], headers={"Authorization": f"Bearer {program.token}"}
    )
    assert (again.json(), again["ETag"]) == (made.json(), made["ETag"])
    with open_scope(house.provider.id):
        entry = AuditEntry.objects.get(act="customer.registered", detail__has_key="token")
    assert entry.actor_id == house.owner.user_id


def test_a_customer_is_changed_from_the_version_read(house: House, program: Program) -> None:
    path = f"customers/{id_of('customer', house.customer)}"
    old = version_of(house, house.customer)
    assert program.patch(path, {"city": "Fréjus"}).status_code == 428
    changed = program.patch(path, {"city": "Fréjus"}, If_Match=old)
    assert (changed.status_code, changed.json()["city"]) == (200, "Fréjus")
    assert changed["ETag"] != old
    stale = program.patch(path, {"city": "Nice"}, If_Match=old)
    assert (stale.status_code, stale["ETag"]) == (412, changed["ETag"])
    assert program.get(path).json()["city"] == "Fréjus"


def test_a_contact_lives_and_goes(house: House, program: Program) -> None:
    customer = id_of("customer", house.customer)
    made = program.post("contacts", {"customer": customer, "name": "Camille Exemple"})
    path = f"contacts/{made.json()['id']}"
    changed = program.patch(path, {"position": "Secrétaire"}, If_Match=made["ETag"])
    assert changed.json()["name"] == "Camille Exemple"
    assert changed.json()["position"] == "Secrétaire"
    listed = program.get(f"contacts?customer={customer}").json()["data"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    assert program.ask("DELETE", path, If_Match=made["ETag"]).status_code == 412
    assert program.ask("DELETE", path, If_Match=changed["ETag"]).status_code == 204
    assert program.get(path).status_code == 404
    with open_scope(house.provider.id):
        assert not Contact.objects.exists()


def test_a_contract_explains_itself(house: House, program: Program) -> None:
    sheet = program.get(f"contracts/{id_of('contract', house.contract)}").json()
    assert (sheet["annual_price"], sheet["currency"]) == ("1200.00", "EUR")
    assert sheet["customer"] == id_of("customer", house.customer)
    assert {row["code"] for row in sheet["next_dates"]} >= {"term_ends", "next_revision"}
    explained = [*sheet["next_dates"], *sheet["terms"], *sheet["covered"]]
    assert all(row["reasons"] for row in explained)
    assert all(reason["clause"] for row in explained for reason in row["reasons"])


def test_a_contract_is_forecast(house: House, program: Program) -> None:
    answer = program.get(f"contracts/{id_of('contract', house.contract)}/forecast?months=12")
    events = answer.json()["data"]
    invoices = [row for row in events if row["code"] == "invoice"]
    assert invoices
    assert all(row["gross_amount"] and row["reasons"] for row in invoices)


def test_a_contract_is_prepared(house: House, program: Program) -> None:
    body = {
        "customer": id_of("customer", house.customer),
        "offer": program.get("offers").json()["data"][0]["code"],
        "starts_on": "2026-07-01",
        "annual_price": "960.00",
    }
    made = program.post("contracts", body)
    assert made.status_code == 201, made.content
    assert (made.json()["status"], made.json()["annual_price"]) == ("PREPARED", "960.00")
    not_yet = program.get(f"contracts/{made.json()['id']}/forecast")
    assert (not_yet.status_code, not_yet.json()["code"]) == (409, "not_ready")
    nobody = program.post("contracts", {**body, "customer": write_id("customer", UUID(int=1))})
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/customer")
    wrong = program.post("contracts", {**body, "offer": "nothing"})
    assert wrong.json()["errors"][0]["code"] == "UnknownOffer"
    assert wrong.json()["errors"][0]["pointer"] == "/offer"


def test_offers_and_their_terms_are_read(program: Program) -> None:
    offer = program.get("offers").json()["data"][0]
    assert program.get(f"offers/{offer['id']}").json() == offer
    version = program.get(f"offers/{offer['id']}/versions").json()["data"][0]
    terms = program.get(f"versions/{version['id']}").json()["terms"]
    assert terms["price"]["clause"]


def test_an_invoice_says_why(program: Program, invoice: Invoice) -> None:
    listed = program.get("invoices?status=unpaid&issued_from=2026-02-01").json()["data"]
    assert [row["number"] for row in listed] == [invoice.number]
    sheet = program.get(f"invoices/{id_of('invoice', invoice)}").json()
    assert (sheet["gross_amount"], sheet["currency"]) == ("200.00", "EUR")
    assert all(line["reasons"] for line in sheet["lines"])
    assert program.get("invoices?status=paid").json()["data"] == []


def test_a_pdf_is_downloaded_once_it_is_drawn(
    house: House, program: Program, invoice: Invoice
) -> None:
    from tests.portal.workshop.conftest import draw

    path = f"invoices/{id_of('invoice', invoice)}/pdf"
    waiting = program.get(path)
    assert (waiting.status_code, waiting["Retry-After"]) == (409, "60")
    with open_scope(house.provider.id):
        document = draw(invoice)
    found: Any = program.get(path)
    assert (found.content, found["Content-Type"]) == (bytes(document.content), "application/pdf")
    assert program.get(path, If_None_Match=found["ETag"]).status_code == 304


def test_a_payment_is_recorded_and_reversed(
    house: House, program: Program, invoice: Invoice
) -> None:
    path = f"invoices/{id_of('invoice', invoice)}"
    body = {"amount": "150.00", "received_on": "2026-03-16", "method": "bank_transfer"}
    made = program.post(f"{path}/payments", body)
    assert made.status_code == 201
    assert program.get(path).json()["status"] == "PARTLY_PAID"
    assert program.get(f"{path}/payments").json()["data"] == [made.json()]
    more = program.post(f"{path}/payments", body)
    assert (more.status_code, more.json()["errors"][0]["pointer"]) == (422, "/amount")
    payment = f"payments/{made.json()['id']}"
    back = program.post(f"{payment}/reversal", {})
    assert (back.status_code, back.json()["reversed_on"]) == (201, "2026-06-15")
    assert program.post(f"{payment}/reversal", {}).json()["code"] == "refused"
    assert program.get(payment).json() == back.json()
    assert program.get(path).json()["paid_amount"] == "0.00"
    with open_scope(house.provider.id):
        assert Payment.objects.count() == 1


def test_a_document_is_read_again_once_its_money_moved(
    house: House, program: Program, invoice: Invoice
) -> None:
    issue(house, date(2026, 4, 1))
    since = "updated_since=2000-01-01T00:00:00Z"
    first, second = program.get(f"invoices?{since}").json()["data"]
    paid = {"amount": "10.00", "received_on": "2026-03-16", "method": "bank_transfer"}
    assert program.post(f"invoices/{first['id']}/payments", paid).status_code == 201
    page = program.get(f"invoices?{since}&limit=1").json()
    rest = program.get(f"invoices?{since}&limit=1&cursor={page['next']}").json()
    assert [row["id"] for row in page["data"] + rest["data"]] == [second["id"], first["id"]]
    moved = rest["data"][0]["updated_at"]
    assert moved > first["updated_at"]
    later = program.get(f"invoices?updated_since={moved}").json()["data"]
    assert [row["id"] for row in later] == [first["id"]]


def test_an_invoice_is_cancelled_by_a_credit_note(program: Program, invoice: Invoice) -> None:
    path = f"invoices/{id_of('invoice', invoice)}"
    note = program.post(f"{path}/cancellation", {}).json()
    assert (note["kind"], note["credits"]) == ("CREDIT_NOTE", id_of("invoice", invoice))
    assert program.get(path).json()["credit_notes"] == [note["id"]]
    assert program.post(f"{path}/cancellation", {}).status_code == 422


def test_an_act_that_needs_no_words_needs_no_body(program: Program, invoice: Invoice) -> None:
    path = f"/api/v1/invoices/{id_of('invoice', invoice)}/cancellation"
    headers = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": "wordless"}
    words: Any = program.browser.generic("POST", path, b"x=1", "text/plain", headers=headers)
    assert words.status_code == 415
    made: Any = program.browser.generic("POST", path, b"", headers=headers)
    assert (made.status_code, made.json()["kind"]) == (201, "CREDIT_NOTE")


@pytest.mark.parametrize("path", ["customers", "contracts", "invoices", "contacts", "offers"])
def test_a_list_asks_no_more_when_it_shows_more(
    house: House, program: Program, django_assert_max_num_queries: Any, path: str
) -> None:
    with open_scope(house.provider.id):
        for number in range(6):
            a_customer(f"Cabinet {number}")
    program.get(path)
    with django_assert_max_num_queries(15):
        assert program.get(path).status_code == 200
