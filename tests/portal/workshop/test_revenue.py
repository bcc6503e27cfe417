"""« Pilotage »: what the contracts in force bring in a year, and why it moved."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from contracts.enums import ContractStatus, EndReason
from contracts.models import Contract
from providers.enums import Role
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import ACCOUNTANT, MANAGER, OWNER, TECHNICIAN, Workshop


def steps(answer: Any) -> list[Decimal]:
    return [step.amount for step in answer.context["chart"].steps]


@pytest.fixture
def contracts(workshop: Workshop, pines: Customer) -> list[Contract]:
    """1,200 € a year each: from February, from June, and one of March that ended in May."""
    with open_scope(workshop.provider.id):
        made = [
            a_signed_contract(pines, signed_on=date(2026, month, 10), cadence="quarterly")
            for month in (2, 6, 3)
        ]
        Contract.objects.filter(pk=made[2].pk).update(
            status=ContractStatus.ENDED, ended_on=date(2026, 5, 31), end_reason=EndReason.NOTICE
        )
    return made


def test_a_month_shows_what_moved_it(
    workshop: Workshop, owner: Client, contracts: list[Contract]
) -> None:
    page: Any = owner.get(workshop.at("pilotage/"))
    zero = Decimal(0)
    assert steps(page) == [2400, 1200, zero, zero, zero, -1200, 2400]
    text = page.content.decode()
    said = "Juin\xa02026\xa0: 2\xa0400,00\xa0€ par an, 200,00\xa0€ par mois\u202f; autant qu’avant."
    assert said in text
    march: Any = owner.get(workshop.at("pilotage/"), {"month": "2026-03"})
    assert steps(march) == [1200, 1200, zero, zero, zero, zero, 2400]
    assert len(march.context["months"].rows) == 13


def test_a_month_that_moved_nothing_draws_nothing(
    workshop: Workshop, owner: Client, contracts: list[Contract]
) -> None:
    april = owner.get(workshop.at("pilotage/"), {"month": "2026-04"}).content.decode()
    assert "autant qu’avant" in april
    assert "chart-waterfall" not in april


@pytest.mark.parametrize("month", ["2199-01", "2026-13", "x", "2030-01", "0001-01", "\x00"])
def test_a_month_to_come_or_none_at_all_is_this_one(
    workshop: Workshop, owner: Client, contracts: list[Contract], month: str
) -> None:
    page: Any = owner.get(workshop.at("pilotage/"), {"month": month})
    assert page.status_code == 200
    assert steps(page)[0] == 2400


def test_the_first_page_asks_for_the_drawing_alone(
    workshop: Workshop, owner: Client, contracts: list[Contract]
) -> None:
    assert f'hx-get="{workshop.at("pilotage/")}"' in owner.get(workshop.at("")).content.decode()
    part = owner.get(workshop.at("pilotage/"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "chart-waterfall" in part


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 200), (MANAGER, 200), (ACCOUNTANT, 200), (TECHNICIAN, 403)]
)
def test_technicians_see_no_revenue(workshop: Workshop, role: Role, status: int) -> None:
    assert workshop.client(role).get(workshop.at("pilotage/")).status_code == status


def test_another_house_has_its_own(
    workshop: Workshop, neighbour: Workshop, contracts: list[Contract]
) -> None:
    page: Any = neighbour.client(OWNER).get(neighbour.at("pilotage/"))
    assert set(steps(page)) == {Decimal(0)}
    assert "chart-waterfall" not in page.content.decode()


def test_a_year_of_contracts_is_one_query_of_prices(
    workshop: Workshop, owner: Client, contracts: list[Contract]
) -> None:
    from tests.harness.questions import MOST, questions

    owner.get(workshop.at("pilotage/"))
    with questions() as few:
        owner.get(workshop.at("pilotage/"))
    with open_scope(workshop.provider.id):
        for place in range(5):
            a_signed_contract(a_customer(f"Cabinet {place}"), signed_on=date(2026, 5, 4))
    with questions() as many:
        owner.get(workshop.at("pilotage/"))
    assert len(many) == len(few) <= MOST
