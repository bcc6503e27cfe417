"""What a page asks of the database does not grow with what it shows, and stays under fifteen."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from billing.models import Invoice
from billing.operations.preparing import prepare_due
from contracts.models import Contract, OfferVersion
from contracts.operations.parking import park
from core.errors import DomainError
from imports.models import Import
from imports.operations.checking import check_rows
from imports.operations.reading import choose_columns, receive_file
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_prepared_contract, a_signed_contract, an_index_value
from tests.harness.questions import MOST, questions
from tests.portal.workshop.conftest import NOW, TODAY, Workshop, issue


def furnish(workshop: Workshop, number: int) -> None:
    """So many customers with a contract each: signed and invoiced, waiting, parked in turn."""
    with open_scope(workshop.provider.id):
        for place in range(number):
            customer = a_customer(f"Cabinet {place}")
            a_prepared_contract(customer, starts_on=date(2026, 7, 1))
            signed = a_signed_contract(customer, signed_on=date(2026, 2, 10), cadence="quarterly")
            if place % 3 == 2:
                error = DomainError("x")
                park(contract=signed, step="invoicing", error=error, day=TODAY, at=NOW)
            an_index_value(f"20{number + place:02d}-01", "300.0", date(2000 + number + place, 3, 1))
        bring_in(number)
    issue(workshop, date(2026, 2, 10))
    prepare_due(provider_id=workshop.provider.id, day=TODAY, issued_on=TODAY, at=NOW)


def bring_in(number: int) -> None:
    """A file with so many rows to import and so many that are refused."""
    rows = [f"Maison {place};83480\nMaison {place};x\n" for place in range(number)]
    text = "Nom;Code postal\n" + "".join(rows)
    found = receive_file(kind="customers", name="clients.csv", content=text.encode(), at=NOW)
    choose_columns(import_id=found.pk, head=found.head, mapping=found.mapping, at=NOW)
    check_rows(import_id=found.pk, check=1, at=NOW)


def of_one(workshop: Workshop) -> dict[str, UUID]:
    """Ids for the pages about one thing."""
    with open_scope(workshop.provider.id):
        first = Invoice.objects.order_by("id")[0]
        return {
            "invoice": first.pk,
            "contract": first.contract_id or first.pk,
            "customer": first.customer_id,
            "offer": OfferVersion.objects.get().offer_id,
            "import": Import.objects.latest("id").pk,
        }


PAGES = (
    "",
    "clients/",
    "clients/{customer}/",
    "contrats/",
    "contrats/{contract}/",
    "contrats/{contract}/previsions/",
    "facturation/",
    "facturation/emission/",
    "facturation/emission/controle/",
    "facturation/emission/lancement/",
    "factures/",
    "factures/?first_day=2026-01-01&last_day=2026-12-31",
    "factures/?search=cabinet&status=unpaid",
    "factures/{invoice}/",
    "offres/",
    "offres/{offer}/",
    "imports/",
    "imports/nouveau/",
    "imports/{import}/",
    "imports/{import}/colonnes/",
    "indices/",
    "reglages/",
    "travaux/",
    "reglages/journal/",
    "reglages/api/",
)


@pytest.fixture
def sizes(workshop: Workshop, owner: Client) -> dict[str, list[int]]:
    """How many statements each page takes with three customers, then with fifteen."""
    found: dict[str, list[int]] = {page: [] for page in PAGES}
    for number in (3, 12):
        furnish(workshop, number)
        ids = of_one(workshop)
        for page in PAGES:
            address = workshop.at(page.format(**ids))
            owner.get(address)  # terms are read once per process
            with questions() as asked:
                answer: Any = owner.get(address)
            assert answer.status_code == 200, page
            found[page].append(len(asked))
    return found


def test_no_page_asks_more_when_it_shows_more(sizes: dict[str, list[int]]) -> None:
    assert {page: few for page, (few, many) in sizes.items() if many > few} == {}


def test_no_page_asks_more_than_fifteen_questions(sizes: dict[str, list[int]]) -> None:
    assert {page: max(asked) for page, asked in sizes.items() if max(asked) > MOST} == {}


def test_a_sheet_and_an_archive_ask_by_the_hundred(
    workshop: Workshop, owner: Client, pines: Customer, contract: Contract
) -> None:
    furnish(workshop, 6)
    days = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    for path in ("factures/factures.csv", "factures/factures.zip"):
        with questions() as asked:
            answer: Any = owner.get(workshop.at(path), days)
            assert b"".join(answer.streaming_content)
        assert len(asked) <= MOST, path
