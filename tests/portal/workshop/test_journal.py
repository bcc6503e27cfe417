"""The journal of a workshop: readings leave their trace, and owners and managers find it again."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from billing.models import Invoice
from contracts.models import Contract, ContractDocument
from portal.workshop.journal import JournalForm, sentence_of
from providers.acts import ACTS
from providers.models import AuditEntry, Customer, Provider
from providers.operations import update_customer
from providers.operations.sealing import seal_entries
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import a_customer
from tests.permissions.reading import body_of
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    draw,
)

JOURNAL = "reglages/journal/"


def readings(provider: Provider) -> list[tuple[str, str, str]]:
    with open_scope(provider.id):
        found = AuditEntry.objects.filter(read_in__isnull=False).order_by("id")
        return [(row.act, row.actor_name, row.subject_name) for row in found]


def page_of(client: Client, workshop: Workshop, **query: str) -> Any:
    answer = client.get(workshop.at(JOURNAL), query)
    assert answer.status_code == 200
    return answer


def sentences(answer: Any) -> list[str]:
    return [row.cells[2] for row in answer.context["table"].rows]


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 200), (MANAGER, 200), (ACCOUNTANT, 403), (TECHNICIAN, 403)]
)
def test_who_reads_the_journal(workshop: Workshop, sign_in: SignIn, role: Any, status: int) -> None:
    for name in ("", "journal.csv", "journal.xlsx", "sceau.json"):
        answer = sign_in(role).get(workshop.at(JOURNAL + name))
        assert answer.status_code == status
        assert status != 200 or body_of(answer)


def test_the_house_next_door_is_not_there(workshop: Workshop, stranger: Client) -> None:
    assert stranger.get(workshop.at(JOURNAL)).status_code == 404


def test_each_confidential_page_leaves_one_trace_an_hour(
    workshop: Workshop, sign_in: SignIn, invoice: Invoice, contract: Contract, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        draw(invoice)
        document = ContractDocument.objects.filter(contract=contract).earliest("id")
    client, who = sign_in(MANAGER), "Gérant"
    pages = (
        f"clients/{pines.pk}/",
        f"contrats/{contract.pk}/",
        f"documents/{document.pk}/",
        f"factures/{invoice.pk}/",
        f"factures/{invoice.pk}/pdf/",
        "factures/factures.csv?first_day=2026-01-01&last_day=2026-12-31",
    )
    for _ in range(2):
        for path in pages:
            assert client.get(workshop.at(path)).status_code == 200
    found = readings(workshop.provider)
    assert [act for act, _who, _name in found] == [
        "customer.read",
        "contract.read",
        "contractdocument.read",
        "invoice.read",
        "invoicedocument.read",
        "invoices.exported",
    ]
    assert {name for _act, name, _about in found} == {who}
    assert found[0][2] == pines.name
    assert found[3][2] == invoice.number
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        client.get(workshop.at(pages[0]))
    assert len(readings(workshop.provider)) == len(pages) + 1


def test_a_refused_page_leaves_none(workshop: Workshop, sign_in: SignIn, pines: Customer) -> None:
    assert sign_in(TECHNICIAN).get(workshop.at(f"clients/{pines.pk}/")).status_code == 403
    assert readings(workshop.provider) == []


def test_the_entry_says_who_what_and_from_where(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    owner.get(workshop.at(f"clients/{pines.pk}/"), REMOTE_ADDR="192.0.2.9")
    page = page_of(owner, workshop)
    row = page.context["table"].rows[0]
    assert ">15\u00a0juin\u00a02026, 11:00</time>" in page.text, "by the house's clocks"
    assert row.cells[2] == "A ouvert la fiche de Cabinet des Pins"
    assert row.cells[1].detail == "192.0.2.9"
    assert str(pines.pk) in row.cells[3].url


def test_it_is_searched_by_person_act_object_and_days(
    workshop: Workshop, owner: Client, sign_in: SignIn, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        other = a_customer("Zénith Santé")
    owner.get(workshop.at(f"clients/{pines.pk}/"))
    sign_in(MANAGER).get(workshop.at(f"clients/{other.pk}/"))
    read = ["A ouvert la fiche de Cabinet des Pins"]
    with open_scope(workshop.provider.id):
        owner_id = AuditEntry.objects.get(act="customer.read", subject_id=pines.pk).actor_id
    today = {"first_day": "2026-06-15", "last_day": "2026-06-15"}
    assert sentences(page_of(owner, workshop, person=str(owner_id))) == read
    assert len(sentences(page_of(owner, workshop, **today))) == 2
    assert sentences(page_of(owner, workshop, object=str(pines.pk), kind="readings")) == read
    assert sentences(page_of(owner, workshop, name="des pins", act="customer.read")) == read
    assert page_of(owner, workshop, person="daily", kind="changes").context["table"].rows
    assert not sentences(page_of(owner, workshop, name="personne"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"first_day": "2026-06-15", "last_day": "2026-06-01"}, 422),
        ({"person": "00000000-0000-0000-0000-000000000000"}, 422),
        ({"act": "moon.landed"}, 422),
        ({"object": "x"}, 422),
        ({"first_day": "0001-01-01"}, 422),
        ({"name": "a\0b"}, 422),
        ({"after": "9999~x"}, 200),
        ({"after": "0001-01-01 00:00+00:00~00000000-0000-0000-0000-000000000000"}, 200),
        ({"after": "0001-01-01 00:00~00000000-0000-0000-0000-000000000000"}, 200),
    ],
)
def test_a_filter_that_makes_no_sense_breaks_nothing(
    workshop: Workshop, owner: Client, query: dict[str, str], status: int
) -> None:
    assert owner.get(workshop.at(JOURNAL), query).status_code == status
    assert body_of(owner.get(workshop.at(JOURNAL + "journal.csv"), query))


def test_the_export_is_the_filtered_set_and_runs_no_formula(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        update_customer(customer_id=pines.pk, name="=HYPERLINK(1)", postal_code="83480", at=NOW)
    query = {"act": "customer.updated"}
    text = body_of(owner.get(workshop.at(JOURNAL + "journal.csv"), query)).decode()
    assert text.count("\r\n") == 2
    assert ";'=HYPERLINK(1);" in text
    book = body_of(owner.get(workshop.at(JOURNAL + "journal.xlsx"), query))
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    named = sheet.cell(row=2, column=6)
    assert (sheet.max_row, named.value) == (2, "=HYPERLINK(1)")
    assert (named.data_type, named.quotePrefix) == ("s", True)
    assert "trail.exported" in {act for act, _, _ in readings(workshop.provider)}


def test_a_long_journal_is_exported_whole(workshop: Workshop, owner: Client) -> None:
    with open_scope(workshop.provider.id):
        AuditEntry.objects.bulk_create(
            AuditEntry(at=NOW, act="alert.closed", subject="x", subject_name=f"n{n}")
            for n in range(1203)
        )
    text = body_of(owner.get(workshop.at(JOURNAL + "journal.csv"), {"act": "alert.closed"}))
    assert len({line for line in text.decode().split("\r\n") if "alert.closed" in line}) == 1203


def test_the_seal_is_shown_and_taken_away(workshop: Workshop, owner: Client) -> None:
    assert json.loads(body_of(owner.get(workshop.at(JOURNAL + "sceau.json"))))["position"] == 0
    sealed = seal_entries(provider_id=workshop.provider.id, at=NOW)
    taken = json.loads(body_of(owner.get(workshop.at(JOURNAL + "sceau.json"))))
    assert taken["position"] == sealed
    assert f"{sealed}:{taken['hash']}" in taken["check"]
    assert page_of(owner, workshop).context["head"][0].value == sealed


def test_every_act_is_told_in_french(workshop: Workshop, owner: Client) -> None:
    form = page_of(owner, workshop).context["form"]
    assert isinstance(form, JournalForm)
    field: Any = form.fields["act"]
    labels = dict(field.choices)
    assert set(labels) == {"", *ACTS}
    for act in ACTS:
        assert sentence_of(act) != str(labels[act])  # the page is French, this test is not


def test_a_long_job_is_told_in_words(workshop: Workshop, owner: Client) -> None:
    with open_scope(workshop.provider.id):
        AuditEntry.objects.create(
            at=NOW,
            act="job.asked",
            subject="providers.job",
            subject_id=new_id(),
            subject_name="invoice_archive",
        )
    text = owner.get(workshop.at("reglages/journal/")).content.decode()
    assert "invoice_archive" not in text
    assert "rchive" in text
