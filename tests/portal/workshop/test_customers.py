"""Customers: who may see them, what a bad form answers, and what is written."""

from typing import Any

import pytest
from django.test import Client

from providers.enums import Role
from providers.models import AuditEntry, Customer
from providers.scoping import open_scope
from tests.factories import a_customer
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
)

SIREN = "732829320"

GOOD = {
    "name": "Maison de santé du Val",
    "kind": "GROUP",
    "siren": "552 100 554",
    "street": "3 place du Marché",
    "postal_code": "97490",
    "city": "Sainte-Clotilde",
    "email": "accueil@val.example",
    "phone": "0102030405",
}


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(OWNER, 200, 200), (MANAGER, 200, 200), (ACCOUNTANT, 200, 403), (TECHNICIAN, 403, 403)],
)
def test_each_role_reads_and_writes_what_the_table_says(
    workshop: Workshop, sign_in: SignIn, pines: Customer, role: Role, reads: int, writes: int
) -> None:
    client = sign_in(role)
    assert client.get(workshop.at("clients/")).status_code == reads
    assert client.get(workshop.at(f"clients/{pines.pk}/")).status_code == reads
    assert client.get(workshop.at("clients/nouveau/")).status_code == writes
    assert client.post(workshop.at("clients/nouveau/"), {}).status_code in {writes, 422}


def test_a_stranger_finds_nothing(workshop: Workshop, stranger: Client, pines: Customer) -> None:
    for path in ("clients/", f"clients/{pines.pk}/", "clients/nouveau/"):
        assert stranger.get(workshop.at(path)).status_code == 404


def test_another_providers_customer_does_not_exist(
    neighbour: Workshop, stranger: Client, pines: Customer
) -> None:
    assert stranger.get(neighbour.at(f"clients/{pines.pk}/")).status_code == 404


def test_a_customer_is_registered_and_shown(workshop: Workshop, owner: Client) -> None:
    answer = owner.post(workshop.at("clients/nouveau/"), GOOD)
    with open_scope(workshop.provider.id):
        made = Customer.objects.get(name=GOOD["name"])
        assert made.siren == "552100554"
        assert AuditEntry.objects.filter(subject_id=made.pk, act="customer.registered").exists()
    assert (answer.status_code, answer["Location"]) == (303, workshop.at(f"clients/{made.pk}/"))
    page = owner.get(answer["Location"])
    assert "Maison de santé du Val" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "552100555"),
        ("siren", "12"),
        ("postal_code", "9749"),
        ("postal_code", "97A90"),
        ("name", ""),
        ("name", "x" * 161),
        ("email", "nobody"),
        ("kind", "CASTLE"),
    ],
)
def test_a_bad_value_is_said_at_its_field_and_nothing_is_written(
    workshop: Workshop, owner: Client, field: str, value: str
) -> None:
    answer: Any = owner.post(workshop.at("clients/nouveau/"), {**GOOD, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    text = answer.content.decode()
    assert f'id="id_{field}_error"' in text
    assert 'class="error-summary"' in text
    assert "3 place du Marché" in text, "what was typed is kept"
    with open_scope(workshop.provider.id):
        assert not Customer.objects.filter(city=GOOD["city"]).exists()


def test_a_siren_belongs_to_one_customer(workshop: Workshop, owner: Client) -> None:
    with open_scope(workshop.provider.id):
        a_customer("Premier", siren=SIREN)
    answer: Any = owner.post(workshop.at("clients/nouveau/"), {**GOOD, "siren": SIREN})
    assert answer.status_code == 422
    assert "siren" in answer.context["form"].errors


def test_a_customer_is_changed(workshop: Workshop, owner: Client, pines: Customer) -> None:
    here = workshop.at(f"clients/{pines.pk}/")
    form: Any = owner.get(f"{here}modifier/")
    values = {name: value or "" for name, value in form.context["form"].initial.items()}
    assert values["postal_code"] == "83480"
    answer = owner.post(f"{here}modifier/", {**values, "name": "Cabinet des Chênes"})
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert "Cabinet des Chênes" in owner.get(here).content.decode()


def test_names_are_found_by_their_start_without_accents(workshop: Workshop, owner: Client) -> None:
    with open_scope(workshop.provider.id):
        for name in ("Élan Santé", "Elancourt", "Le Relais"):
            a_customer(name)
    text = owner.get(workshop.at("clients/"), {"search": "ÉLAN"}).content.decode()
    assert "Élan Santé" in text
    assert "Elancourt" in text
    assert "Le Relais" not in text


def test_pages_follow_each_other_by_key(workshop: Workshop, owner: Client) -> None:
    names = [f"Cabinet {number:03d}" for number in range(60)]
    with open_scope(workshop.provider.id):
        for name in names:
            a_customer(name)

    def shown(page: Any) -> list[str]:
        return [name for name in names if f">{name}<" in page.content.decode()]

    first: Any = owner.get(workshop.at("clients/"))
    second: Any = owner.get(first.context["pages"].next_url)
    last: Any = owner.get(first.context["pages"].last_url)
    back: Any = owner.get(second.context["pages"].previous_url)
    assert shown(first) == shown(back) == names[:25]
    assert shown(second) == names[25:50]
    assert shown(last) == names[-25:]
    assert not last.context["pages"].next_url
    assert not first.context["pages"].previous_url


@pytest.mark.parametrize("mark", ["nonsense", "x~y", "~", "a~00000000-0000-0000-0000-00000000000"])
def test_a_place_that_makes_no_sense_is_the_first_page(
    workshop: Workshop, owner: Client, pines: Customer, mark: str
) -> None:
    answer = owner.get(workshop.at("clients/"), {"after": mark})
    assert pines.name in answer.content.decode()
