"""Scenario files replayed through the product's own operations and daily run."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from providers.models import Provider
from scenarios.replay import replay
from scenarios.rules.file import Scenario, ScenarioRefused, read_scenario

HERE = Path(__file__).parent
OWN = sorted((HERE / "own").glob("*.yaml"))
WHOLE = ("mis-quarterly", "reunion-cmp3-civil-year")
SHARED = [HERE / f"{name}.yaml" for name in WHOLE]
# Scenarios that wait for a capability: the event that is missing, and its rule.
WAITING = {
    "integral-micro-half-yearly": ("amend", "P4"),
    "mis-amicable-end": ("early_termination", "D7"),
    "mis-notice-in-time": ("notice", "D5"),
    "mis-notice-late": ("notice", "D5"),
    "reunion-cessation": ("cessation", "D6"),
    "si-sante-own-name-unpaid": ("intervention", "I1-I19"),
    "si-sante-pack": ("intervention", "I1-I19"),
}


def scenario(path: Path) -> Scenario:
    return read_scenario(path.read_text(encoding="utf-8"), path.name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [*OWN, *(HERE / f"{name}.yaml" for name in WHOLE)], ids=lambda p: p.stem
)
def test_every_expectation_holds(path: Path) -> None:
    assert replay(scenario(path)).failures == []


def test_there_are_at_least_twenty_five_scenarios_of_our_own() -> None:
    assert len(OWN) >= 25


@pytest.mark.parametrize("name", WAITING)
def test_what_is_not_supported_yet_is_refused_with_its_rule(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event, rule = WAITING[name]
    with pytest.raises(SystemExit) as stopped:
        call_command("simulate", str(HERE / f"{name}.yaml"))
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert f"{event} is not supported yet (rule {rule})" in said
    assert "line " in said


def test_every_shared_scenario_passes_or_waits() -> None:
    names = {path.stem for path in HERE.glob("*.yaml")}
    assert names == {*WHOLE, *WAITING}


SHORT = (HERE / "own" / "mis-guyane.yaml").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_a_wrong_amount_fails_with_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(SHORT.replace('gross: "1200.00"', 'gross: "1200.01"'), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("simulate", str(file))
    assert stopped.value.code == 1
    assert "expected, not found" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_unwanted_entry_fails() -> None:
    text = SHORT + "never:\n  - {kind: invoice, on: 2026-01-01}\n"
    [failure] = replay(read_scenario(text)).failures
    assert failure.startswith("found, must never be: on: 2026-01-01, kind: invoice")


@pytest.mark.django_db
def test_json_holds_the_timeline_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(HERE / "own" / "mis-guyane.yaml")
    call_command("simulate", path, path, "--format", "json")
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == second
    assert set(first) == {"title", "timeline", "failures"}
    kinds = [entry["kind"] for entry in first["timeline"]]
    assert kinds == ["term", "invoice"]
    assert all({"on", "kind", "because"} <= set(entry) for entry in first["timeline"])
    assert all(
        {"rule", "clause", "formula"} <= set(why)
        for entry in first["timeline"]
        for why in entry["because"]
    )


@pytest.mark.django_db
def test_a_replay_leaves_nothing_behind() -> None:
    replay(read_scenario(SHORT))
    assert not Provider.objects.exists()


BROKEN = {
    "title: [": (1, "file"),
    "just a text": (1, "file"),
    SHORT.replace("payment: bank_transfer", "payment: barter"): (4, "contract.payment"),
    SHORT.replace('annual_price: "1200.00"', "annual_price: 1200.00"): (4, "contract.annual_price"),
    SHORT.replace("signed: 2026-01-01", "signed: 1999-12-31"): (4, "contract.signed"),
    SHORT.replace('"97320"', '"9732"'): (3, "client.postal_code"),
    SHORT.replace("until:", "untill:"): (5, "untill"),
    SHORT + "events:\n  - {on: 2026-01-02, do: dance}\n": (9, "events.0.do"),
    SHORT.replace("kind: invoice", "kind: pack"): (7, "expect.0.kind"),
}


@pytest.mark.parametrize("text", BROKEN, ids=[field for _line, field in BROKEN.values()])
def test_a_file_that_is_not_understood_names_its_line_and_field(text: str) -> None:
    line, field = BROKEN[text]
    with pytest.raises(ScenarioRefused) as refused:
        read_scenario(text, "file.yaml")
    assert (refused.value.line, refused.value.field) == (line, field)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("preset: micro-info-service", "preset: nobody"), "nobody"),
        (("offer: maintenance", "offer: CMP9"), "CMP9"),
    ],
)
def test_a_preset_or_offer_that_does_not_exist_is_refused_with_exit_2(
    tmp_path: Path, change: tuple[str, str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "refused.yaml"
    file.write_text(SHORT.replace(*change), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("simulate", str(file))
    assert stopped.value.code == 2
    assert problem in capsys.readouterr().err
