"""The pages of imports: sent, mapped, checked, imported, undone; the refused rows sent again."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from contracts.models import Offer
from imports.enums import ImportState
from imports.kinds import KINDS
from imports.models import Import
from imports.operations.forgetting import KEPT, erase_old_values
from providers.enums import Role
from providers.models import Customer, Job
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.factories import a_customer
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


COMPLETE = "Nom;SIREN;Rue;CP;Ville\nCabinet des Mimosas;910000017;1 rue des Pins;83480;Puget\n"


def imported(client: Client, workshop: Workshop, text: str) -> str:
    address = checked(client, workshop, text)
    client.post(f"{address}importer/", {"seen": latest(workshop).checks})
    work(workshop)
    assert latest(workshop).state == ImportState.COMMITTED
    return address


def test_an_import_leads_to_what_it_made(workshop: Workshop, owner: Client) -> None:
    with open_scope(workshop.provider.id):
        older = a_customer("Cabinet des Glycines")
    address = checked(owner, workshop)
    assert "/clients/0" not in owner.get(address).content.decode()
    address = imported(owner, workshop, TEXT)
    with open_scope(workshop.provider.id):
        made = list(Customer.objects.exclude(pk=older.pk).values_list("id", flat=True))
    text = owner.get(address).content.decode()
    assert len(made) == 2
    assert all(f'href="{workshop.at(f"clients/{one}/")}"' in text for one in made)
    newest = workshop.at("clients/?sort=-created")
    assert newest in text
    listed = owner.get(newest).context["table"].rows
    assert [row.choice for row in listed][-1] == str(older.pk)
    assert len(listed) == 3


@pytest.mark.parametrize(
    ("kind", "text", "page"),
    [
        ("contacts", "Client;Nom\nCabinet des Mimosas;Dr Alix Exemple\n", "contacts/"),
        ("equipment", "Client;Nom;Type\nCabinet des Mimosas;Serveur 1;serveur\n", "materiel/"),
        (
            "contracts",
            "Référence;Client;Offre;Début\nC-1;Cabinet des Mimosas;{offer};01/07/2026\n",
            "contrats/",
        ),
    ],
)
def test_every_kind_leads_to_its_pages(
    workshop: Workshop, owner: Client, offer: Offer, kind: str, text: str, page: str
) -> None:
    imported(owner, workshop, COMPLETE)
    file = SimpleUploadedFile("suite.csv", text.format(offer=offer.code).encode())
    owner.post(workshop.at("imports/nouveau/"), {"kind": kind, "file": file})
    address = str(columns(owner, workshop)["Location"])
    work(workshop)
    owner.post(f"{address}importer/", {"seen": latest(workshop).checks})
    work(workshop)
    with open_scope(workshop.provider.id):
        made = latest(workshop).rows.get().subject_id
    there = workshop.at(f"{page}{made}/")
    assert f'href="{there}"' in owner.get(address).content.decode()
    assert owner.get(there).status_code == 200


def test_an_undone_import_leads_nowhere(workshop: Workshop, owner: Client) -> None:
    address = imported(owner, workshop, COMPLETE)
    owner.post(f"{address}annuler/")
    work(workshop)
    page = owner.get(address)
    assert page.status_code == 200
    assert page.context["changes_list"] is None
    assert "/clients/0" not in page.content.decode()


@pytest.mark.parametrize(
    ("language", "said", "missing"),
    [
        ("fr", "ce client ne peut pas être facturé", "À renseigner avant de pouvoir facturer"),
        ("en", "this customer cannot be invoiced", "Missing before an invoice can be issued"),
    ],
)
def test_a_customer_half_named_is_told_before_and_after(
    workshop: Workshop, owner: Client, language: str, said: str, missing: str
) -> None:
    owner.post("/langue/", {"language": language})
    address = imported(owner, workshop, COMPLETE + "Maison du Port;;2 quai;83600;Fréjus\n")
    text = owner.get(address).content.decode()
    assert "B3" in text
    assert said in text
    listed = owner.get(workshop.at("clients/?status=incomplete")).content.decode()
    assert "Maison du Port" in listed
    assert "Cabinet des Mimosas" not in listed
    with open_scope(workshop.provider.id):
        whole, half = Customer.objects.order_by("sort_key")
    page = owner.get(workshop.at(f"clients/{half.pk}/")).content.decode()
    assert missing in page
    assert "SIREN" in page
    assert missing not in owner.get(workshop.at(f"clients/{whole.pk}/")).content.decode()


def test_past_its_days_an_import_tells_its_counts_alone(workshop: Workshop, owner: Client) -> None:
    address = imported(owner, workshop, COMPLETE)
    with open_scope(workshop.provider.id):
        assert erase_old_values(at=NOW + KEPT + timedelta(days=1)) == 1
    page = owner.get(address)
    assert [fact.value for fact in page.context["counts"]] == [1, 0, 0, 0]
    assert "1 rue des Pins" not in page.content.decode()
    for gone in ("colonnes/", "refus.csv", "refus.xlsx"):
        assert owner.get(f"{address}{gone}").status_code == 404
    assert owner.post(f"{address}controle/").status_code == 303
    assert owner.post(f"{address}annuler/").status_code == 422
    assert latest(workshop).state == ImportState.COMMITTED
