"""Invoices: the list and its filters, one document, its PDF, the files of a period."""

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from billing.models import Invoice
from contracts.models import Contract
from portal.listing import invoices
from portal.workshop import queries
from providers.enums import Role
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    draw,
    issue,
)

FEBRUARY = {"first_day": "2026-02-01", "last_day": "2026-02-28"}


def numbers(answer: Any) -> list[str]:
    """The numbers of the rows shown, in their order."""
    return [str(row.cells[0].label) for row in answer.context["table"].rows]


@pytest.fixture
def accountant(workshop: Workshop) -> Client:
    return workshop.client(ACCOUNTANT)


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 200), (MANAGER, 200), (ACCOUNTANT, 200), (TECHNICIAN, 403)]
)
def test_technicians_see_no_invoice(
    workshop: Workshop, sign_in: SignIn, invoice: Invoice, role: Role, status: int
) -> None:
    client = sign_in(role)
    here = f"factures/{invoice.pk}/"
    with open_scope(workshop.provider.id):
        draw(invoice)
    for path in ("factures/", here, f"{here}pdf/", f"{here}annuler/", f"{here}paiements/"):
        assert client.get(workshop.at(path)).status_code == status, path
    for path in ("factures/factures.csv", "factures/factures.zip"):
        assert client.get(workshop.at(path), FEBRUARY).status_code == status, path


def test_a_stranger_finds_no_invoice_at_either_address(
    workshop: Workshop, neighbour: Workshop, stranger: Client, invoice: Invoice
) -> None:
    with open_scope(workshop.provider.id):
        draw(invoice)
    for house in (workshop, neighbour):
        for path in ("", "pdf/", "annuler/", "paiements/"):
            answer = stranger.get(house.at(f"factures/{invoice.pk}/{path}"))
            assert answer.status_code == 404, path


def test_the_list_shows_the_period_with_its_totals(
    workshop: Workshop, accountant: Client, contract: Contract, invoice: Invoice
) -> None:
    issue(workshop, date(2026, 4, 1))
    whole: Any = accountant.get(workshop.at("factures/"))
    assert numbers(whole) == ["F2026-00002", "F2026-00001"]
    assert whole.context["totals"] == []
    february: Any = accountant.get(workshop.at("factures/"), FEBRUARY)
    assert numbers(february) == ["F2026-00001"]
    totals = {str(fact.label): str(fact.value) for fact in february.context["totals"]}
    assert list(totals.values()) == ["1", "166.67", "33.33", "200.00", "200.00"]
    year: Any = accountant.get(
        workshop.at("factures/"), {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    )
    assert str(year.context["totals"][3].value) == "560.00"


def test_many_documents_are_added_up_when_asked(
    workshop: Workshop, accountant: Client, invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoices, "SUMMED_UNASKED", 0)
    at = workshop.at("factures/")
    assert accountant.get(at).context["sums_url"] == "", "no period, nothing to add up"
    february: Any = accountant.get(at, FEBRUARY)
    assert (february.context["totals"], february.context["table"].total) == ([], None)
    assert escape(february.context["sums_url"]) in february.content.decode()
    added: Any = accountant.get(february.context["sums_url"])
    assert str(added.context["totals"][3].value) == "200.00"
    assert added.context["sums_url"] == ""


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("unpaid", ["F2026-00001"]),
        ("overdue", ["F2026-00001"]),
        ("paid", []),
        ("cancelled", []),
        ("credit_notes", []),
        ("nonsense", ["F2026-00001"]),
    ],
)
def test_the_list_is_filtered_by_status(
    workshop: Workshop, accountant: Client, invoice: Invoice, status: str, found: list[str]
) -> None:
    answer: Any = accountant.get(workshop.at("factures/"), {"status": status})
    assert numbers(answer) == found


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("F2026-0000", True),
        ("f2026", True),
        ("cabinet DES", True),
        ("pins", False),
        ("A2026", False),
        ("cabinet 2026", False),
    ],
)
@pytest.mark.parametrize("few", [0, queries.FEW], ids=["many of that name", "few"])
def test_the_list_is_searched_by_the_start_of_a_number_or_a_name(
    workshop: Workshop,
    accountant: Client,
    invoice: Invoice,
    monkeypatch: pytest.MonkeyPatch,
    search: str,
    few: int,
    *,
    is_found: bool,
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    answer: Any = accountant.get(workshop.at("factures/"), {"search": search})
    assert numbers(answer) == (["F2026-00001"] if is_found else [])


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"first_day": "1999-12-31"}, "first_day"),
        ({"last_day": "2100-01-01"}, "last_day"),
        ({"first_day": "2026-02-30"}, "first_day"),
        ({"first_day": "2026-03-01", "last_day": "2026-02-01"}, "last_day"),
    ],
)
def test_a_day_that_is_none_is_said_at_its_field(
    workshop: Workshop, accountant: Client, invoice: Invoice, filters: dict[str, str], field: str
) -> None:
    for path in ("factures/", "factures/factures.csv", "factures/factures.zip"):
        answer: Any = accountant.get(workshop.at(path), filters)
        assert answer.status_code == 422, path
        assert answer.context["form"].errors.keys() == {field}


def test_an_archive_needs_both_days(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    answer: Any = accountant.get(workshop.at("factures/factures.zip"), {"first_day": "2026-02-01"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"last_day"}


def test_a_document_explains_every_line(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    text = accountant.get(workshop.at(f"factures/{invoice.pk}/")).content.decode()
    with open_scope(workshop.provider.id):
        line = invoice.lines.get()
    assert "166,67" in text
    assert line.reasons
    for reason in (*line.reasons, *invoice.reasons):
        assert escape(reason["formula"]) in text
        assert escape(reason["clause"]) in text


def test_the_pdf_is_on_its_way_then_downloaded_under_its_number(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    here = workshop.at(f"factures/{invoice.pk}/pdf/")
    assert accountant.get(here).status_code == 404
    page = accountant.get(workshop.at(f"factures/{invoice.pk}/")).content.decode()
    assert "pdf/" not in page
    with open_scope(workshop.provider.id):
        document = draw(invoice)
    answer = accountant.get(here)
    assert answer.content == bytes(document.content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="F2026-00001.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["ETag"] == f'"{document.sha256}"'
    again = accountant.get(here, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_sheet_opens_in_a_french_spreadsheet(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    answer: Any = accountant.get(workshop.at("factures/factures.csv"), FEBRUARY)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    line = dict(zip(head, row, strict=True))
    assert row[0] == "F2026-00001"
    assert "10/02/2026" in row
    assert {"166,67", "33,33", "200,00"} <= set(row)
    assert len(line) == len(head), "no two columns of one name"


def test_a_sheet_never_carries_a_formula(workshop: Workshop, accountant: Client) -> None:
    with open_scope(workshop.provider.id):
        bold = a_customer('=HYPERLINK("http://x.example";"pay")')
        a_signed_contract(bold, signed_on=date(2026, 2, 10), cadence="quarterly")
    issue(workshop, date(2026, 2, 10))
    answer: Any = accountant.get(workshop.at("factures/factures.csv"), FEBRUARY)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_the_archive_holds_the_pdfs_and_the_sheet(
    workshop: Workshop, accountant: Client, contract: Contract, invoice: Invoice
) -> None:
    with open_scope(workshop.provider.id):
        late = a_customer("Zénith Santé", postal_code="97490")
        a_signed_contract(late, signed_on=date(2026, 2, 11), cadence="quarterly")
    issue(workshop, date(2026, 2, 11))
    with open_scope(workshop.provider.id):
        draw(invoice, b"%PDF-1.7 the first")
    answer: Any = accountant.get(workshop.at("factures/factures.zip"), FEBRUARY)
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert packed.testzip() is None
    sheet, pdf = packed.namelist()
    assert sheet.endswith(".csv")
    assert pdf.endswith("/F2026-00001.pdf")
    assert packed.read(pdf) == b"%PDF-1.7 the first"
    rows = list(csv.reader(io.StringIO(packed.read(sheet).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["F2026-00001", "F2026-00002"]
    assert [row[-1] for row in rows[1:]] == ["F2026-00001.pdf", ""]
    assert len(rows[0]) == len(set(rows[0]))


def test_an_archive_is_written_in_pieces(
    workshop: Workshop, accountant: Client, invoice: Invoice
) -> None:
    """Ten documents at a time: what is sent is never held as a whole."""
    with open_scope(workshop.provider.id):
        for number in range(25):
            customer = a_customer(f"Cabinet {number}")
            a_signed_contract(customer, signed_on=date(2026, 2, 12), cadence="quarterly")
    issue(workshop, date(2026, 2, 12))
    with open_scope(workshop.provider.id):
        for row in Invoice.objects.order_by("id"):
            draw(row, b"%PDF-1.7" + bytes(50_000))
    answer: Any = accountant.get(workshop.at("factures/factures.zip"), FEBRUARY)
    pieces = list(answer.streaming_content)
    assert len(pieces) >= 4
    assert max(map(len, pieces)) < 11 * 50_200
    packed = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert len(packed.namelist()) == 27


def test_pages_of_invoices_follow_each_other(
    workshop: Workshop, accountant: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        for _number in range(30):
            a_signed_contract(pines, signed_on=date(2026, 2, 10), cadence="quarterly")
    issue(workshop, date(2026, 2, 10))
    first: Any = accountant.get(workshop.at("factures/"))
    second: Any = accountant.get(first.context["pages"].next_url)
    assert len(numbers(first)) == 25
    assert len(set(numbers(first)) | set(numbers(second))) == 30
    assert not second.context["pages"].next_url
