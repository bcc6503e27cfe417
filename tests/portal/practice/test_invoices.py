"""A practice's invoices: the list, one explained, its PDF, everything in one archive."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.models import Invoice
from billing.operations.credit_notes import cancel_invoice
from billing.operations.payments import record_payment
from contracts.enums import PaymentMethod
from contracts.models import Contract
from providers.enums import Role
from providers.scoping import open_scope
from tests.factories import a_member
from tests.portal.places import NOW, TODAY, Practice, a_contract, a_house, a_practice, issued
from tests.portal.workshop.conftest import draw

PDF = b"%PDF-1.7 essai"
MANAGER, STAFF, ACCOUNTANT = Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT


def numbers(answer: Any) -> list[str]:
    return [str(row.cells[0].label) for row in answer.context["table"].rows]


def paths(invoice: Invoice) -> list[str]:
    here = f"factures/{invoice.pk}/"
    files = ["factures/archive.zip", "factures/factures.csv", "factures/factures.xlsx"]
    return ["factures/", here, f"{here}pdf/", *files]


@pytest.mark.parametrize(("role", "status"), [(MANAGER, 200), (ACCOUNTANT, 200), (STAFF, 403)])
def test_the_staff_see_no_invoice(
    practice: Practice, invoice: Invoice, role: Role, status: int
) -> None:
    with open_scope(practice.provider.id):
        draw(invoice)
    for path in paths(invoice):
        assert practice.client(role).get(practice.at(path)).status_code == status, path


def test_others_find_no_invoice_at_either_address(practice: Practice, invoice: Invoice) -> None:
    with open_scope(practice.provider.id):
        draw(invoice)
    next_door = a_practice(practice.provider, "Cabinet du Port")
    elsewhere = a_practice(a_house("voisin-info"), "Cabinet du Lac")
    for other in (next_door, elsewhere):
        client = other.client(MANAGER)
        for path in paths(invoice):
            assert client.get(practice.at(path)).status_code == 404, path
        for path in paths(invoice)[1:3]:
            assert client.get(other.at(path)).status_code == 404, path
        assert numbers(client.get(other.at("factures/"))) == []


def test_the_list_tells_what_is_paid_and_what_is_drawn(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    second = issued(practice, date(2026, 4, 1))[1]
    with open_scope(practice.provider.id):
        draw(invoice)
        record_payment(
            invoice_id=invoice.pk,
            amount=invoice.gross_amount,
            received_on=TODAY,
            method=PaymentMethod.BANK_TRANSFER,
            request_key="first",
            at=NOW,
        )
    page: Any = accountant.get(practice.at("factures/"))
    assert numbers(page) == [second.number, invoice.number]
    assert [tab.count for tab in page.context["tabs"]] == [2, 1, 1, 1, 0, 0]
    drawn = [getattr(row.cells[-1], "url", "") for row in page.context["table"].rows]
    assert drawn == ["", practice.at(f"factures/{invoice.pk}/pdf/")]
    unpaid: Any = accountant.get(practice.at("factures/"), {"status": "unpaid"})
    assert numbers(unpaid) == [second.number]


def test_an_invoice_explains_itself_and_tells_its_payments(
    practice: Practice, manager: Client, invoice: Invoice
) -> None:
    with open_scope(practice.provider.id):
        record_payment(
            invoice_id=invoice.pk,
            amount=Decimal("50.00"),
            received_on=TODAY,
            method=PaymentMethod.BANK_TRANSFER,
            request_key="part",
            at=NOW,
        )
    page: Any = manager.get(practice.at(f"factures/{invoice.pk}/"))
    text = page.content.decode()
    assert text.count("Comment est-ce calculé") == 1
    assert "Pourquoi cette échéance" in text
    assert [row.cells[-1] for row in page.context["payments"].rows] == [Decimal("50.00")]
    assert page.context["settlement"][-1].value == Decimal("150.00")
    linked = [link.url for link in page.context["linked"]]
    assert linked == [practice.at(f"contrats/{invoice.contract_id}/")]
    assert page.context["action"] is None


def test_the_accountant_is_not_sent_to_a_contract(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    page: Any = accountant.get(practice.at(f"factures/{invoice.pk}/"))
    assert page.context["linked"] == []
    assert [item.url for item in page.context["navigation"]] == [practice.at("factures/")]
    assert page.context["home_url"] == practice.at("factures/")


def test_a_credit_note_and_its_invoice_lead_to_each_other(
    practice: Practice, manager: Client, invoice: Invoice
) -> None:
    with open_scope(practice.provider.id):
        credit = cancel_invoice(invoice_id=invoice.pk, issued_on=TODAY, at=NOW)
    for here, there in ((invoice, credit), (credit, invoice)):
        page: Any = manager.get(practice.at(f"factures/{here.pk}/"))
        linked = [link.url for link in page.context["linked"]]
        assert practice.at(f"factures/{there.pk}/") in linked
    listed: Any = manager.get(practice.at("factures/"))
    assert [row.cells[4] for row in listed.context["table"].rows] == [-200, 200]
    assert [tab.count for tab in listed.context["tabs"]] == [2, 0, 0, 0, 1, 1]


def test_the_pdf_is_the_stored_one_and_none_before_it_is_drawn(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    address = practice.at(f"factures/{invoice.pk}/pdf/")
    assert accountant.get(address).status_code == 404
    with open_scope(practice.provider.id):
        draw(invoice, PDF)
    answer = accountant.get(address)
    assert answer.content == PDF
    assert invoice.number in answer["Content-Disposition"]
    again = accountant.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_the_archive_holds_the_practice_s_documents_alone(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    next_door = a_practice(practice.provider, "Cabinet du Port")
    a_contract(next_door)
    other = issued(next_door, date(2026, 2, 10))[0]
    with open_scope(practice.provider.id):
        draw(invoice, PDF)
        draw(other, b"%PDF-1.7 autre")
    answer: Any = accountant.get(practice.at("factures/archive.zip"))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as found:
        pdfs = [name for name in found.namelist() if name.endswith(".pdf")]
        assert [found.read(name) for name in pdfs] == [PDF]
        everything = b"".join(map(found.read, found.namelist())).decode(errors="replace")
    assert "Cabinet du Port" not in everything


def test_nothing_to_download_before_the_first_invoice(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    for query in ({}, {"status": "unpaid"}):
        page: Any = manager.get(practice.at("factures/"), query)
        assert page.context["action"] is None
        assert numbers(page) == []


def test_the_list_shrugs_at_an_address_that_makes_no_sense(
    practice: Practice, manager: Client, invoice: Invoice
) -> None:
    for query in ({"status": "'"}, {"after": "x~y"}, {"before": "~"}):
        page = manager.get(practice.at("factures/"), query)
        assert numbers(page) == [invoice.number]


def test_an_accountant_picks_a_month_and_takes_its_file(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    later = issued(practice, date(2026, 4, 1))[1]
    page: Any = accountant.get(practice.at("factures/"))
    labels = [str(tab.label) for tab in page.context["months"]]
    assert labels == ["avril 2026", "mai 2026", "juin 2026", "2026"]
    april: Any = accountant.get(page.context["months"][0].url)
    assert numbers(april) == [later.number]
    assert april.context["totals"][0].value == 1
    files = {str(act.label): act.url for act in april.context["whole_acts"]}
    assert list(files) == ["Fichier CSV", "Fichier Excel", "PDF en ZIP"]
    sheet: Any = accountant.get(files["Fichier CSV"])
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")
    assert later.number in text
    assert invoice.number not in text


def test_a_file_holds_the_practice_s_documents_alone(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    next_door = a_practice(practice.provider, "Cabinet du Port")
    a_contract(next_door)
    other = issued(next_door, date(2026, 2, 10))[0]
    asked = {"id": [str(invoice.pk), str(other.pk)], "chosen": "1"}
    answer: Any = accountant.get(practice.at("factures/factures.csv"), asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert invoice.number in text
    assert other.number not in text


def test_views_are_a_person_s_own_in_each_of_their_practices(
    practice: Practice, accountant: Client, invoice: Invoice
) -> None:
    second = a_practice(practice.provider, "Cabinet du Port")
    with open_scope(practice.provider.id):
        user = practice.members[ACCOUNTANT].user
        a_member(ACCOUNTANT, email=user.email, customer=second.customer)
    for place, columns in ((practice, ["issued", "net"]), (second, ["gross"])):
        sent = {"act": "save", "name": "Mes colonnes", "query": "status=all", "column": columns}
        answer = accountant.post(place.at("factures/vues/"), sent)
        assert answer.status_code == 303
        assert "view=" in answer["Location"]
    views: Any = accountant.get(practice.at("factures/")).context["views"]
    assert [view.label for view in views] == ["Mes colonnes"]
    shown: Any = accountant.get(views[0].url)
    heads = [str(column.label) for column in shown.context["table"].columns]
    assert heads == ["Numéro", "Émise", "HT"]
    manager = practice.client(MANAGER)
    assert manager.get(practice.at("factures/")).context["views"] == []


def test_many_documents_are_asked_for_as_a_long_job(
    practice: Practice, accountant: Client, invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.listing.archives.AT_ONCE", 0)
    address = practice.at("factures/archive.zip")
    page = accountant.get(address)
    assert "se préparent en tâche de fond" in page.content.decode()
    answers = [accountant.post(address) for _twice in range(2)]
    assert {answer["Location"] for answer in answers} == {answers[0]["Location"]}
    assert answers[0]["Location"].startswith(practice.at("travaux/"))
    assert accountant.get(answers[0]["Location"]).status_code == 200


def test_the_header_shows_the_practice_its_own_job_on_every_page(
    practice: Practice,
    manager: Client,
    invoice: Invoice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "job-pill" not in manager.get(practice.at("")).content.decode()
    monkeypatch.setattr("portal.listing.archives.AT_ONCE", 0)
    asked = manager.post(practice.at("factures/archive.zip"))["Location"]
    home = manager.get(practice.at("")).content.decode()
    assert "job-pill" in home
    assert asked in home
