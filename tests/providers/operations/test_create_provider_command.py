import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from providers.enums import Role
from providers.models import Membership, Provider
from providers.queries import legal_identity_on, profile
from providers.scoping import open_scope
from tests.factories import a_siren, vat_number_of

pytestmark = pytest.mark.django_db


def identity(**given: str) -> list[str]:
    siren = a_siren()
    known = {
        "legal-name": "Atelier des Tilleuls",
        "siren": siren,
        "vat-number": vat_number_of(siren),
        "street": "3 impasse des Tilleuls",
        "postal-code": "83480",
        "city": "Puget-sur-Argens",
        "valid-from": "2026-01-01",
    }
    return [f"--{name}={value}" for name, value in (known | given).items()]


def run(*arguments: str) -> dict[str, Any]:
    output = StringIO()
    call_command("create_provider", *arguments, "--format=json", stdout=output)
    made: dict[str, Any] = json.loads(output.getvalue())
    return made


def test_a_preset_becomes_a_provider_that_sells_with_an_owner() -> None:
    made = run(
        "ocean",
        "--preset=reunion-informatique",
        "--owner-email=camille@portal.example",
        "--owner-name=Camille Exemple",
        "--invoice-prefix=FA",
        "--legal-form=SARL",
        "--share-capital=7500.00",
        "--rcs-city=Saint-Denis",
        *identity(),
    )

    provider = Provider.objects.get(slug="ocean")
    assert made == {
        "id": str(provider.id),
        "slug": "ocean",
        "zone": "Indian/Reunion",
        "preset": "reunion-informatique",
        "offers": ["CMP0", "CMP1", "CMP3"],
        "owner": "camille@portal.example",
    }
    assert Membership.objects.get().role == Role.OWNER
    with open_scope(provider.id):
        assert profile().invoice_prefix == "FA"
        assert legal_identity_on(date(2026, 1, 1)).rcs_city == "Saint-Denis"


def test_a_blank_provider_starts_today_when_no_day_is_given() -> None:
    arguments = [a for a in identity() if not a.startswith("--valid-from")]

    made = run("vide", "--blank", "--zone=Europe/Paris", "--sole-trader", *arguments)

    assert made["offers"] == []
    with open_scope(Provider.objects.get().id):
        assert legal_identity_on(date(2099, 1, 1)).is_sole_trader


def test_the_text_says_the_same() -> None:
    output = StringIO()
    call_command(
        "create_provider", "vide", "--blank", "--zone=Europe/Paris", *identity(), stdout=output
    )

    assert "slug: vide" in output.getvalue()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--blank"], "zone: "),
        (["--blank", "--zone=Europe/Atlantis"], "zone: "),
        (["--preset=si-sante", "--siren=732829321"], "siren: "),
        (["--preset=si-sante", "--credit-note-prefix=F"], "invoice_prefix: "),
        (["--preset=si-sante", "--valid-from=1999-01-01"], "valid_from: "),
        (["--preset=si-sante", "--owner-email=nobody"], "email: "),
    ],
)
def test_a_refusal_names_the_field_exits_one_and_writes_nothing(
    arguments: list[str], said: str
) -> None:
    with pytest.raises(CommandError) as error:
        run("refuse", *identity(), *arguments)

    assert str(error.value).startswith(said)
    assert error.value.returncode == 1
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--preset=unknown"],
        ["--preset=si-sante", "--blank"],
        ["--preset=si-sante", "--valid-from=1er janvier"],
        ["--preset=si-sante", "--share-capital=beaucoup"],
    ],
)
def test_wrong_arguments_are_usage_errors(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run("refuse", *identity(), *arguments)

    assert not Provider.objects.exists()
