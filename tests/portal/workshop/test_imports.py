"""The pages of imports: sent, mapped, checked, imported, undone; the refused rows sent again."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from imports.enums import ImportState
from imports.kinds import KINDS
from imports.models import Import
from providers.enums import Role
from providers.models import Customer, Job
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
)

TEXT = """Clients de la maison;;;
Raison sociale;SIREN;CP;Ville
Cabinet des Mimosas;910000017;83480;Puget
=HYPERLINK("http://x");;83480;Fréjus
Maison du Port;910000018;97490;Saint-Denis
"""


def send(client: Client, workshop: Workshop, text: str = TEXT, name: str = "clients.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(workshop.at("imports/nouveau/"), {"kind": "customers", "file": file})


def latest(workshop: Workshop) -> Import:
    with open_scope(workshop.provider.id):
        return Import.objects.latest("id")


def work(workshop: Workshop) -> None:
    """What the worker would do by itself."""
    with open_scope(workshop.provider.id):
        ids = list(Job.objects.all().open().values_list("id", flat=True))
    for job_id in ids:
        run_job(provider_id=workshop.provider.id, job_id=job_id, now=lambda: NOW)


def columns(client: Client, workshop: Workshop, **changes: str) -> Any:
    """The form of the columns sent back as it was drawn."""
    address = workshop.at(f"imports/{latest(workshop).pk}/colonnes/")
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in (values | changes).items() if value is not None}
    return client.post(address, sent)


def checked(client: Client, workshop: Workshop, text: str = TEXT) -> str:
    assert send(client, workshop, text).status_code == 303
    answer = columns(client, workshop)
    assert answer.status_code == 303
    work(workshop)
    return str(answer["Location"])


def file_of(client: Client, address: str) -> bytes:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def sheet_of(client: Client, address: str) -> Any:
    return load_workbook(io.BytesIO(file_of(client, address))).worksheets[0]


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 303), (MANAGER, 303), (ACCOUNTANT, 403), (TECHNICIAN, 403)]
)
def test_who_may_import(workshop: Workshop, sign_in: SignIn, role: Role, status: int) -> None:
    assert send(sign_in(role), workshop).status_code == status


def test_a_file_is_read_with_its_head_and_its_columns_guessed(
    workshop: Workshop, owner: Client
) -> None:
    assert send(owner, workshop)["Location"].endswith("/colonnes/")
    found = latest(workshop)
    assert (found.head, found.mapping) == (2, {"name": 0, "siren": 1, "postal_code": 2, "city": 3})
    page = owner.get(workshop.at(f"imports/{found.pk}/colonnes/")).content.decode()
    assert "Cabinet des Mimosas" in page
    other = owner.get(workshop.at(f"imports/{found.pk}/colonnes/"), {"head": "3"})
    assert other.context["form"]["head"].value() == 3
    assert other.context["form"]["siren"].value() == ""


def test_from_the_file_to_the_rows_and_back(workshop: Workshop, owner: Client) -> None:
    address = checked(owner, workshop)
    page = owner.get(address)
    text = page.content.decode()
    assert [fact.value for fact in page.context["counts"]] == [2, 0, 0, 1]
    assert "B5" in text
    assert "910000018" in text
    with open_scope(workshop.provider.id):
        assert Customer.objects.count() == 0
    seen = re.search(r'name="seen" value="(\d+)"', text)
    assert seen
    for _click in range(2):
        assert owner.post(f"{address}importer/", {"seen": seen[1]}).status_code == 303
    work(workshop)
    with open_scope(workshop.provider.id):
        assert Customer.objects.count() == 2
    assert latest(workshop).state == ImportState.COMMITTED
    assert owner.get(f"{address}annuler/").status_code == 200
    assert owner.post(f"{address}annuler/").status_code == 303
    work(workshop)
    with open_scope(workshop.provider.id):
        assert Customer.objects.count() == 0
    log = owner.get(workshop.at("imports/")).content.decode()
    assert "clients.csv" in log


def test_refused_rows_go_out_with_their_reason_and_come_back(
    workshop: Workshop, owner: Client
) -> None:
    address = checked(owner, workshop)
    sent = file_of(owner, f"{address}refus.csv").decode("utf-8-sig")
    lines = sent.splitlines()
    assert len(lines) == 2
    assert "SIREN" in lines[1].split(";")[-1]
    mended = sent.replace("910000018", "910000025")
    again = owner.get(checked(owner, workshop, mended))
    assert [fact.value for fact in again.context["counts"]] == [1, 0, 0, 0]
    assert sheet_of(owner, f"{address}refus.xlsx").max_row == 2


def test_a_formula_comes_in_and_goes_out_as_text(workshop: Workshop, owner: Client) -> None:
    """T32: what a hostile cell says is a name like any other, and no spreadsheet runs it."""
    address = checked(owner, workshop, TEXT.replace(";;83480;Fréjus", ";12;83480;Fréjus"))
    sent = file_of(owner, f"{address}refus.csv").decode("utf-8-sig")
    assert "'=HYPERLINK" in sent
    sheet = sheet_of(owner, f"{address}refus.xlsx")
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_comes_back_with_every_column_found(
    workshop: Workshop, owner: Client, code: str, form: str
) -> None:
    content = file_of(owner, workshop.at(f"imports/modeles/{code}.{form}"))
    file = SimpleUploadedFile(f"modele.{form}", content)
    answer = owner.post(workshop.at("imports/nouveau/"), {"kind": code, "file": file})
    assert answer.status_code == 303
    mapping = latest(workshop).mapping
    assert mapping == {column: place for place, column in enumerate(KINDS[code].by_code)}


def test_a_template_of_nothing_does_not_exist(workshop: Workshop, owner: Client) -> None:
    assert owner.get(workshop.at("imports/modeles/rien.csv")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"), [({"city": "0"}, "city"), ({"city": "99"}, "city"), ({"head": "0"}, None)]
)
def test_a_bad_choice_of_columns_is_said_at_its_field(
    workshop: Workshop, owner: Client, changes: dict[str, str], field: str | None
) -> None:
    send(owner, workshop)
    answer = columns(owner, workshop, **changes)
    assert answer.status_code == 422
    if field:
        assert field in answer.context["form"].errors


@pytest.mark.parametrize(
    "content",
    ["", "<html><script>alert(1)</script>", 'Nom;Ville\n"A;B\n', "Nom;Ville\n" + "a;b\n" * 20_001],
)
def test_a_bad_file_is_refused_at_its_field(
    workshop: Workshop, owner: Client, content: str
) -> None:
    answer = send(owner, workshop, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"file"}


def test_an_import_of_another_house_does_not_exist(
    workshop: Workshop, owner: Client, stranger: Client, neighbour: Workshop
) -> None:
    checked(owner, workshop)
    found = latest(workshop)
    for path in ("", "colonnes/", "annuler/", "refus.csv", "refus.xlsx"):
        assert stranger.get(neighbour.at(f"imports/{found.pk}/{path}")).status_code == 404
    for path in ("controle/", "importer/"):
        assert stranger.post(neighbour.at(f"imports/{found.pk}/{path}")).status_code == 404


def test_the_customers_lead_to_the_imports(workshop: Workshop, owner: Client) -> None:
    page = owner.get(workshop.at("clients/")).content.decode()
    assert page.count(workshop.at("imports/nouveau/")) == 2
    assert workshop.at("imports/nouveau/") in owner.get(workshop.at("demarrage/")).content.decode()
