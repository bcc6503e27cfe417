"""The invoice run in five steps: what is seen is what is issued, to the cent, once."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from billing.models import Invoice, PreparedInvoice, SetAside
from billing.operations import chosen_run
from billing.operations.invoice_run import Run, invoice_due, issue_due
from billing.operations.preparing import prepare_due
from contracts.models import Contract, ContractLine, LinePrice, Offer
from contracts.operations.parking import park
from core.errors import DomainError
from providers.enums import InvoicingMode, JobState
from providers.models import AuditEntry, Customer, Job, ProviderProfile
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.factories import a_customer, a_signed_contract
from tests.permissions.reading import body_of
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    TODAY,
    SignIn,
    Workshop,
)

CHECK, LAUNCH = "facturation/emission/controle/", "facturation/emission/lancement/"
CADENCES = ("yearly", "quarterly")
PLACES = ("83480", "97490", "97200", "35000")


@pytest.fixture
def crowd(workshop: Workshop) -> list[Contract]:
    """Contracts of every cadence, price and territory: prorated starts and odd cents."""
    with open_scope(workshop.provider.id):
        return [
            a_signed_contract(
                a_customer(f"Cabinet {n}", postal_code=PLACES[n % 4]),
                signed_on=date(2026, 1 + n % 5, 3 + n),
                cadence=CADENCES[n % 2],
                annual_price=f"{997 + 13 * n}.{n:02d}",
            )
            for n in range(9)
        ]


def seen(client: Client, workshop: Workshop, query: str = "") -> dict[str, Any]:
    page: Any = client.get(workshop.at(f"{LAUNCH}{query}"))
    assert page.status_code == 200
    initial = page.context["fresh"].initial["seen"]
    return {"seen": initial, "request_key": "the key", "day": TODAY.isoformat()}


def work(job: Job) -> Job:
    run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: NOW)
    with open_scope(job.provider_id):
        return Job.objects.get(pk=job.pk)


def the_job(workshop: Workshop) -> Job:
    with open_scope(workshop.provider.id):
        return Job.objects.get(kind="invoice_run")


def issued(workshop: Workshop) -> Sequence[Invoice]:
    with open_scope(workshop.provider.id):
        return list(Invoice.objects.order_by("sequence"))


def due(workshop: Workshop) -> int:
    with open_scope(workshop.provider.id):
        return Contract.objects.all().to_invoice(TODAY).count()


@pytest.mark.parametrize("mode", list(InvoicingMode))
def test_what_is_seen_is_what_is_issued_to_the_cent(
    workshop: Workshop, owner: Client, crowd: list[Contract], mode: InvoicingMode
) -> None:
    with open_scope(workshop.provider.id):
        ProviderProfile.objects.update(invoicing_mode=mode)
    if mode == InvoicingMode.ON_APPROVAL:
        invoice_due(provider_id=workshop.provider.id, day=TODAY, issued_on=TODAY, at=NOW)
    step: Any = owner.get(workshop.at(CHECK))
    facts = {str(fact.label): fact.value for fact in step.context["facts"]}
    form = seen(owner, workshop)
    answer = owner.post(workshop.at(LAUNCH), form)
    assert answer.status_code == 303
    job = work(the_job(workshop))
    rows = issued(workshop)
    assert job.state == JobState.FINISHED
    assert (job.done, job.failed, job.skipped) == (len(crowd), 0, 0)
    assert len(rows) == facts["Factures"] == job.parameters["invoices"] > len(crowd)
    total = sum(row.gross_amount for row in rows)
    assert total == facts["TTC"] == Decimal(job.parameters["gross_amount"])
    assert sum(row.net_amount for row in rows) == facts["HT"]
    assert {row.issue_date for row in rows} == {TODAY}
    assert due(workshop) == 0
    with open_scope(workshop.provider.id):
        assert not PreparedInvoice.objects.exists()


def test_a_double_click_is_one_run(
    workshop: Workshop, owner: Client, crowd: list[Contract]
) -> None:
    form = seen(owner, workshop)
    first, second = (owner.post(workshop.at(LAUNCH), form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    count = len(issued(workshop)) or work(the_job(workshop)).parameters["invoices"]
    third = owner.post(workshop.at(LAUNCH), form)
    assert third.headers["Location"] == first.headers["Location"]
    assert len(issued(workshop)) == count


def test_two_people_at_once_invoice_each_period_once(
    workshop: Workshop, sign_in: SignIn, crowd: list[Contract]
) -> None:
    jobs = []
    for place, role in enumerate((OWNER, MANAGER)):
        form = seen(sign_in(role), workshop) | {"request_key": f"key {place}"}
        assert sign_in(role).post(workshop.at(LAUNCH), form).status_code == 303
    with open_scope(workshop.provider.id):
        jobs = list(Job.objects.filter(kind="invoice_run").order_by("id"))
    first, second = (work(job) for job in jobs)
    assert (first.done, second.done, second.skipped) == (len(crowd), 0, len(crowd))
    assert len(issued(workshop)) == first.parameters["invoices"]
    page = sign_in(OWNER).get(workshop.at(f"travaux/{second.pk}/")).content.decode()
    assert "Plus rien à émettre" in page


def test_a_list_that_has_changed_is_shown_again_first(
    workshop: Workshop, owner: Client, crowd: list[Contract]
) -> None:
    form = seen(owner, workshop)
    with open_scope(workshop.provider.id):
        a_signed_contract(a_customer("Nouveau"), signed_on=date(2026, 6, 1), cadence="quarterly")
    answer: Any = owner.post(workshop.at(LAUNCH), form)
    assert answer.status_code == 422
    assert "a changé" in answer.content.decode()
    fresh = answer.context["fresh"].initial["seen"]
    assert fresh != form["seen"]
    assert owner.post(workshop.at(LAUNCH), form | {"seen": fresh}).status_code == 303


def test_an_amount_that_changes_before_its_turn_is_not_issued(
    workshop: Workshop, owner: Client, crowd: list[Contract]
) -> None:
    """Between the launch and the contract's turn, its label stays and its price moves."""
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    with open_scope(workshop.provider.id):
        line = ContractLine.objects.filter(contract=crowd[1]).first()
        assert line is not None
        LinePrice.objects.create(
            customer_id=line.customer_id,
            line=line,
            applies_from=date(2026, 3, 1),
            annual_price=Decimal("5000.00"),
            reasons=[],
        )
    job = work(the_job(workshop))
    assert (job.done, job.failed) == (len(crowd) - 1, 1)
    with open_scope(workshop.provider.id):
        item = job.items.get(state="FAILED")
        assert (item.key, item.code) == (str(crowd[1].pk), "AmountChanged")
        assert not Invoice.objects.filter(contract=crowd[1]).exists()


def test_a_long_run_is_stopped_between_chunks_and_goes_on(
    workshop: Workshop, owner: Client, crowd: list[Contract], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen_run.InvoiceRun, "chunk", 2)
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    job = the_job(workshop)
    assert run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: NOW, most_chunks=2)
    here = workshop.at(f"travaux/{job.pk}/")
    page = owner.get(here).content.decode()
    assert "4 sur 9" in page
    owner.post(f"{here}arreter/")
    assert work(job).state == JobState.STOPPED
    assert "Reprendre" in owner.get(here).content.decode()
    owner.post(f"{here}reprendre/")
    assert work(job).state == JobState.FINISHED
    assert len(issued(workshop)) == job.parameters["invoices"]


def test_a_run_that_goes_on_another_day_is_dated_that_day(
    workshop: Workshop, owner: Client, crowd: list[Contract], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is dated before the day it is issued (R2): a queue was down over the weekend."""
    monkeypatch.setattr(chosen_run.InvoiceRun, "chunk", 5)
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    job, monday = the_job(workshop), NOW + timedelta(days=3)
    run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: NOW, most_chunks=1)
    before = {invoice.pk for invoice in issued(workshop)}
    run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: monday)
    after = [invoice for invoice in issued(workshop) if invoice.pk not in before]
    assert before
    assert {invoice.issue_date for invoice in after} == {monday.date()}
    assert all(invoice.due_date >= monday.date() for invoice in after)


def test_set_aside_is_kept_shown_and_brought_back(
    workshop: Workshop, owner: Client, crowd: list[Contract]
) -> None:
    contract = crowd[0]
    aside = {"contracts": [str(contract.pk)], "reason": "Litige en cours", "day": str(TODAY)}
    assert owner.post(workshop.at("facturation/emission/ecarter/"), aside).status_code == 303
    page = owner.get(workshop.at(CHECK)).content.decode()
    assert "Litige en cours" in page
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    assert work(the_job(workshop)).done == len(crowd) - 1
    issue_due(Run(workshop.provider.id, TODAY, TODAY, NOW))  # the daily run leaves it alone too
    assert contract.pk not in {row.contract_id for row in issued(workshop)}
    back = workshop.at(f"facturation/emission/{contract.pk}/reprendre/")
    assert [owner.post(back, {"day": str(TODAY)}).status_code for _ in range(2)] == [303, 303]
    issue_due(Run(workshop.provider.id, TODAY, TODAY, NOW))
    assert contract.pk in {row.contract_id for row in issued(workshop)}
    with open_scope(workshop.provider.id):
        acts = AuditEntry.objects.filter(subject_id=contract.pk, act__startswith="contract.")
        kept = [
            act for act in acts.values_list("act", flat=True) if "aside" in act or "back" in act
        ]
        assert sorted(kept) == ["contract.brought_back", "contract.set_aside"]
        assert SetAside.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [{}, {"contracts": ["nonsense"], "reason": "x"}, {"reason": "x"}, {"contracts": ["\x00"]}],
)
def test_setting_nothing_aside_is_refused(
    workshop: Workshop, owner: Client, crowd: list[Contract], form: dict[str, Any]
) -> None:
    answer = owner.post(workshop.at("facturation/emission/ecarter/"), form)
    assert answer.status_code == 422
    with open_scope(workshop.provider.id):
        assert not SetAside.objects.exists()


def test_only_the_chosen_offers_up_to_the_chosen_day(
    workshop: Workshop, owner: Client, crowd: list[Contract]
) -> None:
    with open_scope(workshop.provider.id):
        offer = Offer.objects.get()
    scope = workshop.at("facturation/emission/")
    query = f"?day=2026-02-28&offers={offer.pk}"
    assert owner.get(scope + query).headers["Location"].endswith(f"controle/{query}")
    page: Any = owner.get(workshop.at(CHECK + query))
    early = {row["contract_id"] for row in page.context["rows"]}
    assert early
    assert early < {contract.pk for contract in crowd}
    assert owner.get(f"{scope}?day=2026-12-31").status_code == 422
    for odd in ("?day=0001-01-01", "?day=x&offers=y", "?day=9999-12-31", "?page=-1", "?day=%00"):
        assert owner.get(workshop.at(CHECK + odd)).status_code == 200


def test_what_is_wrong_is_named_with_where_to_settle_it(
    workshop: Workshop, owner: Client, crowd: list[Contract]
) -> None:
    with open_scope(workshop.provider.id):
        Customer.objects.filter(pk=crowd[0].customer_id).update(siren="")
        Customer.objects.filter(pk=crowd[1].customer_id).update(street="")
        Contract.objects.filter(pk=crowd[2].pk).update(cadence="never")
        park(contract=crowd[3], step="invoicing", error=DomainError("x"), day=TODAY, at=NOW)
    page: Any = owner.get(workshop.at(CHECK))
    text = page.content.decode()
    assert len(page.context["stopped"]) == 4
    for words in ("SIREN manquant", "adresse manquante", "ne peut pas être facturé", "écarté"):
        assert words in text
    assert workshop.at(f"clients/{crowd[0].customer_id}/modifier/") in text
    assert "tarif d’exemple" in text  # the preset's price was never confirmed
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    assert work(the_job(workshop)).done == len(crowd) - 4


def test_a_total_far_from_the_last_one_is_named(
    workshop: Workshop, owner: Client, contract: Contract, invoice: Invoice
) -> None:
    with open_scope(workshop.provider.id):
        line = ContractLine.objects.get(contract=contract)
        LinePrice.objects.create(
            customer_id=line.customer_id, line=line, applies_from=date(2026, 3, 1),
            annual_price=Decimal("90000.00"), reasons=[],
        )  # fmt: skip
    page = owner.get(workshop.at(CHECK)).content.decode()
    assert "loin du dernier montant" in page


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(OWNER, 200, 303), (MANAGER, 200, 303), (ACCOUNTANT, 200, 403), (TECHNICIAN, 403, 403)],
)
def test_who_sees_and_who_launches(
    workshop: Workshop,
    sign_in: SignIn,
    crowd: list[Contract],
    role: Any,
    reads: int,
    writes: int,
) -> None:
    client, form = sign_in(role), seen(sign_in(OWNER), workshop)
    assert client.get(workshop.at(CHECK)).status_code == reads
    assert client.post(workshop.at(LAUNCH), form).status_code == writes
    with open_scope(workshop.provider.id):
        assert Job.objects.count() == (1 if writes == 303 else 0)


def test_the_result_gives_the_list_and_the_archive(
    workshop: Workshop, owner: Client, sign_in: SignIn, crowd: list[Contract]
) -> None:
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    job = work(the_job(workshop))
    here = workshop.at(f"travaux/{job.pk}/")
    page = owner.get(here).content.decode()
    assert "factures.csv" in page
    assert page.count('class="step step-done"') == 4
    sheet = body_of(owner.get(f"{here}factures.csv")).decode("utf-8-sig")
    assert len(sheet.strip().splitlines()) == 1 + job.parameters["invoices"]
    asked = [owner.post(f"{here}archive/").headers["Location"] for _ in range(2)]
    assert asked[0] == asked[1] != here
    theirs = sign_in(ACCOUNTANT).post(f"{here}archive/").headers["Location"]
    assert theirs not in (*asked, here), "each has an archive of their own"
    tomorrow = NOW + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        assert owner.post(f"{here}archive/").headers["Location"] not in (*asked, here)


def test_the_daily_run_issues_the_rest_of_a_stopped_run(
    workshop: Workshop, owner: Client, crowd: list[Contract], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen_run.InvoiceRun, "chunk", 3)
    owner.post(workshop.at(LAUNCH), seen(owner, workshop))
    job = the_job(workshop)
    run_job(provider_id=job.provider_id, job_id=job.pk, now=lambda: NOW, most_chunks=1)
    issue_due(Run(workshop.provider.id, TODAY, TODAY, NOW))
    ended = work(job)
    assert (ended.done, ended.skipped, ended.failed) == (3, len(crowd) - 3, 0)
    assert len(issued(workshop)) == job.parameters["invoices"]
    prepare_due(provider_id=workshop.provider.id, day=TODAY, issued_on=TODAY, at=NOW)
    with open_scope(workshop.provider.id):
        assert not PreparedInvoice.objects.exists()
