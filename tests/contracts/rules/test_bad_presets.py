"""A preset that is not understood is refused with its file, its line and the field at fault."""

import pytest

from contracts.rules.presets import FOLDER, PresetError, load_preset, parse_preset
from core.errors import DomainError

GOOD = """\
schema_number = 1
code = "corner-shop"
name = "Dépannage du Coin"
zone = "Europe/Paris"
holidays = "FR"
vat = { clause = "CGI, art. 278", rate = "20" }
numbering = { clause = "CGI, annexe II" }

[terms.duration]
kind = "months"
clause = "Art. 1"
months = 12

[terms.notice]
clause = "Art. 2"
months = 3
due = "anniversary"

[terms.indexation]
kind = "none"
clause = "Art. 3"

[terms.payment]
clause = "Art. 4"
default_method = "cheque"
methods = { cheque = { kind = "on_issue" } }

[terms.billing]
clause = "Art. 4"
cadences = [
  "yearly",
  "monthly",
]
default_cadence = "yearly"
anchor = "calendar"

[[terms.client_duties]]
clause = "Art. 5"
code = "first"
summary = { fr = "Un", en = "One" }

[[terms.client_duties]]
clause = "Art. 5"
code = "second"
summary = { fr = "Deux", en = "Two" }

[offers.basic]
name = "Simple"
summary = { fr = "Simple", en = "Simple" }

[offers.basic.terms.price]
clause = "Art. 3"
annual = "100.00"
"""


def test_the_good_one_is_understood() -> None:
    preset = parse_preset(GOOD, "corner.toml")
    assert preset.offers["basic"].terms.client_duties[1].code == "second"
    assert preset.offers["basic"].code == "basic"


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ('zone = "Europe/Paris"', 'zone = "Europe/Pariss"', 4, "zone"),
        ('holidays = "FR"', 'holidays = "FR-999"', 5, "holidays"),
        ('rate = "20"', "rate = 20.5", 6, "vat.rate"),
        ('code = "corner-shop"', "code = 7", 2, "code"),
        ('name = "Dépannage du Coin"', 'nom = "Dépannage du Coin"', 3, "nom"),
        ("months = 12", 'months = "twelve"', 12, "terms.duration.months"),
        ("months = 12", "", 9, "terms.duration.months"),
        ("months = 12", "months = 0", 12, "terms.duration.months"),
        ("months = 12", "month = 12", 12, "terms.duration.month"),
        ('kind = "months"', 'kind = "decade"', 9, "terms.duration"),
        ("months = 3", "months = 3\nday = 4", 17, "terms.notice.day"),
        ("months = 3", "months = true", 16, "terms.notice.months"),
        ('due = "anniversary"', 'due = "soon"', 17, "terms.notice.due"),
        ('kind = "on_issue"', 'kind = "some_day"', 26, "terms.payment.methods.cheque"),
        ('  "monthly",', '  "weekly",', 32, "terms.billing.cadences.1"),
        ('"yearly"\nanchor', '"quarterly"\nanchor', 28, "terms.billing"),
        ('code = "second"', 'code = "sec ond"', 44, "terms.client_duties.1.code"),
        ('en = "Two"', 'gb = "Two"', 45, "terms.client_duties.1.summary.gb"),
        ('annual = "100.00"', "annual = 100.5", 53, "offers.basic.terms.price.annual"),
        ('annual = "100.00"', 'annual = "100.005"', 53, "offers.basic.terms.price.annual"),
        ('annual = "100.00"', 'annual = "-1.00"', 53, "offers.basic.terms.price.annual"),
        ('annual = "100.00"', 'anual = "100.00"', 53, "offers.basic.terms.price.anual"),
        ('name = "Simple"', "", 47, "offers.basic.name"),
        ("[terms.notice]", "[terms.notices]", 14, "terms.notices"),
    ],
)
def test_a_bad_one_is_refused_at_its_line_and_field(
    old: str, new: str, line: int, field: str
) -> None:
    assert GOOD.count(old) == 1 or old.startswith("name")
    with pytest.raises(PresetError) as refusal:
        parse_preset(GOOD.replace(old, new, 1), "corner.toml")
    error = refusal.value
    assert (error.filename, error.line, error.field) == ("corner.toml", line, field)
    assert str(error).startswith(f"corner.toml, line {line}, {field}: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD.replace('zone = "Europe/Paris"', 'zone = "Europe/Paris'), 4),
        (GOOD.replace("[terms.notice]", "[terms.duration]"), 14),
        (GOOD + "\n[offers.basic", 55),
        ("", 1),
    ],
)
def test_a_text_that_is_no_toml_is_refused_at_its_line(text: str, line: int) -> None:
    with pytest.raises(PresetError) as refusal:
        parse_preset(text, "corner.toml")
    assert refusal.value.line == line


def test_terms_that_contradict_each_other_are_refused() -> None:
    no_notice = GOOD.replace('[terms.notice]\nclause = "Art. 2"\nmonths = 3\n', "").replace(
        'due = "anniversary"\n', ""
    )
    with pytest.raises(PresetError, match="needs a notice"):
        parse_preset(no_notice, "corner.toml")


def test_a_mistake_in_a_real_preset_is_found_at_its_line() -> None:
    text = (FOLDER / "reunion-informatique.toml").read_text("utf-8")
    lines = text.split("\n")
    wanted = next(n for n, line in enumerate(lines) if line.startswith("least_upload_mbps"))
    lines[wanted] = 'least_upload_mbps = "fast"'
    with pytest.raises(PresetError) as refusal:
        parse_preset("\n".join(lines), "reunion-informatique.toml")
    assert refusal.value.line == wanted + 1
    assert refusal.value.field == "offers.CMP3.terms.eligibility.least_upload_mbps"


def test_a_mistake_inside_a_list_of_tables_is_found_at_its_line() -> None:
    text = (FOLDER / "micro-info-service.toml").read_text("utf-8")
    lines = text.split("\n")
    wanted = next(n for n, line in enumerate(lines) if line.startswith('code = "severity-2"'))
    lines[wanted + 3] = "hours = 0"
    with pytest.raises(PresetError) as refusal:
        parse_preset("\n".join(lines), "micro-info-service.toml")
    assert refusal.value.line == wanted + 4
    assert refusal.value.field == "terms.response.targets.2.hours"


@pytest.mark.parametrize("code", ["nobody", "../presets/si-sante", ""])
def test_an_unknown_preset_is_refused(code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        load_preset(code)
    assert refusal.value.field == "preset"
