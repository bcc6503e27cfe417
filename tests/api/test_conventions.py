"""What every address has in common: tokens, refusals, keys, limits."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from providers.enums import ProviderStatus, Role
from providers.models import ApiToken, Customer, KeptAnswer, Membership, Provider
from providers.operations.api_tokens import revoke_token
from providers.rules.api_tokens import split_token
from providers.scoping import open_scope
from providers.tasks import forget_kept_answers
from tests.api.conftest import NOW, READING, House, Program, id_of

NEW = {"name": "Cabinet des Cèdres", "postal_code": "83480"}


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """A refusal in the one form that all of them have."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body: dict[str, Any] = json.loads(answer.content)
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"/api/docs#{code}"
    assert body["instance"] == f"urn:request:{answer['X-Request-Id']}"
    return body


# --- Tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "x", "clausier_x_y", "\u00e9", "clausier_" + "0" * 26])
def test_nobody_comes_in_without_a_good_token(house: House, text: str) -> None:
    answer = refused(Program(text).get("customers"), 401, "unauthenticated")
    assert answer["errors"] == []


def test_a_session_opens_nothing(house: House) -> None:
    browser = Client()
    browser.force_login(house.owner.user)
    answer = browser.get("/api/v1/customers")
    refused(answer, 401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_is_kept_as_a_hash_alone(house: House) -> None:
    text = house.program().token
    with open_scope(house.provider.id):
        row = ApiToken.objects.get()
        kept = json.dumps([str(getattr(row, f.attname)) for f in row._meta.concrete_fields])
    split = split_token(text)
    assert split is not None
    assert split.secret not in kept
    assert row.prefix in text


def revoke(house: House) -> None:
    with open_scope(house.provider.id):
        revoke_token(token_id=ApiToken.objects.get().pk, at=NOW)


def disable(house: House) -> None:
    house.owner.user.is_active = False
    house.owner.user.save()


def dismiss(house: House) -> None:
    Membership.objects.filter(pk=house.owner.pk).update(is_active=False)


def suspend(house: House) -> None:
    Provider.objects.filter(pk=house.provider.pk).update(status=ProviderStatus.SUSPENDED)


def tamper(house: House) -> None:
    with open_scope(house.provider.id):
        ApiToken.objects.update(digest="0" * 64)


@pytest.mark.parametrize("end", [revoke, disable, dismiss, suspend, tamper])
def test_a_token_dies_at_the_next_request(house: House, program: Program, end: Any) -> None:
    assert program.get("customers").status_code == 200
    end(house)
    refused(program.get("customers"), 401, "unauthenticated")


def test_a_token_expires(program: Program) -> None:
    with time_machine.travel(NOW + timedelta(days=90, seconds=-1), tick=False):
        assert program.get("customers").status_code == 200
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        refused(program.get("customers"), 401, "unauthenticated")


def test_a_token_does_what_its_maker_may_do_now(house: House, program: Program) -> None:
    Membership.objects.filter(pk=house.owner.pk).update(role=Role.ACCOUNTANT)
    assert program.get("customers").status_code == 200
    refused(program.post("customers", NEW), 403, "forbidden")
    Membership.objects.filter(pk=house.owner.pk).update(role=Role.TECHNICIAN)
    refused(program.get("customers"), 403, "forbidden")


def test_a_token_does_what_it_says_and_no_more(house: House) -> None:
    reader = house.program(READING)
    assert reader.get("customers").status_code == 200
    refused(reader.post("customers", NEW), 403, "forbidden")
    refused(house.program({"invoices": "read"}).get("customers"), 403, "forbidden")


def test_a_practice_reads_its_own_alone(house: House, invoice: Any) -> None:
    with open_scope(house.provider.id):
        from tests.factories import a_customer

        other = a_customer("Cabinet voisin")
    scopes = {"contracts": "read", "invoices": "read", "payments": "read"}
    own = house.program(scopes, customer_id=house.customer.pk)
    theirs = house.program(scopes, customer_id=other.pk)
    path = f"invoices/{id_of('invoice', invoice)}"
    assert own.get(path).status_code == 200
    assert [row["number"] for row in own.get("invoices").json()["data"]] == [invoice.number]
    refused(theirs.get(path), 404, "not_found")
    assert theirs.get("invoices").json()["data"] == []
    assert theirs.get("contracts").json()["data"] == []
    refused(own.get("customers"), 403, "forbidden")


def test_the_neighbour_finds_nothing(house: House, neighbour: House, invoice: Any) -> None:
    stranger = neighbour.program()
    for path in (
        f"customers/{id_of('customer', house.customer)}",
        f"contracts/{id_of('contract', house.contract)}",
        f"invoices/{id_of('invoice', invoice)}",
        f"invoices/{id_of('invoice', invoice)}/pdf",
    ):
        refused(stranger.get(path), 404, "not_found")
    assert len(stranger.get("customers").json()["data"]) == 1


def test_the_last_use_is_written_to_the_minute(house: House, program: Program) -> None:
    program.get("customers")
    with open_scope(house.provider.id):
        assert ApiToken.objects.get().last_used_at == NOW


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"name": NaN}', b'{"name": "\xff"}'])
def test_what_is_no_json_is_said_to_be_none(program: Program, body: Any) -> None:
    refused(program.post("customers", body), 400, "malformed")


def test_each_refusal_has_its_kind(program: Program) -> None:
    refused(program.get("nothing"), 404, "not_found")
    refused(program.get("customers/cus_x"), 404, "not_found")
    method = program.ask("PUT", "customers", NEW)
    refused(method, 405, "method_not_allowed")
    assert method["Allow"] == "GET, POST, HEAD"
    refused(program.get("customers", Accept="text/html"), 406, "not_acceptable")
    refused(program.post("customers", "x" * 300_000), 413, "too_large")
    form = program.post("customers", "name=x", Content_Type="application/x-www-form-urlencoded")
    refused(form, 415, "unsupported_media_type")


def test_errors_say_where_in_the_language_asked(program: Program) -> None:
    body = {"name": 5, "postal_code": "83480", "tenant": "x"}
    french = refused(program.post("customers", body, Accept_Language="fr"), 422, "invalid")
    assert [row["pointer"] for row in french["errors"]] == ["/tenant"]
    body.pop("tenant")
    english = refused(program.post("customers", body, Accept_Language="en"), 422, "invalid")
    assert english["errors"] == [{"pointer": "/name", "code": "invalid", "message": "Send a text."}]
    assert french["title"] == "Valeurs non valables"
    query = refused(program.get("customers?limit=101&x=1"), 422, "invalid")
    assert query["errors"][0]["pointer"] == "?x"
    domain = refused(program.post("customers", {**NEW, "siren": "123456789"}), 422, "refused")
    assert domain["errors"][0]["pointer"] == "/siren"


def test_our_own_fault_says_its_number(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("portal.api.searches.customers", break_down)
    refused(program.get("customers"), 500, "server_error")


# --- Keys ---------------------------------------------------------------------------------------


def test_a_key_is_needed_and_does_one_act(house: House, program: Program) -> None:
    refused(program.post("customers", NEW, Idempotency_Key=""), 400, "key_missing")
    refused(program.post("customers", NEW, Idempotency_Key="é" * 3), 400, "key_missing")
    first = program.post("customers", NEW, Idempotency_Key="one")
    again = program.post("customers", NEW, Idempotency_Key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert (again["Idempotent-Replayed"], "Idempotent-Replayed" in first) == ("true", False)
    other = program.post("customers", {**NEW, "city": "Nice"}, Idempotency_Key="one")
    refused(other, 422, "key_reused")
    elsewhere = program.post("contacts", NEW, Idempotency_Key="one")
    refused(elsewhere, 422, "key_reused")
    with open_scope(house.provider.id):
        assert Customer.objects.filter(name=NEW["name"]).count() == 1


def test_a_refusal_is_not_kept(house: House, program: Program) -> None:
    wrong = {**NEW, "siren": "123456789"}
    refused(program.post("customers", wrong, Idempotency_Key="two"), 422, "refused")
    assert program.post("customers", NEW, Idempotency_Key="two").status_code == 201


def test_a_key_belongs_to_its_token(house: House) -> None:
    for token in (house.program(), house.program()):
        assert token.post("customers", NEW, Idempotency_Key="one").status_code == 201


def test_answers_are_forgotten_after_thirty_days(house: House, program: Program) -> None:
    program.post("customers", NEW, Idempotency_Key="one")
    for days, kept in ((30, 1), (31, 0), (31, 0)):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            forget_kept_answers.delay()
        with open_scope(house.provider.id):
            assert KeptAnswer.objects.count() == kept


# --- Limits -------------------------------------------------------------------------------------


def test_a_token_has_so_many_requests_a_minute(
    house: House, program: Program, settings: LazySettings
) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    left = [program.get("customers")["RateLimit-Remaining"] for _turn in range(2)]
    assert left == ["1", "0"]
    over = program.get("customers")
    refused(over, 429, "too_many_requests")
    assert int(over["Retry-After"]) == int(over["RateLimit-Reset"]) > 0
    assert house.program().get("customers").status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert program.get("customers").status_code == 200


def test_nothing_of_an_answer_is_kept_on_the_way(program: Program) -> None:
    answer = program.get("customers")
    assert answer["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in answer
