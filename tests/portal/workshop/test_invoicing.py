"""The next run, what a person releases, and the contracts set aside."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from billing.models import Invoice, PreparedInvoice
from billing.operations.preparing import prepare_due
from contracts.models import Contract, Parking
from contracts.operations.parking import park
from core.errors import DomainError
from providers.enums import Role
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    TODAY,
    SignIn,
    Workshop,
)


@pytest.fixture
def prepared(workshop: Workshop, contract: Contract) -> list[PreparedInvoice]:
    """Two contracts signed in February, nothing issued: two quarters each wait on 15 June."""
    with open_scope(workshop.provider.id):
        other = a_customer("Zénith Santé", postal_code="97490")
        a_signed_contract(other, signed_on=date(2026, 2, 10), cadence="quarterly")
    prepare_due(provider_id=workshop.provider.id, day=TODAY, issued_on=TODAY, at=NOW)
    with open_scope(workshop.provider.id):
        return list(PreparedInvoice.objects.order_by("contract", "first_day"))


@pytest.fixture
def parked(workshop: Workshop, contract: Contract) -> Parking:
    with open_scope(workshop.provider.id):
        found = park(
            contract=contract,
            step="invoicing",
            error=DomainError(
                "The date %(day)s is outside the years 2000 to 2099.", params={"day": "1999-01-02"}
            ),
            day=TODAY,
            at=NOW,
        )
        assert found
        return found


def issued(workshop: Workshop) -> list[Invoice]:
    with open_scope(workshop.provider.id):
        return list(Invoice.objects.order_by("sequence"))


def seen(client: Client, workshop: Workshop) -> str:
    answer: Any = client.get(workshop.at("facturation/"))
    return str(answer.context["seen"])


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(OWNER, 200, 303), (MANAGER, 200, 303), (ACCOUNTANT, 200, 403), (TECHNICIAN, 403, 403)],
)
def test_who_sees_the_run_and_who_releases(
    workshop: Workshop,
    sign_in: SignIn,
    prepared: list[PreparedInvoice],
    role: Role,
    reads: int,
    writes: int,
) -> None:
    client = sign_in(role)
    page = client.get(workshop.at("facturation/"))
    assert page.status_code == reads
    state = seen(sign_in(OWNER), workshop)
    answer = client.post(workshop.at("facturation/emettre/"), {"seen": state, "everything": "1"})
    assert answer.status_code == writes
    assert len(issued(workshop)) == (4 if writes == 303 else 0)
    if reads == 200 and writes == 403:
        assert "emettre/" not in page.content.decode()


def test_the_total_announced_is_the_total_issued(
    workshop: Workshop, owner: Client, prepared: list[PreparedInvoice]
) -> None:
    page: Any = owner.get(workshop.at("facturation/"))
    run, waiting = page.context["run"], page.context["waiting"]
    assert (run.day, len(run.rows), waiting.count) == (TODAY, 4, 4)
    owner.post(workshop.at("facturation/emettre/"), {"seen": waiting.digest, "everything": "1"})
    rows = issued(workshop)
    assert sum(row.gross_amount for row in rows) == run.gross_amount == waiting.gross_amount
    assert sum(row.vat_amount for row in rows) == run.vat_amount
    after: Any = owner.get(workshop.at("facturation/"))
    assert (after.context["run"].day, after.context["waiting"].count) == (date(2026, 7, 1), 0)


def test_sent_twice_nothing_is_issued_twice(
    workshop: Workshop, owner: Client, prepared: list[PreparedInvoice]
) -> None:
    form = {"seen": seen(owner, workshop), "everything": "1"}
    assert owner.post(workshop.at("facturation/emettre/"), form).status_code == 303
    assert owner.post(workshop.at("facturation/emettre/"), form).status_code == 422
    assert len(issued(workshop)) == 4


def test_only_the_chosen_contracts_are_issued(
    workshop: Workshop, owner: Client, contract: Contract, prepared: list[PreparedInvoice]
) -> None:
    form = {"seen": seen(owner, workshop), "contracts": [str(contract.pk)]}
    assert owner.post(workshop.at("facturation/emettre/"), form).status_code == 303
    assert {row.contract_id for row in issued(workshop)} == {contract.pk}
    with open_scope(workshop.provider.id):
        assert PreparedInvoice.objects.count() == 2


@pytest.mark.parametrize("chosen", [[], ["nonsense"], ["00000000-0000-0000-0000-000000000000"]])
def test_a_choice_that_is_none_issues_nothing(
    workshop: Workshop, owner: Client, prepared: list[PreparedInvoice], chosen: list[str]
) -> None:
    form = {"seen": seen(owner, workshop), "contracts": chosen}
    answer = owner.post(workshop.at("facturation/emettre/"), form)
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()
    assert not issued(workshop)


def test_a_list_that_has_changed_is_shown_again_first(
    workshop: Workshop, owner: Client, prepared: list[PreparedInvoice]
) -> None:
    state = seen(owner, workshop)
    with open_scope(workshop.provider.id):
        a_signed_contract(a_customer("Nouveau"), signed_on=date(2026, 6, 1), cadence="quarterly")
    prepare_due(provider_id=workshop.provider.id, day=TODAY, issued_on=TODAY, at=NOW)
    form = {"seen": state, "everything": "1"}
    assert owner.post(workshop.at("facturation/emettre/"), form).status_code == 422
    assert not issued(workshop)


def test_nothing_of_the_neighbour_is_released(
    workshop: Workshop, neighbour: Workshop, stranger: Client, prepared: list[PreparedInvoice]
) -> None:
    ids = [str(row.contract_id) for row in prepared]
    for house in (workshop, neighbour):
        answer = stranger.post(house.at("facturation/emettre/"), {"seen": "x", "contracts": ids})
        assert answer.status_code in {404, 422}
    assert not issued(workshop)


def test_a_parked_contract_is_shown_and_released_once(
    workshop: Workshop, owner: Client, contract: Contract, parked: Parking
) -> None:
    page = owner.get(workshop.at("facturation/")).content.decode()
    assert "La date 2 janvier 1999 est hors des années 2000 à 2099." in page
    here = workshop.at(f"mises-de-cote/{parked.pk}/")
    assert "2 janvier 1999" in owner.get(here).content.decode()
    assert owner.post(here).status_code == 303
    with open_scope(workshop.provider.id):
        contract.refresh_from_db()
    assert not contract.is_parked
    assert owner.post(here).status_code == 422


@pytest.mark.parametrize(("role", "status"), [(ACCOUNTANT, 403), (TECHNICIAN, 403)])
def test_who_may_not_release_a_parked_contract(
    workshop: Workshop, sign_in: SignIn, parked: Parking, role: Role, status: int
) -> None:
    assert sign_in(role).post(workshop.at(f"mises-de-cote/{parked.pk}/")).status_code == status


def test_a_stranger_releases_no_contract(
    workshop: Workshop, neighbour: Workshop, stranger: Client, parked: Parking
) -> None:
    for house in (workshop, neighbour):
        assert stranger.post(house.at(f"mises-de-cote/{parked.pk}/")).status_code == 404


def test_a_contract_that_cannot_be_invoiced_is_named_before_the_run(
    workshop: Workshop, owner: Client, contract: Contract, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        Contract.objects.filter(pk=contract.pk).update(cadence="half-yearly")
    page: Any = owner.get(workshop.at("facturation/"))
    assert page.status_code == 200
    assert page.context["run"].faulty == (contract.reference,)
    assert owner.get(workshop.at(f"contrats/{contract.pk}/previsions/")).status_code == 200
