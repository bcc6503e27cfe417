"""What a practice's pages ask of the database does not grow with what they show."""

from datetime import date
from typing import Any

from django.test import Client

from billing.models import Invoice
from contracts.models import Contract
from tests.harness.questions import MOST, questions
from tests.portal.places import Practice, a_contract, issued
from tests.portal.practice.test_equipment import a_piece


def test_no_page_asks_more_when_it_shows_more(
    practice: Practice, manager: Client, contract: Contract, invoice: Invoice
) -> None:
    pages = (
        "",
        "aide/",
        "materiel/",
        f"contrats/{contract.pk}/",
        "factures/",
        f"factures/{invoice.pk}/",
        "travaux/",
    )
    asked: dict[str, list[int]] = {page: [] for page in pages}
    for more in (0, 5):
        for _place in range(more):
            a_contract(practice, signed_on=date(2026, 3, 3))
            a_piece(practice, "Poste")
        issued(practice, date(2026, 4, 1))
        for page in pages:
            manager.get(practice.at(page))  # terms are read once per process
            with questions() as statements:
                answer: Any = manager.get(practice.at(page))
            assert answer.status_code == 200
            asked[page].append(len(statements))
    assert {page: few for page, (few, many) in asked.items() if many > few} == {}
    assert {page: most for page, most in asked.items() if max(most) > MOST} == {}
