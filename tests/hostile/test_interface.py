"""The programming interface, asked by its own description (T10): valid, invalid, in chains."""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, seed
from hypothesis import settings as settings_of_hypothesis
from hypothesis.stateful import run_state_machine_as_test
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from portal.api.customers import Customers
from portal.api.door import ApiView, now, reply
from providers.operations.api_tokens import bearer_of
from tests.harness import cache
from tests.hostile.interface import DESCRIPTION, checks, described
from tests.hostile.sending import SEED, trials
from tests.permissions.world import Actor, World

OPERATIONS = [
    (method.upper(), path) for path, methods in DESCRIPTION["paths"].items() for method in methods
]
TOKENS = ("token-a", "token-a-some", "token-a1", "anonymous")
# How many of each kind, in the short and in the long form: 200 and 2,000 an operation at least.
COUNTS = {"token-a": (70, 1_000), "anonymous": (12, 50)}
SOME = (12, 250)

# The world's invoices are paid or cancelled: the chains cancel one.
UNDONE = "/cancellation"


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 10**9


@pytest.fixture(scope="module")
def schema(world: World) -> Any:
    return described(world)


def headers_of(actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {actor.token}"} if actor.token else {}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_address_does_what_it_describes(
    schema: Any, world: World, method: str, path: str
) -> None:
    faults = [
        fault for name in TOKENS for fault in faults_of(schema, world.actors[name], method, path)
    ]
    assert not faults, "\n".join(faults)


def faults_of(schema: Any, actor: Actor, method: str, path: str) -> list[str]:
    """What is not as described, once each; nothing but refusals is a fault as well."""
    faults, seen = dict[str, str](), Counter[int]()
    modes = list(GenerationMode) if actor.token else [GenerationMode.POSITIVE]
    for mode in modes:
        strategy: SearchStrategy[Any] = schema[path][method].as_strategy(generation_mode=mode)

        def ask(case: Any) -> None:
            cache.begin()
            response = case.call(headers=headers_of(actor))
            seen[response.status_code] += 1
            fault = _fault(case, response, headers_of(actor))
            faults.setdefault(fault[:120], f"{actor.name}: {fault} (seed {SEED})")

        counts = COUNTS.get(actor.name, SOME)
        seed(SEED)(trials(*counts)(given(strategy)(ask)))()
    faults.pop("", None)
    if not actor.token and set(seen) != {401}:
        faults["open"] = f"{method} {path} without a token: {seen}"
    is_done = any(status < 400 for status in seen) or path.endswith(UNDONE)
    if actor.name == "token-a" and not is_done:
        faults["undone"] = f"{method} {path} did nothing: {seen}"
    return list(faults.values())


def _fault(case: Any, response: Any, headers: dict[str, str]) -> str:
    try:
        case.validate_response(response, checks=checks(), headers=headers)
    except AssertionError as error:
        return str(error)
    except BaseExceptionGroup as group:
        return "\n".join(f"{type(error).__name__}: {error}" for error in group.exceptions)
    return ""


def test_what_one_address_answers_is_asked_of_the_next(world: World) -> None:
    """Chains by the links of the description; each is undone as a whole."""
    _run_chains(world)


def _run_chains(world: World) -> None:
    headers = headers_of(world.actors["token-a"])

    class Chain(described(world, keeps=True).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            cache.begin()
            self.undone = transaction.atomic()
            self.undone.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **given: Any) -> None:
            case.validate_response(response, checks=checks(), headers=headers)

    short = settings_of_hypothesis(trials(15, 500), stateful_step_count=8)
    seed(SEED)(Chain)
    run_state_machine_as_test(Chain, settings=short)


# --- The check itself -----------------------------------------------------------------------------


def test_an_address_that_does_something_else_is_found(
    schema: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: another answer than described, a number that breaks, a door that stands open."""
    token, nobody = world.actors["token-a"], world.actors["anonymous"]
    asked = ("GET", "/api/v1/customers")
    monkeypatch.setattr(Customers, "get", lambda self, asked: reply({"rows": []}))
    assert any("JsonSchemaError" in fault for fault in faults_of(schema, token, *asked))
    monkeypatch.setattr(Customers, "get", lambda self, asked: 1 // 0)
    assert any("ServerError" in fault for fault in faults_of(schema, token, *asked))

    def let_anybody_in(self: ApiView, request: Any) -> None:
        self.bearer = bearer_of(token.token, at=now())

    monkeypatch.undo()
    monkeypatch.setattr(ApiView, "_let_in", let_anybody_in)
    assert any("without a token" in fault for fault in faults_of(schema, nobody, *asked))
    assert any("IgnoredAuth" in fault for fault in faults_of(schema, token, *asked))
