import pytest

from contracts.rules.coverage import Case, Coverage
from contracts.rules.presets import load_preset, preset_codes


def coverage_of(preset: str, offer: str) -> Coverage:
    coverage = load_preset(preset).offers[offer].terms.coverage
    assert coverage is not None
    return coverage


REUNION, SI, MIS, IM = "reunion-informatique", "si-sante", "micro-info-service", "integral-micro"
UNREACHABLE = ("publisher_unreachable",)
CASES = [
    # 002, 000: three levels
    (REUNION, "CMP0", Case("system"), "billed", ("time", "parts"), "I9"),
    (REUNION, "CMP0", Case("hardware", "on_site"), "billed", ("time", "travel", "parts"), "I9"),
    (REUNION, "CMP1", Case("system"), "included", ("parts",), "I9"),
    (REUNION, "CMP1", Case("system", "on_site"), "included", ("travel", "parts"), "I9"),
    (REUNION, "CMP1", Case("business_software"), "excluded", (), "I9"),
    (
        REUNION,
        "CMP1",
        Case("business_software", conditions=UNREACHABLE),
        "billed",
        ("time",),
        "I9",
    ),
    (REUNION, "CMP1", Case("preventive"), "excluded", (), "I17"),
    (REUNION, "CMP3", Case("business_software"), "included", (), "I9"),
    (REUNION, "CMP3", Case("publisher_call"), "included", (), "I9"),
    (REUNION, "CMP3", Case("preventive"), "included", (), "I17"),
    (
        REUNION,
        "CMP3",
        Case("hardware", equipment_kind="camera", origin="administered"),
        "billed",
        ("time", "travel", "parts"),
        "I10",
    ),
    (
        REUNION,
        "CMP3",
        Case("hardware", equipment_kind="camera", origin="sold"),
        "included",
        ("parts",),
        "I9",
    ),
    (
        REUNION,
        "CMP3",
        Case("system", equipment_kind="workstation", origin="administered"),
        "included",
        ("parts",),
        "I9",
    ),
    (
        REUNION,
        "CMP3",
        Case("system", equipment_kind="workstation", origin="other"),
        "billed",
        ("time", "travel", "parts"),
        "I10",
    ),
    (REUNION, "CMP3", Case("business_software", origin="other"), "included", (), "I9"),
    (REUNION, "CMP3", Case("software_settings", origin="other"), "billed", ("time",), "I10"),
    (REUNION, "CMP1", Case("software_settings", origin="partner"), "included", (), "I10"),
    (REUNION, "CMP3", Case("antivirus", origin="sold"), "included", (), "I10"),
    (REUNION, "CMP3", Case("antivirus", origin="administered"), "billed", ("time",), "I10"),
    (REUNION, "CMP1", Case("antivirus", origin="sold"), "excluded", (), "I17"),
    (REUNION, "CMP1", Case("fleet_change"), "billed", ("time", "travel", "parts"), "F1"),
    (
        REUNION,
        "CMP3",
        Case("compliance_upgrade"),
        "excluded",
        ("time", "travel", "parts"),
        "F4",
    ),
    # 001
    (SI, "support", Case("system"), "pack", (), "I3"),
    (SI, "support", Case("commercial"), "not_counted", (), "I5"),
    (
        SI,
        "support",
        Case("publisher_fault", conditions=("settings_unmodified",)),
        "not_counted",
        (),
        "I5",
    ),
    (SI, "support", Case("publisher_fault"), "pack", (), "I3"),
    (SI, "support", Case("system", "on_site"), "excluded", ("time", "travel", "parts"), "I19"),
    (SI, "support", Case("loan"), "excluded", (), "I19"),
    # 003
    (MIS, "maintenance", Case("system"), "included", (), "I11"),
    (MIS, "maintenance", Case("system", "on_site"), "included", (), "I11"),
    (MIS, "maintenance", Case("consumable"), "excluded", ("parts",), "I15"),
    (
        MIS,
        "maintenance",
        Case("hardware", causes=("power_failure",)),
        "excluded",
        ("time", "travel", "parts"),
        "I15",
    ),
    (MIS, "maintenance", Case("addition"), "excluded", ("time", "travel", "parts"), "I15"),
    (MIS, "maintenance", Case("backup"), "excluded", ("time",), "I15"),
    (MIS, "maintenance", Case("backup", options=("backup",)), "included", (), "S1"),
    (MIS, "maintenance", Case("restore", options=("backup",)), "billed", ("time",), "S6"),
    (
        MIS,
        "maintenance",
        Case("system", equipment_kind="workstation", is_approved=False),
        "billed",
        ("time", "travel", "parts"),
        "I10",
    ),
    (MIS, "maintenance", Case("business_software"), "excluded", ("time",), "I10"),
    # 004
    (IM, "maintenance", Case("business_software"), "included", ("parts",), "I14"),
    (IM, "maintenance", Case("system", "on_site"), "billed", ("time", "travel", "parts"), "I14"),
    (
        IM,
        "maintenance",
        Case("system", "on_site", options=("on-site",)),
        "included",
        ("parts",),
        "I14",
    ),
    (
        IM,
        "maintenance",
        Case("delivery", "on_site", options=("on-site",)),
        "excluded",
        ("time", "travel", "parts"),
        "I14",
    ),
    (IM, "maintenance", Case("data_recovery"), "excluded", ("time",), "I14"),
    (
        IM,
        "maintenance",
        Case("system", equipment_kind="server", is_approved=False),
        "billed",
        ("time", "travel", "parts"),
        "I10",
    ),
]


@pytest.mark.parametrize(("preset", "offer", "case", "outcome", "charges", "rule"), CASES)
def test_the_matrix_decides_with_its_clause(
    preset: str, offer: str, case: Case, outcome: str, charges: tuple[str, ...], rule: str
) -> None:
    answer = coverage_of(preset, offer).decide(case)
    assert (answer.value.outcome, answer.value.charges) == (outcome, charges)
    (reason,) = answer.reasons
    assert (reason.rule, reason.clause) == (rule, answer.value.clause)


ALL_OFFERS = [(code, offer) for code in preset_codes() for offer in load_preset(code).offers]


@pytest.mark.parametrize(("preset", "offer"), ALL_OFFERS)
def test_a_matrix_ends_with_a_line_that_fits_everything(preset: str, offer: str) -> None:
    last = coverage_of(preset, offer).lines[-1]
    assert last.fits(Case("anything", "anywhere", "spaceship", "unknown", is_approved=False))


@pytest.mark.parametrize(("preset", "offer"), ALL_OFFERS)
def test_every_line_of_a_matrix_can_be_reached(preset: str, offer: str) -> None:
    coverage = coverage_of(preset, offer)
    for line in coverage.lines:
        case = Case(
            topic=line.topics[0] if line.topics else "system",
            place=line.places[0] if line.places else "remote",
            equipment_kind=line.equipment_kinds[0] if line.equipment_kinds else "workstation",
            origin=line.origins[-1] if line.origins else "sold",
            is_approved=line.approved is not False,
            causes=line.causes,
            options=(line.with_option,) if line.with_option else (),
            conditions=(line.condition,) if line.condition else (),
        )
        assert coverage.decide(case).value == line, line.summary.en
