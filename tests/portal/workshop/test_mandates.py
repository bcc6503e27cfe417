"""The mandate of a contract that came signed without one: asked for, kept once, told (B6)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contract, ContractDocument
from contracts.operations.mandates import MandateKeptBefore, MandateNotNeeded, keep_mandate
from contracts.operations.scans import Scan
from providers.models import AuditEntry, Customer
from providers.scoping import open_scope
from tests.factories import TINY_PDF, a_prepared_contract, a_signed_contract
from tests.portal.workshop.conftest import ACCOUNTANT, MANAGER, NOW, SignIn, Workshop
from tests.portal.workshop.test_signing import scan

CHECK = "facturation/emission/controle/"


@pytest.fixture
def debited(workshop: Workshop, pines: Customer) -> Contract:
    """Signed and debited, as an import or a program leaves it."""
    with open_scope(workshop.provider.id):
        return a_signed_contract(
            pines,
            signed_on=date(2026, 2, 10),
            cadence="quarterly",
            payment_method="direct_debit",
            annual_price="1200.00",
        )


def address(workshop: Workshop, contract: Contract) -> str:
    return workshop.at(f"contrats/{contract.pk}/mandat/")


def send(client: Client, workshop: Workshop, contract: Contract, **changes: Any) -> Any:
    values = {"mandate": scan("mandat.pdf"), "mandate_reference": "RUM-2026-7", **changes}
    return client.post(address(workshop, contract), values)


def test_the_run_and_the_contract_ask_for_it_until_it_is_kept(
    workshop: Workshop, owner: Client, debited: Contract
) -> None:
    here, page = address(workshop, debited), workshop.at(f"contrats/{debited.pk}/")
    for place in (workshop.at(CHECK), page):
        assert here in owner.get(place).content.decode()
    assert "prélèvement sans mandat" in owner.get(workshop.at(CHECK)).content.decode()
    assert send(owner, workshop, debited)["Location"] == page
    for place in (workshop.at(CHECK), page):
        assert here not in owner.get(place).content.decode()
    with open_scope(workshop.provider.id):
        kept = ContractDocument.objects.get(contract=debited, kind="mandate")
        debited.refresh_from_db()
        act = AuditEntry.objects.get(act="mandate.kept")
    assert (kept.name, debited.settings["mandate_reference"]) == ("mandat.pdf", "RUM-2026-7")
    assert act.customer_id == debited.customer_id
    assert "mandat.pdf" in owner.get(page).content.decode()


def test_a_transfer_asks_for_none(workshop: Workshop, owner: Client, pines: Customer) -> None:
    with open_scope(workshop.provider.id):
        paid = a_signed_contract(pines, signed_on=date(2026, 2, 10), payment_method="bank_transfer")
    here, page = address(workshop, paid), workshop.at(f"contrats/{paid.pk}/")
    for place in (workshop.at(CHECK), page):
        assert here not in owner.get(place).content.decode()
    answer = send(owner, workshop, paid)
    assert answer["Location"] == page
    assert "n’en a pas besoin" in owner.get(page).content.decode()
    with open_scope(workshop.provider.id):
        assert not ContractDocument.objects.filter(contract=paid, kind="mandate").exists()


def test_it_is_kept_once(workshop: Workshop, owner: Client, debited: Contract) -> None:
    send(owner, workshop, debited)
    again = send(owner, workshop, debited, mandate=scan("autre.pdf", TINY_PDF + b"\n"))
    assert again["Location"] == workshop.at(f"contrats/{debited.pk}/")
    with open_scope(workshop.provider.id):
        assert ContractDocument.objects.get(contract=debited, kind="mandate").name == "mandat.pdf"
        with pytest.raises(MandateKeptBefore):
            keep_mandate(
                contract_id=debited.pk, scan=Scan("m.pdf", TINY_PDF), reference="R", at=NOW
            )


@pytest.mark.parametrize(
    "changes", [{"mandate": ""}, {"mandate_reference": ""}, {"mandate": scan("x.pdf", b"no pdf")}]
)
def test_what_is_no_mandate_is_refused(
    workshop: Workshop, owner: Client, debited: Contract, changes: dict[str, Any]
) -> None:
    assert send(owner, workshop, debited, **changes).status_code == 422
    with open_scope(workshop.provider.id):
        assert not ContractDocument.objects.filter(kind="mandate").exists()


def test_a_contract_that_waits_for_its_signature_takes_it_there(
    workshop: Workshop, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        waiting = a_prepared_contract(
            pines, starts_on=date(2026, 7, 1), payment_method="direct_debit"
        )
        with pytest.raises(MandateNotNeeded):
            keep_mandate(
                contract_id=waiting.pk, scan=Scan("m.pdf", TINY_PDF), reference="R", at=NOW
            )


def test_who_may_keep_it(
    workshop: Workshop, sign_in: SignIn, debited: Contract, stranger: Client
) -> None:
    assert sign_in(ACCOUNTANT).get(address(workshop, debited)).status_code == 403
    assert stranger.get(address(workshop, debited)).status_code == 404
    assert send(sign_in(MANAGER), workshop, debited).status_code == 303
