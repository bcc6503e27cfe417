"""A house with its people, a neighbour, and programs that hold tokens of theirs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
import time_machine
from django.test import Client

from billing.models import Invoice
from contracts.models import Contract
from portal.api.ids import write_id
from portal.api.versions import etag_of
from providers.enums import Role
from providers.models import Customer, Membership, Provider
from providers.operations.api_tokens import RESOURCES, make_token
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider, a_signed_contract, noon

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
EVERYTHING = {code.value: "write" for code in RESOURCES if code != "offers"} | {"offers": "read"}
READING = {code.value: "read" for code in RESOURCES}
_keys = count(1)


@dataclass(slots=True)
class Program:
    """Something that holds a token and speaks JSON."""

    token: str
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST":
            named.setdefault("Idempotency-Key", f"key-{next(_keys)}")
        sent: dict[str, Any] = {"headers": named}
        if body is not None:
            sent |= {"data": body if isinstance(body, str | bytes) else json.dumps(body)}
            sent |= {"content_type": named.pop("Content-Type", "application/json")}
        return getattr(self.browser, method.lower())(f"/api/v1/{path}", **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)


@dataclass(frozen=True, slots=True)
class House:
    """A provider with its owner and one practice under contract."""

    provider: Provider
    owner: Membership
    customer: Customer
    contract: Contract

    def program(self, scopes: dict[str, str] | None = None, **given: Any) -> Program:
        with open_scope(self.provider.id):
            values: dict[str, Any] = {
                "name": "Comptabilité",
                "days": 90,
                "at": NOW,
                "by": self.owner.user_id,
            }
            _token, text = make_token(scopes=scopes or EVERYTHING, **(values | given))
        return Program(text)


def a_house(slug: str) -> House:
    provider = a_provider(slug=slug)
    with open_scope(provider.id):
        owner = a_member(Role.OWNER)
        customer = a_customer("Cabinet des Pins")
        contract = a_signed_contract(customer, signed_on=date(2026, 2, 10), cadence="quarterly")
    return House(provider, owner, customer, contract)


def issue(house: House, day: date = date(2026, 2, 10)) -> Invoice:
    """The first invoice of the house: 166.67 net, 200.00 gross."""
    from billing.operations.invoice_run import Run, issue_due

    issue_due(Run(house.provider.id, day, day, noon(day)))
    with open_scope(house.provider.id):
        return Invoice.objects.earliest("sequence")


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(db: None) -> House:
    return a_house("maison-api")


@pytest.fixture
def neighbour(db: None) -> House:
    return a_house("voisin-api")


@pytest.fixture
def program(house: House) -> Program:
    return house.program()


@pytest.fixture
def invoice(house: House) -> Invoice:
    return issue(house)


Ids = Callable[[str, Any], str]


def id_of(kind: str, row: Any) -> str:
    return write_id(kind, row.pk)


def version_of(house: House, row: Any) -> str:
    with open_scope(house.provider.id):
        row.refresh_from_db()
    return etag_of(row)
