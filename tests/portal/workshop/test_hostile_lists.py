"""Every list, asked by 300 hostile names and values (T6): no failure, no foreign row, no column.

The lists are found by their routes: one that arrives later is asked as well.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import get_resolver

from billing.models import Invoice
from contracts.models import Contract
from portal.listing.description import ListDescription
from portal.models import SavedView
from portal.workshop.contract_list import CONTRACTS
from portal.workshop.customer_list import CUSTOMERS
from portal.workshop.invoice_list import INVOICES
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import Workshop, issue

LISTS: tuple[ListDescription[Any], ...] = (CUSTOMERS, CONTRACTS, INVOICES)
FOREIGN, HIDDEN = "Voisin Secret", "secret-du-voisin"
NAMES = (
    "_connector", "_negated", "__", "pk", "pk__in", "id", "provider", "provider_id", "customer_id",
    "customer__provider__slug", "provider__memberships__user__password", "hash", "terms__contains",
    "password", "sort_key", "sort_key__regex", "order_by", "ordering", "fields", "columns",
    "column", "values", "annotate", "extra", "where", "select", "limit", "offset", "page",
    "page_size", "format", "q", "query", "filter", "exclude", "raw", "x\x00y", "x.y", "x;y", "x[y]",
    "x[]", "é", "a" * 300, "%s", "%(x)s", "{{x}}", "<script>", "csrfmiddlewaretoken", "null", "",
)  # fmt: skip
VALUES = (
    "", "\x00", "a\x00b", "%", "_", "*", "%%", "\\", "'", '"', "';--", "1e400", "-1e400", "NaN",
    "Infinity", "-Infinity", "1" * 400, "-1", "0", "١٢", "2026-02-30", "0000-00-00", "0001-01-01",
    "9999-12-31", "10000-01-01", "99999999999999999999", "__", "_connector", "-password", "--",
    "hash", "-hash", "sort_key", "provider__slug", "customer__name", "id", "?", "é" * 200, "~",
    "x~y", "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"), "{{7*7}}", "${7*7}",
    "<img src=x>", "=1+1", "../../etc", "null", "None", "true", "[]", "{}", "a" * 5000,
)  # fmt: skip
PLACED = ("after", "before", "last", "status", "sort", "size", "view", "id", "chosen")


def list_codes() -> set[str]:
    """The lists that the workshop's addresses know."""
    names = {str(name) for name in _names(get_resolver())}
    return {name.removesuffix("_views") for name in names if name.endswith("_views")}


def _names(resolver: Any) -> Iterator[str]:
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from _names(each)
        elif each.name:
            yield each.name


Query = tuple[tuple[str, str], ...]


def strange_names() -> list[Query]:
    """Names that no list knows, a handful a request: none of them may do anything."""
    return [tuple((name, "1") for name in NAMES[start::8]) for start in range(8)]


def hostile(description: ListDescription[Any], foreign_id: str) -> list[Query]:
    """Strange values of the known names, strange keys, a foreign id everywhere.

    One request carries a filter and a part of the page: a mistake in one leaves the other at work.
    """
    fields = list(description.form.base_fields)
    values = [
        ((each[place % len(fields)], value), (PLACED[(place + turn) % len(PLACED)], value))
        for turn, each in ((0, fields), (len(PLACED) // 2, fields[::-1]))
        for place, value in enumerate(VALUES)
    ]
    sorts = cycle(description.sorts)
    keys = [(("after", f"{value}~{foreign_id}"), ("sort", next(sorts))) for value in VALUES]
    return [*values, *keys, *(((name, foreign_id),) for name in (*fields, *PLACED))]


@pytest.fixture
def neighbours_row(workshop: Workshop, neighbour: Workshop, contract: Contract) -> str:
    """A furnished house, and a row of the house next door."""
    issue(workshop, date(2026, 2, 10))
    with open_scope(neighbour.provider.id):
        customer = a_customer(FOREIGN, city=HIDDEN)
        a_signed_contract(customer, signed_on=date(2026, 2, 10))
    issue(neighbour, date(2026, 2, 10))
    return str(customer.pk)


def test_every_list_of_the_workshop_is_asked() -> None:
    assert list_codes() == {description.code for description in LISTS}


@pytest.mark.parametrize("description", LISTS, ids=lambda each: each.code)
def test_no_parameter_breaks_a_list_or_opens_another_house(
    workshop: Workshop, owner: Client, neighbours_row: str, description: ListDescription[Any]
) -> None:
    queries = hostile(description, neighbours_row)
    assert sum(map(len, (*strange_names(), *queries))) > 300
    labels = {str(column.label) for column in description.columns}
    for query in queries:
        answer: Any = owner.get(f"{workshop.at(description.path)}?{urlencode(query)}")
        assert answer.status_code in {200, 422}, query
        assert FOREIGN not in answer.content.decode(), query
        assert {str(column.label) for column in answer.context["table"].columns} <= labels, query


@pytest.mark.parametrize("description", LISTS, ids=lambda each: each.code)
def test_a_name_that_no_list_knows_changes_nothing(
    workshop: Workshop, owner: Client, neighbours_row: str, description: ListDescription[Any]
) -> None:
    here = workshop.at(description.path)
    plain = _shown(owner.get(here))
    assert plain[1]
    for query in strange_names():
        assert _shown(owner.get(f"{here}?{urlencode(query)}")) == plain, query


@pytest.mark.parametrize("description", LISTS, ids=lambda each: each.code)
def test_no_parameter_takes_another_houses_row_into_a_file(
    workshop: Workshop, owner: Client, neighbours_row: str, description: ListDescription[Any]
) -> None:
    name = description.path.strip("/")
    whole = _rows(owner.get(workshop.at(f"{description.path}{name}.csv")))
    for query in [*strange_names(), *hostile(description, neighbours_row)][::4]:
        answer: Any = owner.get(f"{workshop.at(description.path)}{name}.csv?{urlencode(query)}")
        assert answer.status_code in {200, 422}, query
        if answer.status_code == 200:
            rows = _rows(answer)
            assert set(rows[0]) <= set(whole[0]), query
            assert FOREIGN not in str(rows), query


def _shown(answer: Any) -> tuple[list[str], list[str]]:
    """The columns and the rows of a page that answers."""
    assert answer.status_code == 200
    table = answer.context["table"]
    return [str(column.label) for column in table.columns], [row.choice for row in table.rows]


def _rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("description", LISTS, ids=lambda each: each.code)
def test_no_form_about_views_breaks_or_keeps_a_foreign_word(
    workshop: Workshop, owner: Client, neighbours_row: str, description: ListDescription[Any]
) -> None:
    here = workshop.at(f"{description.path}vues/")
    acts = cycle(("save", "columns", "first", "remove", "nonsense"))
    for value in (*VALUES, neighbours_row):
        sent = {"name": value, "query": value, "column": value, "view": value, "act": next(acts)}
        assert owner.post(here, sent).status_code == 303, sent
    odd = {"act": "save", "name": "Vue", "query": "provider=1&_connector=OR&hash=2&search=x"}
    assert owner.post(here, odd)["Location"].count("search=x") == 1
    with open_scope(workshop.provider.id):
        kept = set(description.parameters)

        for view in SavedView.objects.all():
            names = {part.split("=")[0] for part in view.query.split("&") if part}
            assert names <= kept
            assert set(view.columns) <= {column.key for column in description.columns}


def test_wildcards_mean_themselves(workshop: Workshop, owner: Client, invoice: Invoice) -> None:
    with open_scope(workshop.provider.id):
        for name in ("100% Santé", "100x Santé", "A_B", "AxB"):
            a_customer(name)
        assert Customer.objects.count() == 5
    for search, shown, not_shown in (("100%", "100% Santé", "100x Santé"), ("a_", "A_B", "AxB")):
        text = owner.get(workshop.at("clients/"), {"search": search}).content.decode()
        assert shown in text
        assert not_shown not in text
    assert "AxB" not in owner.get(workshop.at("clients/"), {"search": "*"}).content.decode()
