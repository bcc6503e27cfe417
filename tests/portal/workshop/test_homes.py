"""The first page of each role: what is owed by age, notices to come, files taken, who called."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.models import Invoice, Settlement
from billing.operations.loading import NoLegalIdentity
from contracts.models import Contract
from portal.charts import WIDTH
from portal.workshop import run_preview
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import an_index_value
from tests.harness.questions import MOST, questions
from tests.portal.workshop.conftest import ACCOUNTANT, TECHNICIAN, TODAY, Workshop, issue


def test_what_is_owed_is_shown_by_age_and_leads_to_its_invoices(
    workshop: Workshop, owner: Client, invoice: Invoice
) -> None:
    issue(workshop, date(2026, 4, 1))
    answer: Any = owner.get(workshop.at(""))
    bar = answer.context["ageing"]
    with open_scope(workshop.provider.id):
        owed = sum(row.gross_amount for row in Settlement.objects.all())
    assert bar.total == owed == Decimal("560.00")
    assert sum(int(part.width) for part in bar.parts) == WIDTH
    assert "<figcaption>" in answer.content.decode()
    for segment in bar.segments:
        listed: Any = owner.get(segment.url)
        assert len(listed.context["table"].rows) == segment.count, segment.label


def test_nothing_owed_is_said_without_a_drawing(workshop: Workshop, owner: Client) -> None:
    text = owner.get(workshop.at("")).content.decode()
    assert "Rien n’est dû." in text
    assert "chart-bar" not in text


def test_a_long_run_and_its_faults_are_not_told_as_all_there_is(
    workshop: Workshop, owner: Client, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_preview, "COMPUTED_AT_MOST", 0)
    assert "Au moins 0 facture" in owner.get(workshop.at("")).content.decode()
    monkeypatch.undo()
    monkeypatch.setattr(run_preview, "_rows", _refusing)
    assert "1 contrat en défaut" in owner.get(workshop.at("")).content.decode()


def _refusing(*given: Any) -> None:
    raise NoLegalIdentity("nothing can be issued")


def test_notices_that_end_soon_lead_to_their_contracts(
    workshop: Workshop, owner: Client, contract: Contract
) -> None:
    def answer() -> Any:
        cards: Any = owner.get(workshop.at("")).context["answers"]
        return next(card for card in cards if card.icon == "bell-ring")

    for day, count in ((date(2026, 6, 14), 0), (TODAY, 1), (date(2026, 7, 15), 1)):
        with open_scope(workshop.provider.id):
            Contract.objects.filter(pk=contract.pk).update(notice_deadline=day)
        card = answer()
        assert (card.value == 1) == (count == 1), day
        listed: Any = owner.get(card.url)
        assert len(listed.context["table"].rows) == count, day
    with open_scope(workshop.provider.id):
        Contract.objects.filter(pk=contract.pk).update(notice_deadline=date(2026, 7, 16))
    assert answer().value != 1


LATEST = [  # of the index: month, published, and what is missing on 15 June
    ("2026-04-01", date(2026, 5, 29), ""),
    ("2026-03-01", date(2026, 4, 30), "Avril\u00a02026"),
    ("2026-04-01", date(2026, 6, 16), "Avril\u00a02026"),
]


@pytest.mark.parametrize(("month", "published", "missing"), LATEST)
def test_an_index_value_that_should_be_known_is_missed_before_a_revision(
    workshop: Workshop, owner: Client, contract: Contract, month: str, published: date, missing: str
) -> None:
    with open_scope(workshop.provider.id):
        an_index_value("2025-01", "310.0", date(2025, 2, 28))
        an_index_value(month[:7], "320.0", published)
    for revised_on, is_near in ((date(2026, 7, 16), False), (date(2026, 7, 15), True)):
        with open_scope(workshop.provider.id):
            Contract.objects.filter(pk=contract.pk).update(next_revision_on=revised_on)
        found = missed(owner, workshop)
        assert (found.value if found else "") == (missing if is_near else "")
    if found:
        assert found.detail.startswith("1 contrat à réviser")
        assert found.url == workshop.at("indices/nouveau/")
        assert owner.get(found.url).status_code == 200


def test_no_index_at_all_is_said_so(
    workshop: Workshop, owner: Client, contract: Contract, stranger: Client, neighbour: Workshop
) -> None:
    with open_scope(workshop.provider.id):
        Contract.objects.filter(pk=contract.pk).update(next_revision_on=TODAY)
    found = missed(owner, workshop)
    assert found.value == "Avril\u00a02026"
    with questions() as asked:
        missed(owner, workshop)
    assert len(asked) <= MOST
    assert missed(stranger, neighbour) is None
    [read_only] = [missed(workshop.client(ACCOUNTANT), workshop)]
    assert read_only.url == workshop.at("indices/")


def missed(client: Client, workshop: Workshop) -> Any:
    """The answer about a missing value of the index, if there is one."""
    cards: Any = client.get(workshop.at("")).context["answers"]
    return next((card for card in cards if card.question == "Valeur Syntec manquante"), None)


def test_the_accountant_sees_what_was_not_taken_yet(workshop: Workshop, invoice: Invoice) -> None:
    client = workshop.client(ACCOUNTANT)
    before: Any = client.get(workshop.at(""))
    assert before.context["answers"][0].value == 1
    b"".join(client.get(workshop.at("factures/factures.csv"), {"status": "unpaid"}))
    after: Any = client.get(workshop.at(""))
    assert after.context["answers"][0].value != 1
    row = after.context["exports"].rows[0]
    assert (row.cells[1], row.cells[2]) == ("CSV", 1)
    assert client.get(row.cells[3].url).status_code == 200


def test_a_technician_finds_the_last_caller_again(
    workshop: Workshop, pines: Customer, contract: Contract
) -> None:
    client, field = workshop.client(TECHNICIAN), f"/terrain/{workshop.provider.slug}/"
    assert client.get(field).context["recent"] is None
    client.get(f"{field}clients/{pines.pk}/")
    recent: Any = client.get(field).context["recent"]
    assert [row.cells[0].main.label for row in recent.rows] == ["Cabinet des Pins"]
    assert recent.rows[0].cells[1].tone == "success"


def test_a_page_that_is_not_there_offers_the_search(workshop: Workshop, owner: Client) -> None:
    text = owner.get(workshop.at("rien/")).content.decode()
    assert f'action="{workshop.at("recherche/")}"' in text
    assert "recherche/" not in Client().get(workshop.at("rien/")).content.decode()


def test_a_refusal_names_the_roles_that_have_the_right(workshop: Workshop) -> None:
    answer = workshop.client(TECHNICIAN).get(workshop.at("factures/"))
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "propriétaire" in text
    assert "comptable" in text
