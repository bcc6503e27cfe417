"""A practice's equipment as a file, for the practice and for its provider."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from fleet.models import Equipment
from fleet.operations import add_equipment, add_site
from providers.enums import Role
from providers.models import AuditEntry
from providers.scoping import open_scope
from tests.factories import a_member, a_signed_contract
from tests.harness.questions import questions
from tests.portal.places import NOW, Practice, a_contract, a_house, a_practice, signed_in

TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def practice(db: None) -> Practice:
    practice = a_practice(a_house("essai-info"))
    with open_scope(practice.provider.id):
        site = add_site(
            customer_id=practice.customer.pk,
            name="Annexe",
            street="1 rue du Port",
            postal_code="83480",
            city="Puget",
            at=NOW,
        )
    a_piece(practice, "Poste accueil", serial_number="=HYPERLINK(1)", site_id=site.pk)
    a_piece(practice, "Vieux poste", in_service_to=date(2024, 6, 14))
    return practice


def a_piece(practice: Practice, label: str, **more: Any) -> Equipment:
    known: dict[str, Any] = {"kind": "workstation", "in_service_from": date(2020, 6, 16)}
    with open_scope(practice.provider.id):
        return add_equipment(
            customer_id=practice.customer.pk, label=label, at=NOW, **(known | more)
        )


def provider_s(practice: Practice, role: Role) -> Client:
    with open_scope(practice.provider.id):
        return signed_in(a_member(role))


def content(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def lines(answer: Any) -> list[dict[str, str]]:
    text = content(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def files(practice: Practice) -> list[tuple[Client, str]]:
    owner = provider_s(practice, Role.OWNER)
    return [
        (owner, f"/atelier/essai-info/clients/{practice.customer.pk}/materiel."),
        (practice.client(Role.PRACTICE_STAFF), practice.at("materiel/materiel.")),
    ]


def test_both_sides_get_the_same_lines(practice: Practice) -> None:
    contract = a_contract(practice)
    found = [lines(client.get(f"{path}csv")) for client, path in files(practice)]
    assert found[0] == found[1]
    new, old = found[0]
    assert (new["Matériel"], new["Site"], new["Âge en années"]) == (
        "Poste accueil",
        "Annexe",
        "5",
    )
    assert (new["Contrat"], new["En service depuis"]) == (contract.reference, "16/06/2020")
    assert new["À distance"]
    assert (old["Contrat"], old["À distance"], old["Âge en années"]) == ("", "", "3")


def test_a_contract_that_is_still_to_begin_says_when(practice: Practice) -> None:
    with open_scope(practice.provider.id):
        contract = a_signed_contract(
            practice.customer, signed_on=date(2026, 6, 10), starts_on=date(2026, 7, 1)
        )
    for client, path in files(practice):
        answer = client.get(f"{path}csv")
        assert "cabinet" in answer["Content-Disposition"]
        new = lines(answer)[0]
        assert new["Contrat"].startswith(f"{contract.reference} · à partir du")
        assert "2026" in new["Contrat"]


def test_nothing_in_it_is_run(practice: Practice) -> None:
    for client, path in files(practice):
        assert lines(client.get(f"{path}csv"))[0]["Numéro de série"] == "'=HYPERLINK(1)"
        page = load_workbook(io.BytesIO(content(client.get(f"{path}xlsx")))).active
        assert page is not None
        cell = page["D2"]
        assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_its_practice_reads_that_the_provider_took_it(practice: Practice) -> None:
    (owner, theirs), (staff, own) = files(practice)
    owner.head(f"{theirs}csv")
    content(staff.get(f"{own}csv"))
    assert taken_from(practice) == []
    content(owner.get(f"{theirs}xlsx"))
    assert taken_from(practice) == [practice.customer.pk]


def taken_from(practice: Practice) -> list[Any]:
    with open_scope(practice.provider.id):
        found = AuditEntry.objects.filter(act="equipment.exported")
        return list(found.values_list("customer_id", flat=True))


def test_the_next_practice_is_in_neither(practice: Practice) -> None:
    port = a_practice(practice.provider, "Cabinet du Port")
    a_piece(port, "Serveur du Port")
    contract = a_contract(port)  # covers any piece of its own practice
    for client, path in files(practice):
        text = content(client.get(f"{path}csv")).decode()
        assert "Poste accueil" in text
        assert "du Port" not in text
        assert contract.reference not in text
    stranger = practice.client(Role.PRACTICE_MANAGER)
    assert stranger.get(port.at("materiel/materiel.csv")).status_code == 404
    abroad = provider_s(a_practice(a_house("voisin-info")), Role.OWNER)
    path = f"clients/{practice.customer.pk}/materiel.csv"
    assert abroad.get(f"/atelier/voisin-info/{path}").status_code == 404


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.PRACTICE_ACCOUNTANT])
def test_who_reads_no_page_of_it_gets_no_file(practice: Practice, role: Role) -> None:
    if role in Role.practice():
        client, path = practice.client(role), practice.at("materiel/materiel.csv")
    else:
        client = provider_s(practice, role)
        path = f"/atelier/essai-info/clients/{practice.customer.pk}/materiel.csv"
    assert client.get(path).status_code == 403


def test_the_pages_offer_it_where_there_is_some(practice: Practice) -> None:
    bare = a_practice(practice.provider, "Cabinet du Port")
    owner = provider_s(practice, Role.ACCOUNTANT)
    for place, is_offered in ((practice, True), (bare, False)):
        page = owner.get(f"/atelier/essai-info/clients/{place.customer.pk}/").content.decode()
        own = place.client(Role.PRACTICE_STAFF).get(place.at("materiel/")).content.decode()
        assert (f"{place.customer.pk}/materiel.csv" in page) is is_offered
        assert (f'href="{place.at("materiel/materiel.xlsx")}"' in own) is is_offered


def test_a_longer_list_asks_no_more_questions(practice: Practice) -> None:
    client, path = files(practice)[0]
    asked = []
    for _ in range(3):
        with questions() as found:
            content(client.get(f"{path}csv"))
        asked.append(len(found))
        for number in range(5):
            a_piece(practice, f"Poste {number}")
    assert asked[1] == asked[2]
