"""What else may carry a foreign word: ids in queries and forms, refusals, the framework's pages."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import CharField, TextField
from django.urls import reverse

from portal import errors
from providers import doors
from providers.models import Customer, Membership
from providers.prepared import prepared
from providers.scoping import open_scope
from tests.harness.digest import changed, digest
from tests.permissions.asking import Desk, arguments, cases_of, leaks_in
from tests.permissions.expected import METHODS, OK, Case, expected
from tests.permissions.routes import OF_ALLAUTH, Route, routes
from tests.permissions.world import WORDS, Actor, World
from tests.tenancy.rows import tenant_models

RULED = [route for route in routes() if route.rule is not None]
BY_NAME = {route.name: route for route in RULED}
FORMS = [route for route in RULED if route.names_a_place and "POST" in route.rule.methods]  # type: ignore[union-attr]
# Texts that hold no words of people: numbers, codes, hashes, prefixes.
WORDLESS = {
    "billing.invoice": {"number", "series", "previous_hash", "hash"},
    "billing.invoicedocument": {"sha256"},
    "billing.invoiceline": {"vat_code"},
    "billing.payment": {"request_key"},
    "billing.seriescounter": {"series", "head_hash"},
    "contracts.alert": {"code"},
    "contracts.contract": {"reference", "terms_hash"},
    "contracts.contractdocument": {"kind", "media_type", "sha256"},
    "contracts.contractline": {"code"},
    "contracts.offer": {"code"},
    "contracts.offerdraft": {"code"},
    "contracts.parking": {"step", "code"},
    "contracts.pricerevision": {"code"},
    "providers.auditentry": {"act", "subject", "actor_name"},
    "providers.historyrow": {"kind", "subject", "role"},
    "providers.auditseal": {"hash"},
    "providers.trailhead": {"hash"},
    "providers.apitoken": {"prefix", "digest"},
    "providers.customer": {"siren", "postal_code"},
    "fleet.site": {"postal_code"},
    "providers.mail": {"event", "key", "language", "message_id", "secret", "unsubscribe_url"},
    "imports.import": {"kind", "file_sha256"},
    "providers.job": {"kind", "business_key", "code", "file_type", "file_sha256"},
    "providers.jobitem": {"key", "code"},
    "portal.listexport": {"listing", "kind"},
    "portal.sentform": {"key", "address"},
    "portal.savedview": {"listing"},
    "providers.invitation": {"token_hash"},
    "providers.keptanswer": {"key", "digest"},
    "providers.legalidentity": {"siren", "postal_code", "vat_number"},
    "providers.notification": {"event"},
    "providers.outboxitem": {"kind"},
    "providers.providerprofile": {
        "preset", "holidays", "brand_color", "iban", "bic",
        "invoice_prefix", "credit_note_prefix", "penalty_prefix",
    },
}  # fmt: skip


def test_every_text_of_a_tenant_carries_its_word(world: World) -> None:
    """A new text field gets a word in the world of the matrix, or a line in `WORDLESS`."""
    with open_scope(world.providers["a"].id):
        silent = {
            f"{model._meta.label_lower}.{field.name}"
            for model in tenant_models()
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField) and not field.choices
            if field.name not in WORDLESS.get(model._meta.label_lower, ())
            if not _says(model, field.column)
        }
    assert silent == set()


def _says(model: Any, column: str | None) -> bool:
    words = "|".join(WORDS[house] for house in ("a", "a1", "a2"))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT EXISTS (SELECT FROM {model._meta.db_table} WHERE "{column}" ~ %s)',
            [words],
        )
        return bool(cursor.fetchone()[0])


# --- The search itself ----------------------------------------------------------------------------


def test_a_foreign_word_is_found_wherever_it_hides(desk: Desk, world: World) -> None:
    """The planted fault of T2: page, sheet, archive and PDF of B1 are read by A1's manager."""
    manager, owner = world.actors["a1-practice_manager"], world.actors["b-owner"]
    period = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    for name, data in (
        ("workshop:customer", {}),
        ("workshop:invoices_csv", period),
        ("workshop:invoices_zip", period),
        ("workshop:invoice_pdf", {}),
        ("workshop:contract_document", {}),
    ):
        path = reverse(name, kwargs=arguments(BY_NAME[name], "b", "b1", world))
        response, text = desk.ask(owner, "GET", path, data)
        assert response.status_code == 200
        assert WORDS["b1"] in leaks_in(text, manager, world)
        assert leaks_in(text, owner, world) == []


def test_an_amount_is_found_where_it_is_not_to_be_read(desk: Desk, world: World) -> None:
    owner, staff = world.actors["a-owner"], world.actors["a1-practice_staff"]
    path = reverse("workshop:contract", kwargs=_of(world, "workshop:contract", "a", "a1"))
    _, text = desk.ask(owner, "GET", path)
    assert leaks_in(text, owner, world) == []
    assert any("654" in found for found in leaks_in(text, staff, world))


def _of(world: World, name: str, place: str, house: str) -> dict[str, Any]:
    return arguments(BY_NAME[name], place, house, world)


# --- Ids of others in queries and forms -----------------------------------------------------------


def _foreign(world: World, house: str) -> dict[str, Any]:
    """Every id of a foreign practice, under every name that a page might read."""
    found = {name: str(value) for name, value in world.practices[house].objects.items()}
    short = {name.removesuffix("_id"): value for name, value in found.items()}
    lists = {f"{name}s": value for name, value in short.items()}
    return found | short | lists | {"id": found["contract_id"], "everything": "on"}


def _members_cases(world: World) -> Iterator[tuple[Case, str]]:
    """Every page by each of its members, with a practice that is not theirs."""
    for route in RULED:
        for case in cases_of(route, world):
            own = {case.place, case.house}
            is_served = case.method == "GET" and expected(case, world) == OK
            if is_served and case.place and case.actor.memberships and case.house in ("", *own):
                yield case, "a1" if case.place.startswith("b") else "b1"


def _shown(desk: Desk, world: World, case: Case, house: str) -> list[str]:
    path = reverse(case.route.name, kwargs=_of_case(case, world))
    response, text = desk.ask(case.actor, "GET", path, _foreign(world, house))
    leaks = leaks_in(text, case.actor, world)
    is_fault = leaks or response.status_code >= 500
    return [f"{case}: {response.status_code} {leaks}"] if is_fault else []


def test_foreign_ids_in_the_query_show_nothing(desk: Desk, world: World) -> None:
    """For every submission: each page once at each place by each role."""
    once = {
        (case.route, case.place, dict(case.actor.memberships).get(case.place)): (case, house)
        for case, house in _members_cases(world)
    }
    assert len(once) > 100
    assert [fault for asked in once.values() for fault in _shown(desk, world, *asked)] == []


@pytest.mark.long
def test_foreign_ids_in_the_query_show_nobody_anything(desk: Desk, world: World) -> None:
    cases = _members_cases(world)
    assert [fault for asked in cases for fault in _shown(desk, world, *asked)] == []


def _of_case(case: Case, world: World) -> dict[str, Any]:
    return arguments(case.route, case.place, case.house, world)


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.label)
def test_foreign_ids_in_a_form_touch_nothing(desk: Desk, world: World, route: Route) -> None:
    """Whoever may do most at A sends B1's ids with every form: B1 is not shown, not changed."""
    assert _touched_by(desk, world, route) == []


def _touched_by(desk: Desk, world: World, route: Route) -> list[str]:
    """Words of others in the answers, and the tables in which B has other rows than before."""
    is_practice = route.rule is not None and route.rule.side == "practice"
    place, own = ("a1", ("a1",)) if is_practice else ("a", ("a1", "a2"))
    sender = world.actors["a1-practice_manager" if is_practice else "a-owner"]
    data, before, found = _foreign(world, "b1"), _digest_of_b(world), list[str]()

    def look() -> None:
        found.extend(changed(before, _digest_of_b(world)))

    for house in own if route.names_an_object else ("",):
        path = reverse(route.name, kwargs=arguments(route, place, house, world))
        response, text = desk.ask(sender, "POST", path, data, look=look)
        found += leaks_in(text, sender, world)
        found += ["a failure"] if response.status_code >= 500 else []
    return found


def _digest_of_b(world: World) -> dict[str, str]:
    with open_scope(world.providers["b"].id):
        return digest(tenant_models())


def test_a_form_that_touches_another_house_is_found(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: whatever is sent to a door of A, a customer of B moves."""
    inside = doors._inside

    def meddling(*given: Any, **values: Any) -> Any:
        with open_scope(world.providers["b"].id):
            Customer.objects.update(city="Ailleurs")
        return inside(*given, **values)

    monkeypatch.setattr(doors, "_inside", meddling)
    assert "providers_customer" in _touched_by(desk, world, BY_NAME["workshop:contact_new"])


# --- Refusals say nothing -------------------------------------------------------------------------

WITH_OBJECTS = [route for route in RULED if route.names_a_place and route.names_an_object]


@pytest.mark.parametrize("route", WITH_OBJECTS, ids=lambda route: route.label)
def test_what_is_foreign_looks_like_what_does_not_exist(
    desk: Desk, world: World, route: Route
) -> None:
    """Not even the page of the refusal tells the one from the other."""
    assert route.rule is not None
    is_practice = route.rule.side == "practice"
    actor = world.actors["a1-practice_manager" if is_practice else "a-owner"]
    place, method = "a1" if is_practice else "a", route.rule.methods[-1]
    foreign = arguments(route, place, "b1", world)
    nowhere = {
        name: value if name in ("key", "offer") else uuid4() for name, value in foreign.items()
    }
    answers = [
        _blank(desk.ask(actor, method, reverse(route.name, kwargs=values)))
        for values in (foreign, nowhere)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def _blank(answer: tuple[Any, str]) -> tuple[int, str]:
    """An answer without what differs from request to request: ids, tokens and nonces."""
    response, text = answer
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", text)
    return response.status_code, re.sub(r"[a-z0-9]{16,}", "token", text)


# --- Pages of the framework -----------------------------------------------------------------------

FRAMEWORK = [route for route in routes() if route.is_admin or route.name in OF_ALLAUTH]
EXAMPLES = {
    "key": "x",
    "uidb36": "x",
    "pk": 1,
    "object_id": str(UUID(int=1)),
    "content_type_id": "1",
} | {
    "app_label": "auth",
    "url": "x",
}
# Those who try every method; the others read and send.
CURIOUS = {"anonymous", "a-owner", "operator"}


@pytest.mark.parametrize("route", FRAMEWORK, ids=lambda route: route.pattern)
def test_pages_of_the_framework_show_no_foreign_word(
    desk: Desk, world: World, route: Route
) -> None:
    faults = []
    for actor in world.actors.values():
        for method in METHODS if actor.name in CURIOUS else ("GET", "POST"):
            response, text = desk.ask(actor, method, _address(route))
            leaks = leaks_in(text, actor, world)
            is_open = route.is_admin and not _is_kept_out(route, actor, response.status_code)
            if leaks or response.status_code >= 500 or is_open:
                faults.append(f"{method} {route.label} by {actor.name}: {response.status_code}")
    assert faults == []


def _is_kept_out(route: Route, actor: Actor, status: int) -> bool:
    """Whoever is no operator is sent away from the admin, to its sign-in page."""
    return actor.is_operator or status in (302, 405) or route.name == "admin:login"


def _address(route: Route) -> str:
    """From the pattern: the admin names some of its addresses twice, or not at all."""
    pattern = re.sub(r"[\^$]", "", route.pattern)
    pattern = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(EXAMPLES[found[1]]), pattern)


# --- The matrix itself ----------------------------------------------------------------------------


def _first_faults(desk: Desk, world: World, name: str) -> list[str]:
    cases = cases_of(BY_NAME[name], world)
    return [fault for case in cases if case.method == "GET" for fault in desk.answer(case)]


def test_a_door_that_forgets_the_place_turns_the_matrix_red(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: any membership opens any provider (every door asks `_active` first).

    The door's SQL is written again, now with the fault in it.
    """
    everybody = Membership.objects.select_related("provider").exclude(role="")
    monkeypatch.setattr(doors, "_active", lambda user_id: everybody)
    written: Any = doors._of_workshop.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.setattr(doors, "_of_workshop", prepared(written))
    assert any("not 404" in fault for fault in _first_faults(desk, world, "workshop:customers"))


def test_a_door_that_forgets_the_role_turns_the_matrix_red(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "may", lambda *args: True)
    assert any("not 403" in fault for fault in _first_faults(desk, world, "workshop:settings"))


def test_an_error_page_that_tells_turns_the_matrix_red(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"right": WORDS["b1"], "is_writing": False}
    monkeypatch.setattr(errors, "_missing_right", lambda request: words)
    found = _first_faults(desk, world, "workshop:settings")
    assert any(WORDS["b1"] in fault for fault in found)
