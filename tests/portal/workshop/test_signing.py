"""From an offer to a signed contract: what is asked, what is refused, what is kept."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from contracts.enums import ContractStatus
from contracts.models import Contract, ContractDocument
from contracts.operations.scans import LARGEST_BYTES
from contracts.queries import prices_in_force
from providers.enums import Role
from providers.models import Customer
from providers.scoping import open_scope
from tests.factories import TINY_PDF, a_customer, a_prepared_contract
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    a_workshop,
)

CHOICES = {
    "starts_on": "2026-07-01",
    "annual_price": "1 200,00",
    "cadence": "quarterly",
    "payment_method": "direct_debit",
}
SIGNED = {
    "signed_on": "2026-06-12",
    "signed_by": "Dr Camille Exemple",
    "signature_way": "HANDWRITTEN",
    "signed_at": "client",
    "headcount": "4",
    "is_main_activity": "no",
    "is_early_start_requested": "yes",
    "mandate_reference": "RUM-2026-7",
}


def scan(name: str = "contrat signé.pdf", content: bytes = TINY_PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(form: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(written, form)
    return written.getvalue()


def new_address(workshop: Workshop, customer: Customer, offer: str = "maintenance") -> str:
    return workshop.at(f"clients/{customer.pk}/contrat/{offer}/")


@pytest.fixture
def waiting(workshop: Workshop, pines: Customer) -> Contract:
    with open_scope(workshop.provider.id):
        return a_prepared_contract(pines, starts_on=date(2026, 7, 1))


def sign(client: Client, workshop: Workshop, contract: Contract, **changes: Any) -> Any:
    files = {"signed_contract": scan(), "mandate": scan("mandat.pdf")}
    values = {**SIGNED, **files, **changes}
    sent = {name: value for name, value in values.items() if value is not None}
    return client.post(workshop.at(f"contrats/{contract.pk}/signer/"), sent)


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 303), (MANAGER, 303), (ACCOUNTANT, 403), (TECHNICIAN, 403)]
)
def test_who_may_prepare_a_contract(
    workshop: Workshop, sign_in: SignIn, pines: Customer, role: Role, status: int
) -> None:
    answer = sign_in(role).post(new_address(workshop, pines), CHOICES)
    assert answer.status_code == status
    with open_scope(workshop.provider.id):
        assert Contract.objects.count() == (1 if status == 303 else 0)


def test_a_contract_is_prepared_in_six_fields_at_most(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    start = owner.get(workshop.at("contrats/nouveau/"), {"customer": str(pines.pk)})
    assert new_address(workshop, pines) in start.content.decode()
    form: Any = owner.get(new_address(workshop, pines))
    assert len(form.context["form"].visible_fields()) <= 6
    answer = owner.post(new_address(workshop, pines), CHOICES)
    with open_scope(workshop.provider.id):
        made = Contract.objects.get(customer=pines)
    assert answer["Location"] == workshop.at(f"contrats/{made.pk}/")
    assert (made.status, made.cadence) == (ContractStatus.PREPARED, "quarterly")
    page = owner.get(answer["Location"]).content.decode()
    assert "1\u00a0200,00" in page


@pytest.mark.parametrize("preset", ["reunion-informatique", "si-sante", "integral-micro"])
def test_every_preset_is_prepared_in_six_fields_at_most(db: None, preset: str) -> None:
    house = a_workshop("autre-atelier", preset)
    client = house.client(OWNER)
    with open_scope(house.provider.id):
        customer = a_customer()
    offers: Any = client.get(house.at("contrats/nouveau/"), {"customer": str(customer.pk)})
    for row in offers.context["table"].rows:
        form: Any = client.get(row.cells[0].main.url)
        assert form.status_code == 200
        assert len(form.context["form"].visible_fields()) <= 6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_on", "1999-12-31"),
        ("starts_on", "2100-01-01"),
        ("starts_on", "demain"),
        ("annual_price", "-1"),
        ("annual_price", "12,345"),
        ("annual_price", "cher"),
        ("cadence", "half-yearly"),
        ("payment_method", "barter"),
        ("options", "unknown"),
    ],
)
def test_a_bad_choice_is_said_at_its_field_and_nothing_is_written(
    workshop: Workshop, owner: Client, pines: Customer, field: str, value: str
) -> None:
    answer: Any = owner.post(new_address(workshop, pines), {**CHOICES, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    with open_scope(workshop.provider.id):
        assert not Contract.objects.exists()


def test_a_price_including_vat_without_exact_net_is_refused_with_its_neighbours(db: None) -> None:
    """P6: 330.03 at 20 % has no net amount in cents."""
    house = a_workshop("accompagnement", "si-sante")
    with open_scope(house.provider.id):
        customer = a_customer()
    values = {**CHOICES, "annual_price": "330,03", "cadence": "yearly"}
    answer: Any = house.client(OWNER).post(
        new_address(house, customer, "support"), {**values, "payment_method": "bank_transfer"}
    )
    assert answer.status_code == 422
    message = str(answer.context["form"].errors["annual_price"])
    assert "330,02" in message
    assert "330,04" in message


def test_an_offer_or_customer_that_is_not_there_is_not_found(
    workshop: Workshop, neighbour: Workshop, owner: Client, stranger: Client, pines: Customer
) -> None:
    assert owner.get(new_address(workshop, pines, "nothing")).status_code == 404
    assert stranger.get(new_address(neighbour, pines)).status_code == 404
    answer = stranger.get(neighbour.at("contrats/nouveau/"), {"customer": str(pines.pk)})
    assert answer.status_code == 404


def test_the_signature_is_recorded_with_its_files(
    workshop: Workshop, owner: Client, waiting: Contract
) -> None:
    """D16: at the practice, four employees, outside its activity: nothing due before day eight."""
    answer = sign(owner, workshop, waiting)
    assert answer.status_code == 303
    with open_scope(workshop.provider.id):
        waiting.refresh_from_db()
        files = {row.kind: row.name for row in ContractDocument.objects.order_by("id")}
        lines = prices_in_force([waiting.pk], date(2026, 7, 1))[waiting.pk]
    assert waiting.status == ContractStatus.SIGNED
    assert (waiting.headcount, waiting.is_main_activity) == (4, False)
    assert waiting.is_early_start_requested
    assert waiting.earliest_due_date == date(2026, 6, 20)
    assert files == {"signed_contract": "contrat signé.pdf", "mandate": "mandat.pdf"}
    assert [line.annual_price for line in lines] == [Decimal("1200.00")]
    again = sign(owner, workshop, waiting)
    assert again.status_code == 422
    assert again.context["form"].non_field_errors()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("signed_on", "1999-12-31"),
        ("signed_on", "2026-06-16"),
        ("signed_on", ""),
        ("signed_by", ""),
        ("signed_at", "moon"),
        ("headcount", "-1"),
        ("headcount", "few"),
        ("is_main_activity", None),
        ("is_early_start_requested", None),
        ("mandate_reference", None),
        ("signed_contract", None),
        ("mandate", None),
    ],
)
def test_a_bad_answer_is_said_at_its_field_and_nothing_is_signed(
    workshop: Workshop, owner: Client, waiting: Contract, field: str, value: str | None
) -> None:
    answer = sign(owner, workshop, waiting, **{field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    with open_scope(workshop.provider.id):
        waiting.refresh_from_db()
        assert not ContractDocument.objects.exists()
    assert waiting.status == ContractStatus.PREPARED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("contrat.pdf", b"<html><script>alert(1)</script>"),
        ("contrat.pdf", b""),
        ("contrat.pdf", b"%PDF-1.4 cut short"),
        ("contrat.png", TINY_PDF),
        ("contrat.pdf.exe", TINY_PDF),
        ("contrat.svg", b"<svg onload='x()'/>"),
        ("contrat.png", b"\x89PNG\r\n\x1a\n broken"),
        ("contrat.jpg", picture("PNG")),
        ("contrat", TINY_PDF),
        ("contrat.pdf", b"%PDF-1.4" + bytes(LARGEST_BYTES) + b"%%EOF"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(
    workshop: Workshop, owner: Client, waiting: Contract, name: str, content: bytes
) -> None:
    answer = sign(owner, workshop, waiting, signed_contract=scan(name, content))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"signed_contract"}
    with open_scope(workshop.provider.id):
        assert not ContractDocument.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept", "content"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf", TINY_PDF),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf", TINY_PDF),
        ("photo.PNG", "photo.PNG", picture("PNG")),
        ("photo.jpeg", "photo.jpeg", picture("JPEG")),
        (f"{'x' * 200}.pdf", f"{'x' * 116}.pdf", TINY_PDF),
    ],
)
def test_a_name_is_made_harmless(
    workshop: Workshop, owner: Client, waiting: Contract, name: str, kept: str, content: bytes
) -> None:
    assert sign(owner, workshop, waiting, signed_contract=scan(name, content)).status_code == 303
    with open_scope(workshop.provider.id):
        document = ContractDocument.objects.get(kind="signed_contract")
    assert document.name == kept
    answer = owner.get(workshop.at(f"documents/{document.pk}/"))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer["Content-Disposition"]


def test_no_contract_is_signed_on_a_sample_price(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    values = {**CHOICES, "annual_price": ""}
    assert owner.post(new_address(workshop, pines), values).status_code == 303
    with open_scope(workshop.provider.id):
        made = Contract.objects.get()
    answer = sign(owner, workshop, made)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    page = owner.get(workshop.at(f"contrats/{made.pk}/")).content.decode()
    assert workshop.at("offres/") in page


def test_a_contract_that_was_never_signed_is_abandoned(
    workshop: Workshop, owner: Client, waiting: Contract
) -> None:
    here = workshop.at(f"contrats/{waiting.pk}/abandonner/")
    assert owner.post(here).status_code == 303
    with open_scope(workshop.provider.id):
        waiting.refresh_from_db()
    assert waiting.status == ContractStatus.WITHDRAWN
    assert owner.post(here).status_code == 422
