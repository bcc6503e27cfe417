"""Lists: order, columns, views, ticked rows and files, the same for each of them."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from billing.models import Invoice
from contracts.models import Contract
from portal.models import ListExport, SavedView
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.portal.workshop.conftest import ACCOUNTANT, MANAGER, Workshop, issue


def names(answer: Any) -> list[str]:
    return [str(row.cells[0].label) for row in answer.context["table"].rows]


def labels(answer: Any) -> list[str]:
    return [str(column.label) for column in answer.context["table"].columns]


def csv_rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def workbook(answer: Any) -> list[tuple[Any, ...]]:
    page = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert page is not None
    return list(page.iter_rows(values_only=True))


@pytest.fixture
def customers(workshop: Workshop) -> list[str]:
    found = ["Cabinet du Port", "Élan Santé", "Maison du Val"]
    with open_scope(workshop.provider.id):
        for place, name in enumerate(found):
            a_customer(name, postal_code=f"9{7490 - place}")
    return found


def test_a_head_sorts_and_turns_round(
    workshop: Workshop, owner: Client, customers: list[str]
) -> None:
    first: Any = owner.get(workshop.at("clients/"))
    head = next(iter(first.context["table"].columns))
    assert (names(first), head.sorted) == (customers, "ascending")
    assert 'aria-sort="ascending"' in first.content.decode()
    turned: Any = owner.get(head.sort_url)
    assert names(turned) == customers[::-1]
    by_town: Any = owner.get(workshop.at("clients/"), {"sort": "town"})
    assert names(by_town) == customers[::-1]
    sorts = {str(column.label): column.sort_url for column in by_town.context["table"].columns}
    assert [label for label, url in sorts.items() if not url], "only what an index sorts by"


def test_a_day_that_is_missing_comes_last_and_pages_go_on(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        made = [
            a_signed_contract(pines, signed_on=date(2026, 2, 10 + place % 9)) for place in range(30)
        ]
        for contract in made[:6]:
            Contract.objects.filter(pk=contract.pk).update(notice_deadline=None)
    seen: list[str] = []
    address = workshop.at("contrats/?sort=notice_deadline")
    while address:
        answer: Any = owner.get(address)
        seen += [str(row.cells[0].main.label) for row in answer.context["table"].rows]
        address = answer.context["pages"].next_url
    assert len(seen) == len(set(seen)) == 30
    assert set(seen[-6:]) == {contract.reference for contract in made[:6]}


def test_a_page_has_25_50_or_100_rows(workshop: Workshop, owner: Client) -> None:
    with open_scope(workshop.provider.id):
        for place in range(60):
            a_customer(f"Cabinet {place:02d}")
    for size, rows in (("25", 25), ("50", 50), ("100", 60), ("7", 25), ("1000", 25)):
        answer: Any = owner.get(workshop.at("clients/"), {"size": size})
        assert len(answer.context["table"].rows) == rows, size


def test_filters_stand_as_chips_that_take_themselves_away(
    workshop: Workshop, owner: Client, contract: Contract
) -> None:
    answer: Any = owner.get(
        workshop.at("contrats/"), {"cadence": "quarterly", "search": "cab", "status": "in_force"}
    )
    assert len(answer.context["table"].rows) == 1
    chips = {str(chip.label): chip.remove_url for chip in answer.context["chips"]}
    assert len(chips) == 2
    assert "search" not in chips["cab"]
    assert "cadence=quarterly" in chips["cab"]
    assert "status=in_force" in chips["cab"]


def test_columns_are_each_persons_own(
    workshop: Workshop, owner: Client, customers: list[str]
) -> None:
    here, views = workshop.at("clients/"), workshop.at("clients/vues/")
    before = labels(owner.get(here))
    sent = {"act": "columns", "column": ["email", "town", "sort_key"], "query": "status=all"}
    assert owner.post(views, sent).status_code == 303
    assert labels(owner.get(here)) == ["Client", "Ville", "Adresse e-mail"]
    assert labels(workshop.client(MANAGER).get(here)) == before
    owner.post(views, {"act": "columns", "query": ""})
    assert labels(owner.get(here)) == before, "none chosen: as at the start"


def test_a_view_keeps_filters_and_columns_and_may_come_first(
    workshop: Workshop, owner: Client, customers: list[str]
) -> None:
    here, views = workshop.at("clients/"), workshop.at("clients/vues/")
    sent = {"act": "save", "name": "Élan", "query": "search=elan&sort=-name", "column": ["town"]}
    saved: Any = owner.get(owner.post(views, sent)["Location"])
    assert (names(saved), labels(saved)) == (["Élan Santé"], ["Client", "Ville"])
    assert [str(tab.label) for tab in saved.context["views"]] == ["Élan"]
    with open_scope(workshop.provider.id):
        view = SavedView.objects.get(name="Élan")
    assert names(owner.get(here)) == customers
    owner.post(views, {"act": "first", "view": str(view.pk)})
    opened: Any = owner.get(here, follow=True)
    assert names(opened) == ["Élan Santé"]
    assert names(owner.get(opened.context["reset_url"])) == customers
    owner.post(views, {"act": "first", "view": str(view.pk)})
    assert names(owner.get(here)) == customers
    owner.post(views, {"act": "remove", "view": str(view.pk)})
    with open_scope(workshop.provider.id):
        assert not SavedView.objects.exclude(name="").exists()


def test_a_view_without_a_name_is_refused_in_words(workshop: Workshop, owner: Client) -> None:
    answer = owner.post(
        workshop.at("clients/vues/"), {"act": "save", "name": " ", "query": ""}, follow=True
    )
    assert "Donnez un nom à la vue." in answer.content.decode()


def test_nobody_opens_or_removes_a_view_of_somebody_else(
    workshop: Workshop, owner: Client, customers: list[str]
) -> None:
    views = workshop.at("clients/vues/")
    owner.post(views, {"act": "save", "name": "Mienne", "query": "search=elan"})
    with open_scope(workshop.provider.id):
        view = SavedView.objects.get(name="Mienne")
    other = workshop.client(MANAGER)
    shown: Any = other.get(workshop.at("clients/"), {"view": str(view.pk)})
    assert shown.context["views"] == []
    for act in ("remove", "first", "columns"):
        other.post(views, {"act": act, "view": str(view.pk), "column": ["email"]})
    with open_scope(workshop.provider.id):
        view.refresh_from_db()
    assert (view.is_default, view.columns) == (False, [])


@pytest.mark.parametrize("path", ["clients/clients", "contrats/contrats", "factures/factures"])
def test_a_file_holds_the_filtered_set(
    workshop: Workshop, owner: Client, invoice: Invoice, path: str
) -> None:
    with open_scope(workshop.provider.id):
        a_signed_contract(a_customer("Zénith"), signed_on=date(2026, 2, 11))
    issue(workshop, date(2026, 2, 11))
    for kind, read in (("csv", csv_rows), ("xlsx", workbook)):
        whole = read(owner.get(workshop.at(f"{path}.{kind}")))
        some = read(owner.get(workshop.at(f"{path}.{kind}"), {"search": "zen"}))
        none = read(owner.get(workshop.at(f"{path}.{kind}"), {"search": "nobody"}))
        assert (len(whole), len(some), len(none)) == (3, 2, 1), kind
        assert set(none[0]) <= set(some[0]) <= set(whole[0])


def test_a_workbook_has_numbers_days_and_texts_that_never_run(
    workshop: Workshop, owner: Client, contract: Contract
) -> None:
    with open_scope(workshop.provider.id):
        a_signed_contract(a_customer("=1+1"), signed_on=date(2026, 3, 1))
    answer: Any = owner.get(workshop.at("contrats/contrats.xlsx"), {"sort": "starts_on"})
    data = b"".join(answer.streaming_content)
    page = load_workbook(io.BytesIO(data)).active
    assert page is not None
    head, first, second = list(page.iter_rows())
    place = {str(cell.value): number for number, cell in enumerate(head)}
    assert str(first[place["Début"]].value) == "2026-02-10 00:00:00"
    assert first[place["Prix annuel"]].value == Decimal(1200)
    assert first[place["Prix annuel"]].data_type == "n"
    evil = second[place["Client"]]
    assert (evil.value, evil.data_type, evil.quotePrefix) == ("=1+1", "s", True)
    assert (
        csv_rows(owner.get(workshop.at("contrats/contrats.csv"), {"search": "="}))[1][2] == "'=1+1"
    )


def test_ticked_rows_alone_are_taken(
    workshop: Workshop, owner: Client, customers: list[str]
) -> None:
    page: Any = owner.get(workshop.at("clients/"))
    ticked = [row.choice for row in page.context["table"].rows[:2]]
    sent = {"chosen": "1", "id": ticked}
    rows = csv_rows(owner.get(workshop.at("clients/clients.csv"), sent))
    assert [row[0] for row in rows[1:]] == customers[:2]
    nothing: Any = owner.get(workshop.at("clients/clients.csv"), {"chosen": "1"})
    assert nothing.status_code == 422
    assert "Cochez au moins une ligne." in nothing.content.decode()


def test_all_results_are_taken_by_the_filter_not_by_a_count(
    workshop: Workshop, owner: Client, customers: list[str]
) -> None:
    page: Any = owner.get(workshop.at("clients/"), {"search": "elan", "size": "50"})
    whole = [action.url for action in page.context["whole_acts"]]
    assert whole[0].endswith("clients.csv?search=elan&size=50")
    assert [row[0] for row in csv_rows(owner.get(whole[0]))[1:]] == ["Élan Santé"]


def test_who_took_which_file_is_kept(workshop: Workshop, owner: Client, invoice: Invoice) -> None:
    client = workshop.client(ACCOUNTANT)
    client.head(workshop.at("factures/factures.csv"))
    b"".join(client.get(workshop.at("factures/factures.xlsx"), {"status": "unpaid"}))
    with open_scope(workshop.provider.id):
        kept = ListExport.objects.get()
    assert (kept.listing, kept.kind, kept.query, kept.rows) == (
        "invoices", "xlsx", "status=unpaid", 1,
    )  # fmt: skip


def test_a_large_file_reads_a_batch_at_a_time(
    workshop: Workshop, owner: Client, django_assert_max_num_queries: Any
) -> None:
    with open_scope(workshop.provider.id):
        for place in range(40):
            a_customer(f"Cabinet {place:02d}")
    with django_assert_max_num_queries(25):
        assert len(csv_rows(owner.get(workshop.at("clients/clients.csv")))) == 41
