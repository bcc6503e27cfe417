"""A check writes nothing, an import does what was announced, once, and can be undone."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from billing.rules.errors import IncompleteParty
from billing.rules.mentions import Buyer, check_buyer
from core import steps
from fleet.models import Equipment
from imports.enums import ImportState
from imports.models import Import, ImportRow, ImportTable
from imports.operations.checking import ValuesErased
from imports.operations.committing import (
    ChangedSince,
    NotChecked,
    NothingToImport,
    commit_rows,
    start_commit,
)
from imports.operations.forgetting import KEPT, erase_old_values
from imports.operations.reading import NotOpen, WrongMapping, choose_columns
from imports.operations.undoing import NotDone, start_undo
from imports.tasks import erase_values
from providers.enums import JobState
from providers.models import AuditEntry, Contact, Customer, Job
from providers.operations.customers import register_customer, update_customer
from providers.operations.working import LEASE, run_job
from providers.scoping import open_scope
from tests.factories import a_prepared_contract, a_provider
from tests.imports.conftest import NOW, Importer, counts
from tests.imports.test_kinds import CONTRACTS, CUSTOMERS

Rows = Callable[..., list[Any]]


def state_of(importer: Importer) -> list[Any]:
    """Everything that an import may write, but for what it says of itself."""
    with open_scope(importer.provider.id):
        return [
            list(Customer.objects.order_by("id").values()),
            list(Contact.objects.order_by("id").values()),
            list(Equipment.objects.order_by("id").values()),
            AuditEntry.objects.exclude(act__startswith="import.").exclude(act="job.asked").count(),
        ]


def test_a_check_writes_nothing_else(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    before = state_of(importer)
    found = importer.check("customers", CUSTOMERS.replace("Puget", "x") + "C-9;N;;75001;;\n")
    assert counts(found) == (1, 1, 2, 0)
    assert state_of(importer) == before


def test_an_import_does_what_was_announced_and_is_in_the_journal(importer: Importer) -> None:
    seen = importer.check("customers", CUSTOMERS + "C-9;;;75001;;\n")
    done = importer.do("customers", CUSTOMERS + "C-9;;;75001;;\n")
    assert counts(done) == counts(seen) == (3, 0, 0, 1)
    assert done.state == ImportState.COMMITTED
    with open_scope(importer.provider.id):
        entry = AuditEntry.objects.get(act="import.committed")
        assert entry.detail["new"] == 3
        assert AuditEntry.objects.filter(act="customer.registered").count() == 3


def test_asked_twice_and_delivered_twice_it_is_done_once(importer: Importer) -> None:
    found = importer.check("customers", CUSTOMERS)
    first, second = importer.commit(found), importer.commit(found)
    assert first.pk == second.pk
    run_job(provider_id=importer.provider.id, job_id=first.pk, now=lambda: NOW)
    with open_scope(importer.provider.id):
        commit_rows(import_id=found.pk, check=found.checks, at=NOW)
        assert Customer.objects.count() == 3
        assert AuditEntry.objects.filter(act="import.committed").count() == 1


def test_what_changed_since_the_check_stops_everything(importer: Importer) -> None:
    found = importer.check("customers", CUSTOMERS)
    with open_scope(importer.provider.id):
        register_customer(name="Maison du Port", postal_code="01000", at=NOW)
    job = importer.commit(found)
    assert (job.state, job.code) == (JobState.FAILED, ChangedSince.__name__)
    assert job.params == {"row": "3"}
    with open_scope(importer.provider.id):
        assert Customer.objects.count() == 1
    found = importer.check_again(found)
    assert counts(found) == (2, 1, 0, 0)
    assert importer.commit(found).state == JobState.FINISHED


def test_an_old_check_is_not_imported(importer: Importer) -> None:
    found = importer.check("customers", CUSTOMERS)
    importer.check_again(found)
    with open_scope(importer.provider.id), pytest.raises(NotChecked):
        start_commit(import_id=found.pk, seen=found.checks, at=NOW)


def test_nothing_to_import_is_said(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    found = importer.check("customers", CUSTOMERS)
    with open_scope(importer.provider.id), pytest.raises(NothingToImport):
        start_commit(import_id=found.pk, seen=found.checks, at=NOW)
    with open_scope(importer.provider.id), pytest.raises(NotDone):
        start_undo(import_id=found.pk, at=NOW)


def test_columns_are_chosen_once_each_and_before_the_import(importer: Importer) -> None:
    found = importer.do("customers", CUSTOMERS)
    with open_scope(importer.provider.id):
        with pytest.raises(NotOpen):
            choose_columns(import_id=found.pk, head=1, mapping=found.mapping, at=NOW)
        other = importer.read("customers", CUSTOMERS)
        with pytest.raises(WrongMapping) as refusal:
            choose_columns(import_id=other.pk, head=1, mapping={"name": 1, "city": 1}, at=NOW)
    assert refusal.value.field == "city"


# --- Undoing --------------------------------------------------------------------------------------


def test_undoing_takes_back_new_rows_and_restores_changed_ones(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    before = list(state_of(importer)[:3])
    text = CUSTOMERS.replace("Puget", "Fréjus") + "C-9;Nouveau;;75001;Paris;\n"
    done = importer.do("customers", text)
    assert counts(done) == (1, 1, 2, 0)
    job = importer.undo(done)
    assert job.state == JobState.FINISHED
    assert without_stamps(state_of(importer)[:3]) == without_stamps(before)
    assert importer.fresh(done).state == ImportState.UNDONE
    assert importer.undo(done).pk == job.pk
    # Taken back, the rows are new again.
    assert counts(importer.do("customers", text)) == (1, 1, 2, 0)


def without_stamps(found: list[Any]) -> list[Any]:
    return [[{k: v for k, v in row.items() if k != "updated_at"} for row in rows] for rows in found]


def test_every_kind_can_be_undone(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    before = state_of(importer)[:3]
    done = [
        importer.do("contacts", "SIREN;Nom;Email\n910000017;Alex;alex@pins.example\n"),
        importer.do("equipment", "SIREN;Nom;Type\n910000017;Serveur;serveur\n"),
        importer.do("contracts", CONTRACTS),
    ]
    for each in reversed(done):
        assert importer.undo(each).state == JobState.FINISHED
    assert state_of(importer)[:3] == before


def test_a_customer_with_a_contract_is_not_taken_back(importer: Importer) -> None:
    done = importer.do("customers", CUSTOMERS)
    with open_scope(importer.provider.id):
        contract = a_prepared_contract(Customer.objects.get(reference="C-1"), starts_on=NOW.date())
    job = importer.undo(done)
    assert (job.state, job.code) == (JobState.FAILED, "CannotUndo")
    assert job.params["used_by"] == contract.reference
    with open_scope(importer.provider.id):
        assert Customer.objects.count() == 3
    assert importer.fresh(done).state == ImportState.COMMITTED


def test_a_row_changed_since_is_not_undone(importer: Importer) -> None:
    done = importer.do("customers", CUSTOMERS)
    with open_scope(importer.provider.id):
        row = Customer.objects.get(reference="C-2")
        update_customer(
            customer_id=row.pk, name=row.name, postal_code="01000", reference="C-2", at=NOW
        )
    assert importer.undo(done).params == {"row": "3", "label": "Maison du Port"}
    with open_scope(importer.provider.id):
        row = Customer.objects.get(reference="C-2")
        update_customer(
            customer_id=row.pk, name=row.name, postal_code="01000", reference="C-2",
            kind="GROUP", city="Bourg", at=NOW,
        )  # fmt: skip
    assert importer.undo(done).state == JobState.FINISHED


def test_a_signed_contract_is_not_taken_back(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    done = importer.do("contracts", CONTRACTS)
    with open_scope(importer.provider.id):
        from contracts.models import Contract
        from contracts.operations.preparing import abandon_contract

        abandon_contract(contract_id=Contract.objects.get().pk, at=NOW)
    assert importer.undo(done).code == "CannotUndo"


# --- Workers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["import_rows_written", "job_chunk_written", "job_before_commit"])
def test_a_worker_lost_on_the_way_leaves_nothing_half_done(importer: Importer, step: str) -> None:
    found = importer.check("customers", CUSTOMERS)
    with open_scope(importer.provider.id):
        job = start_commit(import_id=found.pk, seen=found.checks, at=NOW)

    def die(name: str) -> None:
        if name == step:
            raise SystemExit

    steps.listen(die)
    try:
        with pytest.raises(SystemExit):
            run_job(provider_id=importer.provider.id, job_id=job.pk, now=lambda: NOW)
    finally:
        steps.listen(None)
    with open_scope(importer.provider.id):
        assert Customer.objects.count() == 0
        assert Import.objects.get().state == ImportState.CHECKED
    later = NOW + LEASE * 2
    run_job(provider_id=importer.provider.id, job_id=job.pk, now=lambda: later)
    with open_scope(importer.provider.id):
        assert Customer.objects.count() == 3
        assert Job.objects.get(pk=job.pk).state == JobState.FINISHED


def test_houses_do_not_see_each_other(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    other = Importer(a_provider(slug="voisine"))
    with open_scope(other.provider.id):
        assert not Import.objects.exists()
        assert not ImportRow.objects.exists()
    assert counts(other.do("customers", CUSTOMERS)) == (3, 0, 0, 0)


# --- The command ----------------------------------------------------------------------------------


def command(importer: Importer, path: Path, *options: str) -> dict[str, Any]:
    told = StringIO()
    call_command(
        "import_rows", str(path), "--provider", importer.provider.slug, "--kind", "customers",
        "--json", *options, stdout=told,
    )  # fmt: skip
    return json.loads(told.getvalue())  # type: ignore[no-any-return]


def test_the_command_checks_and_imports(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(CUSTOMERS + "C-9;Nouveau;;750;;\n")
    told = command(importer, path, "--dry-run")
    assert (told["state"], told["new"], told["refused"]) == ("CHECKED", 3, 1)
    assert told["problems"][0]["row"] == 5
    assert {each["column"] for each in told["doubts"]} == {"siren", "street"}
    with open_scope(importer.provider.id):
        assert not Customer.objects.exists()
    assert command(importer, path)["state"] == "COMMITTED"
    with open_scope(importer.provider.id):
        assert Customer.objects.count() == 3
    again = command(importer, path)
    assert (again["state"], again["unchanged"]) == ("CHECKED", 3)


def test_the_command_refuses_what_is_no_table(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(b"<html>")
    with pytest.raises(CommandError):
        command(importer, path)


HALF_NAMED = "Nom;SIREN;Rue;CP;Ville\nCabinet des Pins;910000017;1 rue des Pins;83480;Puget\n"
HALF_NAMED += "Maison du Port;;;83600;Fréjus\n"


def test_a_customer_that_no_invoice_can_name_is_let_in_and_told_by_the_cell(
    importer: Importer,
) -> None:
    found = importer.check("customers", HALF_NAMED)
    assert counts(found) == (2, 0, 0, 0)
    assert doubts(importer, found) == [(3, "siren"), (3, "street")]
    importer.commit(found)
    assert doubts(importer, importer.fresh(found)) == [(3, "siren"), (3, "street")]
    unchanged = importer.check("customers", HALF_NAMED)
    assert counts(unchanged) == (0, 0, 2, 0)
    assert doubts(importer, unchanged) == [(3, "siren"), (3, "street")]


def test_what_a_customer_lacks_is_what_an_invoice_refuses(importer: Importer) -> None:
    """The warning and the run that would refuse the invoice have one idea of a whole identity."""
    importer.do("customers", HALF_NAMED)
    with open_scope(importer.provider.id):
        for customer in Customer.objects.order_by("sort_key"):
            place = (customer.street, customer.postal_code, customer.city)
            buyer = Buyer(customer.name, customer.siren, *place)
            if customer.is_identity_complete:
                check_buyer(buyer)
                continue
            with pytest.raises(IncompleteParty):
                check_buyer(buyer)


def doubts(importer: Importer, found: Import) -> list[tuple[int, str]]:
    with open_scope(importer.provider.id):
        rows = found.rows.exclude(doubts=[]).order_by("number")
        return [(row.number, each["column"]) for row in rows for each in row.doubts]


# --- What is kept, and for how long ---------------------------------------------------------------


@pytest.mark.parametrize(("passed", "erased"), [(KEPT, 0), (KEPT + timedelta(seconds=1), 1)])
def test_the_values_of_an_import_are_erased_after_ninety_days(
    importer: Importer, passed: timedelta, erased: int
) -> None:
    found = importer.do("customers", CUSTOMERS)
    with time_machine.travel(NOW + passed, tick=False):
        assert erase_values() == erased
        assert erase_values() == 0
    found = importer.fresh(found)
    with open_scope(importer.provider.id):
        kept = ImportRow.objects.count(), ImportTable.objects.count(), Customer.objects.count()
    assert kept == ((0, 0, 3) if erased else (3, 1, 3))
    assert counts(found) == (3, 0, 0, 0)
    assert found.state == ImportState.COMMITTED


def test_each_act_gives_an_import_its_days_anew(importer: Importer) -> None:
    """Sent long ago and checked yesterday, it may still be done."""
    found = importer.check("customers", CUSTOMERS)
    later = NOW + KEPT + timedelta(days=1)
    with open_scope(importer.provider.id):
        Import.objects.update(checked_at=later - timedelta(days=1))
        assert erase_old_values(at=later) == 0
        Import.objects.update(checked_at=None)
        assert erase_old_values(at=later) == 1
        with pytest.raises(NotOpen):
            choose_columns(import_id=found.pk, head=1, mapping={"name": 0}, at=later)
        with pytest.raises(ValuesErased):
            start_commit(import_id=found.pk, seen=found.checks, at=later)


def test_past_its_days_an_import_is_not_undone(importer: Importer) -> None:
    found = importer.do("customers", CUSTOMERS)
    with open_scope(importer.provider.id):
        erase_old_values(at=NOW + KEPT + timedelta(days=1))
        with pytest.raises(ValuesErased):
            start_undo(import_id=found.pk, at=NOW)
        assert Customer.objects.count() == 3


def test_the_values_of_the_house_next_door_are_its_own_business(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    neighbour = a_provider(slug="voisin")
    with open_scope(neighbour.id):
        assert erase_old_values(at=NOW + KEPT + timedelta(days=1)) == 0
    with open_scope(importer.provider.id):
        assert ImportRow.objects.count() == 3
