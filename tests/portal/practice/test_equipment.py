"""What a practice reads of its equipment, and what its menu says."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from contracts.enums import LineKind
from contracts.models import Contract, ContractLine
from contracts.queries import terms_of
from contracts.rules.coverage import Coverage, CoverageLine
from contracts.rules.part import Words
from fleet.models import Equipment
from fleet.operations import add_equipment
from portal.components import Pair
from portal.practice.care import Care
from portal.practice.equipment import ways_of
from providers.enums import Role
from providers.scoping import open_scope
from tests.portal.places import (
    NOW,
    Practice,
    a_contract,
    a_house,
    a_practice,
    issued,
    signed_in,
)

MANAGER, STAFF, ACCOUNTANT = Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT
PAGE = "materiel/"


def a_piece(practice: Practice, label: str, kind: str = "workstation", **more: Any) -> Equipment:
    with open_scope(practice.provider.id):
        return add_equipment(
            customer_id=practice.customer.pk, kind=kind, label=label, at=NOW, **more
        )


def rows(client: Client, practice: Practice) -> dict[str, tuple[Any, ...]]:
    """By the name of the piece, the contract and what it does, in words."""
    answer: Any = client.get(practice.at(PAGE))
    assert answer.status_code == 200
    return {
        str(_words(row.cells[0])[0]): tuple(_words(cell) for cell in row.cells[2:])
        for row in answer.context["table"].rows
    }


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, Pair):
        return _words(value.main) + _words(value.detail)
    return (str(getattr(value, "label", value)),)


def test_each_piece_says_which_contract_looks_after_it_and_how(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    a_piece(practice, "Poste accueil", serial_number="PF-778")
    a_piece(practice, "Caméra", "camera")
    a_piece(practice, "Vieux poste", in_service_to=date(2026, 6, 14))
    found = rows(manager, practice)
    link, remote, on_site = found["Poste accueil"]
    assert link == (contract.offer_name, contract.reference)
    assert remote == on_site == ("Couvert",)
    assert found["Caméra"] == (("Dans aucun contrat",), ("None",), ("None",))
    assert found["Vieux poste"][0] == ("Retiré du parc",)
    text = manager.get(practice.at(PAGE)).content.decode()
    assert "PF-778" in text
    assert text.count("dépannage compris") == 2  # once a place, however many pieces there are


def test_a_contract_that_prices_its_pieces_looks_after_these_kinds_alone(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    with open_scope(practice.provider.id):
        ContractLine.objects.create(
            customer=practice.customer,
            contract=contract,
            position=9,
            kind=LineKind.EQUIPMENT,
            code="server",
            label="Serveur",
        )
    a_piece(practice, "Poste accueil")
    a_piece(practice, "Serveur", "server")
    found = rows(manager, practice)
    assert found["Serveur"][0][0] == contract.offer_name
    assert found["Poste accueil"][0] == ("Dans aucun contrat",)


def test_two_contracts_are_two_lines(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    second = a_contract(practice, signed_on=date(2026, 3, 5))
    a_piece(practice, "Poste accueil")
    answer: Any = manager.get(practice.at(PAGE))
    references = {row.cells[2].detail for row in answer.context["table"].rows}
    assert references == {contract.reference, second.reference}


def test_without_equipment_the_page_says_whom_to_ask(practice: Practice, staff: Client) -> None:
    text = staff.get(practice.at(PAGE)).content.decode()
    assert "Aucun matériel" in text
    assert text.count(practice.at("aide/")) == 2  # in the header, and on the page


def test_without_a_contract_no_piece_is_looked_after(practice: Practice, manager: Client) -> None:
    a_piece(practice, "Poste accueil")
    assert rows(manager, practice)["Poste accueil"][0] == ("Dans aucun contrat",)


@pytest.mark.parametrize(("role", "sentences"), [(MANAGER, 2), (STAFF, 0)])
def test_a_sentence_that_states_a_price_is_not_for_the_staff(
    practice: Practice, contract: Contract, role: Role, sentences: int
) -> None:
    summary = Words(fr="90 € de l’heure.", en="90 € an hour.")
    line = CoverageLine(outcome="billed", rule="I8", clause="CGS", summary=summary)
    terms = terms_of(contract).model_copy(
        update={"coverage": Coverage(clause="CGS", lines=(line,))}
    )
    care = Care(contract, terms, frozenset())
    ways = ways_of(role, [a_piece(practice, "Poste")], [care])
    assert sum(len(found) for _offer, found in ways) == sentences


def test_whoever_reads_no_cover_reads_no_equipment(practice: Practice) -> None:
    assert practice.client(ACCOUNTANT).get(practice.at(PAGE)).status_code == 403
    assert practice.client(ACCOUNTANT).get(practice.at("contrats/")).status_code == 403


def test_neither_the_practice_next_door_nor_another_house_is_seen(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    next_door = a_practice(practice.provider, "Cabinet du Port")
    elsewhere = a_practice(a_house("voisin-info"), "Cabinet du Lac")
    a_piece(practice, "Poste des Pins")
    for other in (next_door, elsewhere):
        a_contract(other)
        a_piece(other, "Poste du voisin")
        assert set(rows(other.client(MANAGER), other)) == {"Poste du voisin"}
        for member in other.members.values():
            for path in (PAGE, "contrats/"):
                assert signed_in(member).get(practice.at(path)).status_code == 404
    assert set(rows(manager, practice)) == {"Poste des Pins"}


# --- The menu -------------------------------------------------------------------------------------


def test_the_only_contract_is_one_step_away_and_several_are_a_choice(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    answer = manager.get(practice.at("contrats/"))
    assert answer["Location"] == practice.at(f"contrats/{contract.pk}/")
    a_contract(practice, signed_on=date(2026, 3, 5))
    page: Any = manager.get(practice.at("contrats/"))
    assert len(page.context["contracts"].rows) == 2


def test_without_a_contract_the_menu_leads_to_words(practice: Practice, manager: Client) -> None:
    assert "Aucun contrat" in manager.get(practice.at("contrats/")).content.decode()


def counts(client: Client, address: str) -> dict[str, int | None]:
    page: Any = client.get(address)
    return {item.icon: item.count for item in page.context["navigation"]}


@pytest.mark.parametrize("role", [MANAGER, STAFF, ACCOUNTANT])
def test_the_menu_counts_the_invoices_to_be_paid(
    practice: Practice, contract: Contract, role: Role
) -> None:
    """Those of this practice; whoever sees no invoice has no such entry."""
    next_door = a_practice(practice.provider, "Cabinet du Port")
    a_contract(next_door)
    issued(practice, date(2026, 4, 1))
    with open_scope(practice.provider.id):
        assert len(issued(next_door, date(2026, 4, 1))) == 2
    found = counts(practice.client(role), practice.at("aide/"))
    assert found.get("receipt-euro") == (None if role == STAFF else 2)
    assert {value for icon, value in found.items() if icon != "receipt-euro"} <= {None}


def test_nothing_to_pay_is_not_counted(practice: Practice, manager: Client) -> None:
    page = manager.get(practice.at("aide/")).content.decode()
    assert 'class="count"' not in page
