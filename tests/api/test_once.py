"""Each act on money asked for ten times at once, by real connections with one key (T18)."""

from dataclasses import dataclass
from json import dumps, loads
from typing import Any

import pytest

from billing.models import Invoice, Payment, Settlement
from providers.models import AuditEntry
from providers.scoping import open_scope
from tests.api.conftest import House, a_house, id_of, issue
from tests.harness.bursts import Answer, at_once, told

PAYMENT = {"amount": "50.00", "received_on": "2026-03-16", "method": "cheque"}


@dataclass(frozen=True, slots=True)
class Caller:
    """A program on the other side of a socket."""

    server: str
    token: str

    def post(self, path: str, body: Any, key: str, heard: int | None = None) -> Answer | None:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/json"
        return told(self.server, f"/api/v1/{path}", dumps(body).encode(), headers, heard=heard)

    def burst(self, path: str, body: Any, key: str) -> set[tuple[int, bytes]]:
        """Ten at once, two of them cut off."""
        found = at_once(lambda cut: self.post(path, body, key, cut), heard=100)
        return {(answer.status, answer.body) for answer in found}


@pytest.fixture
def house(transactional_db: None) -> House:
    return a_house("maison-unique")


@pytest.fixture
def caller(house: House, live_server: Any) -> Caller:
    return Caller(live_server.url, house.program().token)


def test_a_payment_is_recorded_once(house: House, caller: Caller) -> None:
    path = f"invoices/{id_of('invoice', issue(house))}/payments"
    answers = caller.burst(path, PAYMENT, "bank-42")
    assert [status for status, _body in answers] == [201]
    with open_scope(house.provider.id):
        assert Payment.objects.count() == 1
        assert AuditEntry.objects.filter(act="payment.recorded").count() == 1
    other = caller.post(path, {**PAYMENT, "amount": "60.00"}, "bank-42")
    assert other is not None
    assert (other.status, loads(other.body)["code"]) == (422, "key_reused")

    [(_status, body)] = answers
    reversal = f"payments/{loads(body)['id']}/reversal"
    assert [status for status, _body in caller.burst(reversal, {}, "back-42")] == [201]
    with open_scope(house.provider.id):
        assert Settlement.objects.get().paid_amount == 0
        assert AuditEntry.objects.filter(act="payment.reversed").count() == 1


def test_an_invoice_is_cancelled_once(house: House, caller: Caller) -> None:
    path = f"invoices/{id_of('invoice', issue(house))}/cancellation"
    assert [status for status, _body in caller.burst(path, {}, "cancel-1")] == [201]
    with open_scope(house.provider.id):
        assert Invoice.objects.filter(kind="CREDIT_NOTE").count() == 1


def test_without_the_key_s_lock_the_answers_differ(
    house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: nothing is found, so that each request is the first."""
    monkeypatch.setattr("portal.api.door.find_answer", lambda **named: None)
    monkeypatch.setattr("portal.api.door.keep_answer", lambda **named: None)
    path = f"invoices/{id_of('invoice', issue(house))}/cancellation"
    # The only 201 may be one of those cut off: the others are refused, and that is said too.
    assert [status for status, _body in caller.burst(path, {}, "cancel-1")] != [201]
