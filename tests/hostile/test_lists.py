"""Every page that reads its address, and the headers, asked by hostile names and values (T6)."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from itertools import islice
from typing import Any, Final
from urllib.parse import quote_from_bytes

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.urls import reverse

from portal.api import contracts
from portal.shell import APPEARANCE_COOKIE
from portal.workshop import search
from tests.harness import cache
from tests.hostile.finding import DOWNLOADS, READ, Visit, visits
from tests.hostile.interface import DESCRIPTION
from tests.hostile.sending import IS_LONG, Post, fault_of
from tests.hostile.values import HALF_A_PAIR, WORST
from tests.hostile.watching import EVERYTHING, watched_addresses
from tests.permissions.asking import Desk, arguments, leaks_in
from tests.permissions.reading import body_of, text_of
from tests.permissions.routes import Route, routes
from tests.permissions.world import WORDS, Actor, World

# Names that no page knows: lookups, relations, columns, what frameworks read elsewhere.
STRANGE: Final = (
    "_connector", "_negated", "__", "pk", "pk__in", "id__gt", "provider", "provider_id",
    "customer__provider__slug", "user__password", "terms__contains", "hash", "order_by",
    "ordering", "fields", "columns", "column", "values", "annotate", "extra", "where", "limit",
    "offset", "format", "filter", "exclude", "raw", "x\x00y", "x.y", "x[]", "é", "a" * 300, "%s",
    "{{x}}", "csrfmiddlewaretoken", "null", "", HALF_A_PAIR, "\u202e", "-", "--", "next", "token",
)  # fmt: skip
VALUES: Final = (*WORST, "_", "*", "%%", "-password", "sort_key", "-id", "customer__name", "?", "~")
# No query at all, and queries that are none.
BROKEN: Final = ("%", "%zz", "%ff%fe=%80", "&&&==&", ";a=1;b", "a" * 8_000, "?" * 50, "=%00", "[=]")
HEADERS: Final = (
    "Accept-Language", "Accept", "X-Request-Id", "Idempotency-Key", "If-Match", "If-None-Match",
    "If-Modified-Since", "Range", "Referer", "User-Agent", "X-Forwarded-For", "X-Forwarded-Proto",
    "HX-Request", "HX-Current-URL", "HX-Target", "Content-Type", "Origin", "Via",
)  # fmt: skip
COOKIES: Final = (
    configured.LANGUAGE_COOKIE_NAME, APPEARANCE_COOKIE, configured.DEVICE_COOKIE_NAME, "messages",
    configured.CSRF_COOKIE_NAME,
)  # fmt: skip
# Asked all of it by tests/portal/workshop/test_hostile_lists.py; a file reads what its page reads.
ASKED_ELSEWHERE: Final = {"workshop:customers", "workshop:contracts", "workshop:invoices"}
API = [route for route in routes() if route.rule and route.rule.side == "api"]


def _encoded(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def _get(desk: Desk, actor: Actor, path: str, cookies: str = "", **headers: str) -> tuple[Any, str]:
    """The answer and all that can be read of it; undone."""
    browser, session = desk.browser, f"{configured.SESSION_COOKIE_NAME}={desk.session(actor)}"
    browser.cookies = SimpleCookie()
    if actor.token:
        headers.setdefault("Authorization", f"Bearer {actor.token}")
    cache.begin()
    with transaction.atomic():
        response: Any = browser.generic(
            "GET", path, headers=headers, HTTP_COOKIE=f"{session}; {cookies}"
        )
        text = text_of(response)
        transaction.set_rollback(True)
    return response, text


def queries(names: list[str], most: int) -> Iterator[str]:
    """Known names with hostile values, three at a time; among them names that nobody knows."""
    known = names or ["q"]
    for turn in range(most):
        pairs = [
            (known[(turn + place) % len(known)], VALUES[(7 * turn + 11 * place) % len(VALUES)])
            for place in range(min(3, len(known)))
        ]
        pairs += [(STRANGE[(7 * turn + n) % len(STRANGE)], VALUES[n]) for n in range(12)]
        yield "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)


def faults_of(post: Post, visit: Visit) -> Iterator[str]:
    desk, world, seen = post.desk, post.world, set[str]()
    with watched_addresses() as read:
        plain, _ = _get(desk, visit.actor, visit.path)
    names = sorted({name for name in read if name} - {EVERYTHING}) or _described(visit.route)
    most = _most(visit.route, names)
    for query in (*queries(names, 12 * most if IS_LONG else most), *BROKEN[:most]):
        response, text = _get(desk, visit.actor, f"{visit.path}?{query}")
        fault = "" if visit.route.name == "readyz" else fault_of(response)
        fault = fault or ", ".join(map(str, leaks_in(text, visit.actor, world)))
        fault = fault or ", ".join(_columns(response) - _columns(plain))
        if fault and fault[-150:] not in seen:
            seen.add(fault[-150:])
            yield f"{visit.route.label} by {visit.actor.name}?{query[:300]}: {fault}"


def _most(route: Route, names: list[str]) -> int:
    """How many queries: fifteen names a query, so three hundred for a list."""
    if not names:
        return 1
    is_read_alike = route.name in ASKED_ELSEWHERE or route.name.endswith(DOWNLOADS)
    return 6 if is_read_alike else 20


def _described(route: Route) -> list[str]:
    """What the description of an address for programs lists."""
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", f"/{route.pattern}")
    methods = DESCRIPTION["paths"].get(path, {})
    return [row["name"] for row in methods.get("get", {}).get("parameters", [])]


def _columns(response: Any) -> set[str]:
    """What is told of each row: of a table, of a sheet, of a list for programs."""
    if response.status_code != 200:
        return set()
    kind = response.get("Content-Type", "")
    if kind.startswith("text/csv"):
        return set(body_of(response).decode().split("\n", 1)[0].split(";"))
    if kind == "application/json" and isinstance(rows := response.json().get("data"), list):
        return {name for row in rows for name in row}
    table = (response.context or {}).get("table")
    return {str(column.label) for column in table.columns} if table else set()


@pytest.mark.parametrize("route", [*READ, *API], ids=lambda route: route.label)
def test_no_name_and_no_value_breaks_a_page_or_opens_another_house(
    post: Post, route: Route
) -> None:
    found = [fault for visit in _visits(post.world, route) for fault in faults_of(post, visit)]
    assert not found, "\n".join(found)


def _visits(world: World, route: Route) -> list[Visit]:
    if route.rule and route.rule.side == "api":
        path = reverse(route.name, kwargs=arguments(route, "", "a1", world))
        return [Visit(route, world.actors["token-a1"], path)]
    return list(islice(visits(route, world), 1))


def test_no_header_breaks_a_page(desk: Desk, world: World) -> None:
    """Every header at once, the values rotating through them."""
    owner, program, nobody = (world.actors[n] for n in ("a-owner", "token-a", "anonymous"))
    place = {"key": "maison-a"}
    pdf = {**place, "invoice_id": world.practices["a1"].objects["invoice_id"]}
    asked = (
        (owner, reverse("workshop:customers", kwargs=place)),
        (owner, reverse("workshop:invoice_pdf", kwargs=pdf)),
        (owner, reverse("workshop:customers_csv", kwargs=place)),
        (program, reverse("api_customers")),
        (nobody, reverse("account_login")),
    )
    found = []
    for turn in range(len(VALUES)):
        values = [_latin(VALUES[(turn + 3 * place) % len(VALUES)]) for place in range(99)]
        headers = dict(zip(HEADERS, values, strict=False))
        cookies = "; ".join(f"{name}={value}" for name, value in zip(COOKIES, values, strict=False))
        for actor, path in asked:
            response, text = _get(desk, actor, path, cookies, **headers)
            fault = fault_of(response) or ", ".join(leaks_in(text, actor, world))
            found += [f"{path} {headers}: {fault}"] if fault else []
    assert not found, "\n".join(found)


def _latin(text: str) -> str:
    """As a server hands on the bytes of a header, which holds no control characters."""
    plain = "".join(sign for sign in text if sign >= " ")
    return plain.encode("utf-8", "surrogatepass").decode("latin-1")


# --- The check itself -----------------------------------------------------------------------------


def test_a_page_that_breaks_or_tells_is_found(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a search that counts on a number; one that tells of the house next door."""
    [visit] = _visits(post.world, next(route for route in READ if route.name == "workshop:search"))
    assert list(faults_of(post, visit)) == []
    monkeypatch.setattr(search, "clean", lambda words: str(int(words)))
    assert any("ValueError" in fault for fault in faults_of(post, visit))
    monkeypatch.setattr(search, "clean", lambda words: WORDS["b1"])
    assert any(WORDS["b1"] in fault for fault in faults_of(post, visit))


def test_a_column_that_nobody_listed_is_found(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    [visit] = _visits(post.world, next(route for route in API if route.name == "api_contracts"))
    plain = _columns(_get(post.desk, visit.actor, visit.path)[0])
    monkeypatch.setattr(contracts, "shown", lambda row: {"id": "", "terms_hash": row.terms_hash})
    assert _columns(_get(post.desk, visit.actor, visit.path)[0]) - plain == {"terms_hash"}
