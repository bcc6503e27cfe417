"""Every hostile file through every real door (T30): none runs, is shown, or breaks a page."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from PIL import Image, ImageFile

from contracts.enums import ContractStatus
from contracts.models import Contract, ContractDocument
from imports.models import Import
from providers.models import ProviderProfile
from providers.scoping import open_scope
from tests.factories import a_customer, a_prepared_contract
from tests.portal.workshop.conftest import NOW, OWNER, Workshop, a_workshop
from tests.uploads.corpus import LOGO, SCAN, TABLE, Case, cases

CASES = list(cases())
BOUNDARY = "tilleuls"
MOST_MEMORY = 256 * 1024  # kilobytes
SIGNATURE = {
    "signed_on": "2026-06-12", "signed_by": "Dr Camille Exemple", "signature_way": "HANDWRITTEN",
    "signed_at": "client", "headcount": "4", "is_main_activity": "no",
    "is_early_start_requested": "yes",
}  # fmt: skip


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Path) -> Any:
    """A house whose files, if any were ever written, would be found in one folder."""
    settings.MEDIA_ROOT = tmp_path / "store"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "waiting")
    (tmp_path / "waiting").mkdir()
    with time_machine.travel(NOW, tick=False):
        yield a_workshop("essai-depots")


def sent(client: Client, address: str, field: str, case: Case, **values: str) -> Any:
    """The form as bytes: a test client would tidy the name before it is sent."""
    body = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    )
    head = f'Content-Disposition: form-data; name="{field}"; filename="{case.name}"'
    body += f"--{BOUNDARY}\r\n{head}\r\nContent-Type: text/html\r\n\r\n".encode()
    body += case.content + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return client.generic("POST", address, body, content_type=kind)


def send_logo(house: Workshop, client: Client, case: Case) -> Any:
    """The brand's form as it is now: it carries the version that it shows."""
    address = house.at("reglages/marque/")
    page: Any = client.get(address)
    version = page.context["form"]["version"].value()
    values = {"trade_name": "M", "brand_color": "#0b5a8f", "version": version}
    return sent(client, address, "logo", case, **values)


def is_harmless(answer: Any) -> bool:
    """Sent to be kept, never to be opened on this site's behalf."""
    return (
        answer.status_code == 200
        and answer["Content-Disposition"].startswith("attachment")
        and answer["X-Content-Type-Options"] == "nosniff"
        and answer["Content-Security-Policy"].startswith("sandbox")
        and "html" not in answer["Content-Type"]
        and "svg" not in answer["Content-Type"]
        and "\n" not in answer["Content-Disposition"]
    )


def most_memory() -> int:
    """The most this process held since `forget_most_memory`, in kilobytes."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def forget_most_memory() -> int:
    """Else what an earlier test took would hide what this one takes; what is held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return most_memory()


def check(house: Workshop, tmp_path: Path, ask: Any) -> None:
    """Each case by one route: never an error, kept where it may be and nowhere else."""
    client, before = house.client(OWNER), forget_most_memory()
    wrong = {}
    for case in CASES:
        answer, is_kept, is_wanted = ask(client, case)
        if answer.status_code >= 500 or is_kept != is_wanted:
            wrong[case.told] = (answer.status_code, is_kept)
    assert wrong == {}
    assert most_memory() - before < MOST_MEMORY
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_no_case_gets_through_the_logo(house: Workshop, tmp_path: Path) -> None:
    def ask(client: Client, case: Case) -> tuple[Any, bool, bool]:
        with open_scope(house.provider.id):
            ProviderProfile.objects.update(logo=None)
        answer = send_logo(house, client, case)
        shown = client.get(house.at("reglages/marque/logo.png"))
        assert shown.status_code == 404 or is_harmless(shown)
        # A form without a logo is a form all the same: an empty name is no file.
        return answer, shown.status_code == 200, LOGO in case.taken

    check(house, tmp_path, ask)


def test_a_picture_cut_short_is_refused_whatever_another_library_asked(
    house: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    case = next(case for case in CASES if case.told == "picture cut short")
    assert send_logo(house, house.client(OWNER), case).status_code == 422


def test_no_case_gets_through_the_signed_contract(house: Workshop, tmp_path: Path) -> None:
    with open_scope(house.provider.id):
        customer = a_customer()

    def waiting() -> Contract:
        with open_scope(house.provider.id):
            found = Contract.objects.filter(status=ContractStatus.PREPARED).first()
            return found or a_prepared_contract(
                customer, starts_on=date(2026, 7, 1), payment_method="bank_transfer"
            )

    def ask(client: Client, case: Case) -> tuple[Any, bool, bool]:
        address = house.at(f"contrats/{waiting().pk}/signer/")
        answer = sent(client, address, "signed_contract", case, **SIGNATURE)
        with open_scope(house.provider.id):
            kept = ContractDocument.objects.order_by("-id").first()
        if answer.status_code == 303:
            assert kept is not None
            assert is_harmless(client.get(house.at(f"documents/{kept.pk}/")))
            assert len(kept.name) <= 120
            assert not set(kept.name) & set("/\\\0\r\n\u202e")
        return answer, answer.status_code == 303, SCAN in case.taken

    check(house, tmp_path, ask)


def test_no_case_gets_through_the_imports(house: Workshop, tmp_path: Path) -> None:
    def ask(client: Client, case: Case) -> tuple[Any, bool, bool]:
        answer = sent(client, house.at("imports/nouveau/"), "file", case, kind="customers")
        if answer.status_code == 303:
            page = client.get(answer["Location"])
            assert page.status_code == 200
            assert b"<script>alert(1)" not in page.content
        return answer, answer.status_code == 303, TABLE in case.taken

    check(house, tmp_path, ask)
    with open_scope(house.provider.id):
        assert Import.objects.count() == sum(TABLE in case.taken for case in CASES)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    assert len({case.told for case in CASES}) == len(CASES)


@pytest.mark.parametrize("count", [11, 1000])
def test_many_files_at_once_are_refused(house: Workshop, count: int) -> None:
    head = 'Content-Disposition: form-data; name="file{0}"; filename="a.csv"'
    parts = [f"--{BOUNDARY}\r\n{head.format(n)}\r\n\r\nNom\r\n".encode() for n in range(count)]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = house.client(OWNER).generic("POST", house.at("imports/nouveau/"), body, kind)
    assert answer.status_code == 400


def test_a_body_beyond_any_file_is_refused_before_it_is_read(house: Workshop) -> None:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = house.client(OWNER).generic(
        "POST", house.at("imports/nouveau/"), bytes(25 * 1024 * 1024), kind
    )
    assert answer.status_code == 400


def test_a_file_is_given_whole_whatever_range_is_asked_for(house: Workshop) -> None:
    case = next(case for case in CASES if case.told == "polyglot: PDF and page")
    document = signed(house, case)
    answer = house.client(OWNER).get(
        house.at(f"documents/{document.pk}/"), headers={"range": "bytes=9-60"}
    )
    assert is_harmless(answer)
    assert answer.content == case.content


def test_two_files_of_one_name_are_two_files(house: Workshop) -> None:
    first, second = (
        case for case in CASES if case.told in ("name: plain", "polyglot: PDF and page")
    )
    kept = [signed(house, case) for case in (first, second)]
    client = house.client(OWNER)
    found = [client.get(house.at(f"documents/{each.pk}/")).content for each in kept]
    assert found == [first.content, second.content]


def test_a_file_of_another_house_does_not_exist(house: Workshop) -> None:
    document = signed(house, next(case for case in CASES if case.told == "name: plain"))
    stranger = a_workshop("voisin-depots")
    answer = stranger.client(OWNER).get(stranger.at(f"documents/{document.pk}/"))
    assert answer.status_code == 404
    assert stranger.client(OWNER).get(house.at(f"documents/{document.pk}/")).status_code == 404


def signed(house: Workshop, case: Case) -> ContractDocument:
    with open_scope(house.provider.id):
        contract = a_prepared_contract(
            a_customer(), starts_on=date(2026, 7, 1), payment_method="bank_transfer"
        )
    address = house.at(f"contrats/{contract.pk}/signer/")
    answer = sent(house.client(OWNER), address, "signed_contract", case, **SIGNATURE)
    assert answer.status_code == 303
    with open_scope(house.provider.id):
        return ContractDocument.objects.get(contract=contract)


@pytest.mark.parametrize(
    "told", ["polyglot: picture, then page", "polyglot: picture, then archive"]
)
def test_a_kept_picture_is_drawn_anew(house: Workshop, told: str) -> None:
    """Nothing that rode along in it is left, neither in a signed scan nor in a logo."""
    case = next(case for case in CASES if case.told == told)
    document = signed(house, case)
    client = house.client(OWNER)
    send_logo(house, client, case)
    kept = [
        client.get(house.at(path)).content
        for path in (f"documents/{document.pk}/", "reglages/marque/logo.png")
    ]
    for content in kept:
        assert Image.open(io.BytesIO(content)).size == (3, 2)
        assert b"<script" not in content
        assert b"xl/workbook" not in content
