"""Each act on money asked for ten times at once, by real connections with one key (T18)."""

import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from billing.models import Invoice, Payment, Settlement
from providers.models import AuditEntry
from providers.scoping import open_scope
from tests.api.conftest import House, a_house, id_of, issue

TIMES = 10
PAYMENT = {"amount": "50.00", "received_on": "2026-03-16", "method": "cheque"}


class Caller:
    """A program on the other side of a socket."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = urlsplit(address), token

    def post(self, path: str, body: Any, key: str, *, is_cut: bool = False) -> tuple[int, bytes]:
        """Send it; while the first one is running, ask again. A cut one never reads its answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/json"
        for _turn in range(200):
            line = http.client.HTTPConnection(str(self.address.hostname), self.address.port or 80)
            line.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
            if is_cut:
                line.close()
                return 0, b""
            answer = line.getresponse()
            found = answer.status, answer.read()
            line.close()
            if not (found[0] == 409 and b'"running"' in found[1]):
                return found
            time.sleep(0.05)
        raise AssertionError("the first request never ends")

    def burst(self, path: str, body: Any, key: str) -> set[tuple[int, bytes]]:
        """Ten at once, two of them cut off."""
        found: list[tuple[int, bytes]] = []
        gate = threading.Barrier(TIMES)

        def one(place: int) -> None:
            gate.wait()
            found.append(self.post(path, body, key, is_cut=place < 2))

        threads = [threading.Thread(target=one, args=[place]) for place in range(TIMES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == TIMES
        return {answer for answer in found if answer[0]}


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
    assert (other[0], json.loads(other[1])["code"]) == (422, "key_reused")

    [(_status, body)] = answers
    reversal = f"payments/{json.loads(body)['id']}/reversal"
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
