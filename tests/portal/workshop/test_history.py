"""The block « Historique » of the detail pages: who, when, what, before and after."""

from typing import Any

import pytest
from django.test import Client

from contracts.models import Contract, Offer
from providers.models import Customer, HistoryRow, ProviderProfile
from providers.scoping import open_scope
from tests.factories import a_customer
from tests.portal.workshop.conftest import ACCOUNTANT, MANAGER, NOW, OWNER, SignIn, Workshop
from tests.portal.workshop.test_conflicts import values_of


def edited(workshop: Workshop, client: Client, customer: Customer, **values: str) -> None:
    address = workshop.at(f"clients/{customer.pk}/modifier/")
    assert client.post(address, {**values_of(client, address), **values}).status_code == 303


def history(client: Client, address: str, name: str = "history") -> Any:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return answer.context[name]


def test_an_edit_is_told_with_its_person_its_hour_and_both_values(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    edited(workshop, owner, pines, phone="0494000001", kind="GROUP")
    moment = history(owner, workshop.at(f"clients/{pines.pk}/")).moments[0]
    assert str(moment.label) == "A modifié la fiche de Cabinet des Pins"
    assert moment.detail == "Propriétaire, 11:00", "nine o’clock UTC by the house's clocks"
    assert [(str(c.label), c.before, c.after) for c in moment.changes] == [
        ("Type", "Cabinet", "Cabinet de groupe ou maison de santé"),
        ("Téléphone", "", "0494000001"),
    ]
    text = owner.get(workshop.at(f"clients/{pines.pk}/")).content.decode()
    assert 'id="historique"' in text
    assert f"reglages/journal/?object={pines.pk}" in text


def test_a_change_in_the_database_is_told_as_such(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    """A line whose transaction wrote no act; the test itself is one transaction."""
    with open_scope(workshop.provider.id):
        HistoryRow.objects.create(
            customer=pines,
            at=NOW,
            transaction=1,
            role="clausier_app",
            kind="CHANGED",
            subject="providers.customer",
            subject_id=pines.pk,
            before={"city": "Puget-sur-Argens"},
            after={"city": "Ailleurs"},
        )
    moments = history(owner, workshop.at(f"clients/{pines.pk}/")).moments
    [outside] = [one for one in moments if "hors du portail" in str(one.label)]
    assert "clausier_app" in outside.detail
    assert [change.after for change in outside.changes] == ["Ailleurs"]


@pytest.mark.parametrize(("role", "sees"), [(OWNER, True), (MANAGER, True), (ACCOUNTANT, False)])
def test_whoever_reads_the_journal_reads_the_history(
    workshop: Workshop, sign_in: SignIn, pines: Customer, role: Any, sees: bool
) -> None:
    found = history(sign_in(role), workshop.at(f"clients/{pines.pk}/"))
    assert (found is not None) is sees


def test_another_practices_changes_are_not_in_it(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        other = a_customer("Cabinet des Chênes")
    edited(workshop, owner, other, city="Canari")
    page = owner.get(workshop.at(f"clients/{pines.pk}/")).content.decode()
    assert "Canari" not in page


def test_what_one_transaction_did_to_many_is_told_of_each_alone(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    """As an import does; the test itself is one transaction."""
    with open_scope(workshop.provider.id):
        others = [a_customer(f"Cabinet {number}") for number in range(12)]
    edited(workshop, owner, pines, phone="0494000001")
    for other in others:
        edited(workshop, owner, other, phone="0494000002")
    moments = history(owner, workshop.at(f"clients/{pines.pk}/")).moments
    assert str(moments[0].label) == "A modifié la fiche de Cabinet des Pins"
    assert not [one for one in moments if "Cabinet 1" in str(one.label)]


def test_every_detail_page_has_its_history(
    workshop: Workshop, owner: Client, contract: Contract, offer: Offer
) -> None:
    with open_scope(workshop.provider.id):
        Offer.objects.update(name="Autre")
        ProviderProfile.objects.update(trade_name="Autre")
    for path, name in (
        (f"contrats/{contract.pk}/", "history"),
        (f"offres/{offer.pk}/", "history"),
        ("reglages/", "changes"),
    ):
        assert history(owner, workshop.at(path), name).moments, path


def test_the_account_is_not_told_whole(workshop: Workshop, owner: Client) -> None:
    iban = "FR1420041010050500013M02606"
    with open_scope(workshop.provider.id):
        ProviderProfile.objects.update(iban=iban)
        ProviderProfile.objects.update(iban="")
    moments = history(owner, workshop.at("reglages/"), "changes").moments
    told = [change for moment in moments for change in moment.changes if change.label == "IBAN"]
    assert {change.before for change in told} | {change.after for change in told} == {"…2606", ""}
