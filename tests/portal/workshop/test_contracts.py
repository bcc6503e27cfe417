"""Contracts: the list, what a contract says in plain words, its forecast and its files."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from billing.models import Invoice
from billing.rules.forecast import InvoiceIssued
from contracts.models import Contract, ContractDocument, IndexObservation
from contracts.operations.parking import park
from contracts.queries import terms_of
from core.errors import DomainError
from portal.forecasting import forecast_of
from providers.daily import run_day
from providers.enums import Role
from providers.models import Customer
from providers.operations import change_invoicing_mode
from providers.scoping import open_scope
from tests.factories import (
    TINY_PDF,
    a_customer,
    a_prepared_contract,
    a_signed_contract,
    an_index_value,
    noon,
)
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    TODAY,
    SignIn,
    Workshop,
    a_workshop,
    issue,
)


def references(answer: Any) -> set[str]:
    return {str(row.cells[0].main.label) for row in answer.context["table"].rows}


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(OWNER, 200, 200), (MANAGER, 200, 200), (ACCOUNTANT, 200, 403), (TECHNICIAN, 403, 403)],
)
def test_each_role_reads_and_writes_what_the_table_says(
    workshop: Workshop, sign_in: SignIn, contract: Contract, role: Role, reads: int, writes: int
) -> None:
    client = sign_in(role)
    here = f"contrats/{contract.pk}/"
    for path in ("contrats/", here, f"{here}previsions/"):
        assert client.get(workshop.at(path)).status_code == reads, path
    for path in ("contrats/nouveau/", f"{here}signer/", f"{here}abandonner/"):
        assert client.get(workshop.at(path)).status_code == writes, path


def test_a_stranger_finds_no_contract(
    workshop: Workshop, neighbour: Workshop, stranger: Client, contract: Contract
) -> None:
    with open_scope(workshop.provider.id):
        document = ContractDocument.objects.get(contract=contract)
    paths = ("", "previsions/", "signer/", "abandonner/")
    addresses = [f"contrats/{contract.pk}/{path}" for path in paths]
    for house in (workshop, neighbour):
        for path in (*addresses, f"documents/{document.pk}/"):
            assert stranger.get(house.at(path)).status_code == 404, path


def test_the_list_has_a_tab_for_each_status(
    workshop: Workshop, owner: Client, contract: Contract, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        waiting = a_prepared_contract(pines, starts_on=date(2026, 7, 1))
        parked = a_signed_contract(pines, signed_on=date(2026, 3, 1))
        park(contract=parked, step="invoicing", error=DomainError("x"), day=TODAY, at=NOW)
    shown = {
        tab: references(owner.get(workshop.at("contrats/"), {"status": tab}))
        for tab in ("to_sign", "in_force", "parked", "ended")
    }
    assert shown == {
        "to_sign": {waiting.reference},
        "in_force": {contract.reference, parked.reference},
        "parked": {parked.reference},
        "ended": set(),
    }
    assert len(references(owner.get(workshop.at("contrats/")))) == 3


@pytest.mark.parametrize(
    ("search", "is_found"), [("cabinet", True), ("CÀBINET d", True), ("pins", False)]
)
def test_the_list_is_searched_by_the_start_of_the_customers_name(
    workshop: Workshop, owner: Client, contract: Contract, search: str, *, is_found: bool
) -> None:
    answer = owner.get(workshop.at("contrats/"), {"search": search})
    assert references(answer) == ({contract.reference} if is_found else set())
    by_reference = owner.get(workshop.at("contrats/"), {"search": contract.reference.lower()})
    assert references(by_reference) == {contract.reference}


def test_a_contract_says_what_is_covered_its_price_and_its_dates(
    workshop: Workshop, owner: Client, contract: Contract
) -> None:
    issue(workshop, date(2026, 4, 1))
    text = owner.get(workshop.at(f"contrats/{contract.pk}/")).content.decode()
    terms = terms_of(contract)
    assert terms.coverage
    sentences = [line.summary.fr for line in terms.coverage.lines if not line.with_option]
    for words in (*sentences, "CGV art. 13", "prix annuel convenu", "contrat.pdf"):
        assert escape(words) in text, words
    assert "1\u00a0200,00" in text
    for day in ("2026-07-01", "2027-01-01", "2027-09-30", "2027-12-31"):
        assert f'datetime="{day}"' in text, day


def test_a_prepared_contract_waits_for_its_signature(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        waiting = a_prepared_contract(pines, starts_on=date(2026, 7, 1))
    here = workshop.at(f"contrats/{waiting.pk}/")
    text = owner.get(here).content.decode()
    assert f"{here}signer/" in text
    assert "previsions" not in text
    assert owner.get(f"{here}previsions/").status_code == 200


def test_a_parked_contract_says_why(workshop: Workshop, owner: Client, contract: Contract) -> None:
    with open_scope(workshop.provider.id):
        park(
            contract=contract,
            step="invoicing",
            error=DomainError("The postcode is missing."),
            day=TODAY,
            at=NOW,
        )
    answer = owner.get(workshop.at(f"contrats/{contract.pk}/"))
    assert "The postcode is missing." in answer.content.decode()
    reader = workshop.client(ACCOUNTANT).get(workshop.at(f"contrats/{contract.pk}/"))
    assert "The postcode is missing." in reader.content.decode()
    assert "mises-de-cote" not in reader.content.decode()


def test_the_signed_scan_is_a_download_and_nothing_else(
    workshop: Workshop, owner: Client, contract: Contract
) -> None:
    with open_scope(workshop.provider.id):
        document = ContractDocument.objects.get(contract=contract)
    answer = owner.get(workshop.at(f"documents/{document.pk}/"))
    assert answer.content == TINY_PDF
    assert answer["Content-Disposition"] == 'attachment; filename="contrat.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (
        workshop.client(TECHNICIAN).get(workshop.at(f"documents/{document.pk}/")).status_code == 403
    )


def test_the_forecast_page_lists_invoices_and_their_sum(
    workshop: Workshop, owner: Client, contract: Contract
) -> None:
    here = workshop.at(f"contrats/{contract.pk}/previsions/")
    whole, part = owner.get(here), owner.get(here, headers={"hx-request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    for answer in (whole, part):
        assert "360,00" in answer.content.decode()


def test_the_forecast_is_what_the_daily_runs_then_issue(db: None) -> None:
    """Two years of a quarterly contract with a revision: same days, same cents (P5, P7, B2)."""
    workshop = a_workshop("previsions")
    provider_id, start = workshop.provider.id, date(2026, 2, 10)
    with open_scope(provider_id):
        change_invoicing_mode(mode="AUTOMATIC", at=NOW)
        IndexObservation.objects.all().delete()
        an_index_value("2025-12", "320.1", date(2026, 1, 30))
        an_index_value("2026-10", "328.4", date(2026, 11, 30))
        signed = a_signed_contract(a_customer(), signed_on=start, cadence="quarterly")
        foreseen = [
            (event.day, event.draft.due_date, event.draft.totals.gross)
            for event in forecast_of(signed, start)
            if isinstance(event, InvoiceIssued)
        ]
    day = start
    while day <= date(2028, 2, 10):
        run_day(provider_id=provider_id, day=day, issued_on=day, at=noon(day))
        # Something can happen on the first days of a month alone.
        day = date(day.year, day.month, 1) + timedelta(days=31)
        day = day.replace(day=1)
    with open_scope(provider_id):
        rows = Invoice.objects.order_by("issue_date")
        issued = [(row.issue_date, row.due_date, row.gross_amount) for row in rows]
    assert issued == foreseen
    assert len(issued) == 9
    assert issued[-1][2] != Decimal("360.00"), "the revision of January changed the price"
