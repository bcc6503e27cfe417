"""A practice with a contract and an invoice, and clients signed in as each of its people."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from billing.models import Invoice
from contracts.models import Contract
from providers.enums import Role
from tests.portal.places import NOW, Practice, a_contract, a_house, a_practice, issued


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def practice(db: None) -> Practice:
    return a_practice(a_house("essai-info"))


@pytest.fixture
def contract(practice: Practice) -> Contract:
    return a_contract(practice)


@pytest.fixture
def invoice(practice: Practice, contract: Contract) -> Invoice:
    """The first quarter in part: 166.67 net, 200.00 gross, issued on 10 February."""
    return issued(practice, date(2026, 2, 10))[0]


@pytest.fixture
def manager(practice: Practice) -> Client:
    return practice.client(Role.PRACTICE_MANAGER)


@pytest.fixture
def staff(practice: Practice) -> Client:
    return practice.client(Role.PRACTICE_STAFF)


@pytest.fixture
def accountant(practice: Practice) -> Client:
    return practice.client(Role.PRACTICE_ACCOUNTANT)
