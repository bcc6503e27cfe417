"""The numbers of the source documents, one by one, and the parts no preset may lose."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.rules.coverage import CoverageLine
from contracts.rules.presets import FOLDER, load_preset, preset_codes
from contracts.rules.terms import Terms, walk_parts

REUNION, SI, MIS, IM = "reunion-informatique", "si-sante", "micro-info-service", "integral-micro"
OFFERS = {REUNION: "CMP3", SI: "support", MIS: "maintenance", IM: "maintenance"}


def terms_of(preset: str, offer: str = "") -> Terms:
    return load_preset(preset).offers[offer or OFFERS[preset]].terms


def at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(value, tuple):
            value = value[int(step)]
        else:
            value = value[step] if isinstance(value, Mapping) else getattr(value, step)
    return value


@pytest.mark.parametrize(
    ("preset", "name", "zone", "holidays", "vat_rate", "offers"),
    [
        (REUNION, "RΣUNIONINFORMATIQUΣ.COM", "Indian/Reunion", "FR-974", "8.5", "CMP0 CMP1 CMP3"),
        (SI, "SI SANTE", "Europe/Paris", "FR", "20", "support"),
        (MIS, "MICRO INFO SERVICE", "Europe/Paris", "FR", "20", "maintenance"),
        (IM, "INTÉGRAL MICRO", "Europe/Paris", "FR", "20", "maintenance"),
    ],
)
def test_the_four_providers(
    preset: str, name: str, zone: str, holidays: str, vat_rate: str, offers: str
) -> None:
    found = load_preset(preset)
    assert (found.code, found.name, found.zone, found.holidays) == (preset, name, zone, holidays)
    assert str(found.vat_rate) == vat_rate
    assert sorted(found.offers) == offers.split()


@pytest.mark.parametrize(
    ("preset", "path", "expected"),
    [
        (REUNION, "duration.kind", "civil_year"),
        (REUNION, "notice", None),
        (REUNION, "indexation.kind", "none"),
        (REUNION, "billing.anchor", "calendar"),
        (REUNION, "billing.cadences", ("yearly",)),
        (REUNION, "price.sample", True),
        (REUNION, "termination.cessation.needs_official_document", True),
        (REUNION, "response.queue_rank", 1),
        (REUNION, "eligibility.least_download_mbps", 1000),
        (REUNION, "eligibility.least_upload_mbps", 600),
        (REUNION, "eligibility.loss_gives_refund", False),
        (REUNION, "backup.capacity_gb", 1000),
        (REUNION, "backup.retentions.0.length", 30),
        (REUNION, "backup.retentions.0.bound", "at_most"),
        (REUNION, "backup.shared_folder", "PARTAGE"),
        (REUNION, "backup.health_data_hosting", True),
        (REUNION, "licences.suite", "Microsoft 365"),
        (REUNION, "video.expires", "end_of_commitment"),
        (SI, "duration.months", 12),
        (SI, "notice.months", 3),
        (SI, "notice.due", "anniversary"),
        (SI, "notice.counts_from", "sent"),
        (SI, "price.includes_vat", True),
        (SI, "price.sample", False),
        (SI, "counting.slice_minutes", 15),
        (SI, "counting.counted_for", "groups"),
        (SI, "guarantee.months", 1),
        (SI, "pack.units", 12),
        (SI, "pack.unused_are_lost", True),
        (SI, "meetings.name", "13-14"),
        (SI, "termination.unpaid.days", 30),
        (SI, "response.targets.0.hours", 48),
        (SI, "response.targets.0.clock", "business_days"),
        (SI, "response.urgent_word", "Urgent"),
        (SI, "preparation.step", "architecture_map"),
        (SI, "site_visits.included", "never"),
        (SI, "support_access.subscribers_only", True),
        (MIS, "duration.kind", "first_full_civil_year"),
        (MIS, "notice.due", "last_day"),
        (MIS, "indexation.month", 1),
        (MIS, "indexation.day", 1),
        (MIS, "billing.anchor", "calendar"),
        (MIS, "billing.cadences", ("yearly", "quarterly", "monthly")),
        (MIS, "payment.methods.direct_debit.day", 15),
        (MIS, "payment.extras.day", 30),
        (MIS, "lateness.accelerates", True),
        (MIS, "lateness.rejection_fees_on", "client"),
        (MIS, "formal_notice.days", 30),
        (MIS, "formal_notice.counts_from", "first_presentation"),
        (MIS, "termination.availability.missed_months", 3),
        (MIS, "termination.availability.window_months", 6),
        (MIS, "termination.availability.notice_months", 3),
        (MIS, "termination.availability.guaranteed_percent", None),
        (MIS, "non_solicitation.years_after_end", 2),
        (MIS, "non_solicitation.indemnity_months_of_gross_pay", 12),
        (MIS, "calls.longest_minutes", 30),
        (MIS, "response.targets.0.hours", 4),
        (MIS, "response.targets.1.clock", "working_days"),
        (MIS, "quotes.payment_months", 2),
        (MIS, "end.returns_leased_equipment", True),
        (MIS, "personal_data.breach_told_to_client_hours", 72),
        (MIS, "personal_data.breach_own_target_hours", 24),
        (MIS, "options.backup.backup.sites", 2),
        (MIS, "options.backup.backup.retentions.0.code", "5 weeks"),
        (MIS, "options.backup.backup.retentions.1.code", "12 months"),
        (MIS, "options.backup.backup.overage.grace_months", 1),
        (MIS, "options.backup.targets.0.hours", 24),
        (MIS, "options.backup.targets.1.hours", 36),
        (MIS, "options.backup.targets.1.clock", "elapsed"),
        (MIS, "options.hosting.hosting.pack_size", 5),
        (MIS, "options.hosting.hosting.change_days", 8),
        (IM, "duration.default_months", 12),
        (IM, "indexation.month", 7),
        (IM, "billing.anchor", "contract_start"),
        (IM, "billing.lead_days", 15),
        (IM, "billing.cadences", ("yearly", "half-yearly", "quarterly", "monthly")),
        (IM, "payment.methods.direct_debit.day", 1),
        (IM, "lateness.rejection_fees_on", "provider"),
        (IM, "assignment.client_may_terminate", False),
        (IM, "termination.move.abroad_ends_contract", True),
        (IM, "fleet.undeclared_is_claimed", True),
        (IM, "site_visits.decided_by", "provider"),
        (IM, "site_visits.travel_billed_when_absent", True),
        (IM, "remote_control.needs_consent", True),
        (IM, "options.backup.backup.overage.bytes_per_gigabyte", 10**9),
        (IM, "consents.commercial_messages", "until_refused"),
        (IM, "jurisdiction.amicable_first", True),
    ],
)
def test_what_the_documents_say(preset: str, path: str, expected: object) -> None:
    assert at(terms_of(preset), path) == expected


@pytest.mark.parametrize(
    ("preset", "path", "expected"),
    [
        (SI, "price.annual", "330.00"),
        (MIS, "termination.early.amicable_discount_percent", "20"),
        (MIS, "lateness.interest.percent", "1.5"),
        (MIS, "lateness.recovery_fee", "40.00"),
        (MIS, "options.backup.backup.overage.threshold_percent", "110"),
        (MIS, "indexation.link_coefficient", "0.97975"),
        (IM, "options.backup.backup.overage.monthly_price", "3.00"),
        (SI, "lateness.recovery_fee", "40.00"),
    ],
)
def test_amounts_and_rates_of_the_documents(preset: str, path: str, expected: str) -> None:
    assert str(at(terms_of(preset), path)) == expected


def test_the_options_of_the_offers() -> None:
    assert set(terms_of(MIS).options) == {"severity-1-4h", "backup", "hosting"}
    assert set(terms_of(IM).options) == {"on-site", "backup"}


def test_the_levels_of_la_reunion_are_served_in_order() -> None:
    ranks = {
        code: at(terms_of(REUNION, code), "response.queue_rank")
        for code in ("CMP0", "CMP1", "CMP3")
    }
    assert sorted(ranks, key=lambda code: ranks[code]) == ["CMP3", "CMP1", "CMP0"]


def test_twelve_settings_are_checked_on_each_macos_workstation() -> None:
    checklist = terms_of(SI).checklist
    assert checklist is not None
    assert len({item.code for item in checklist.items}) == 12


def test_every_price_is_a_sample_but_the_one_that_is_written_in_a_contract() -> None:
    confirmed = {
        (code, offer.code)
        for code in preset_codes()
        for offer in load_preset(code).offers.values()
        if not offer.terms.price.sample
    }
    # CMP0 has no subscription at all: nothing to confirm
    assert confirmed == {(SI, "support"), (REUNION, "CMP0")}


# What no preset sets: documents, exports and an invoice's life cycle are the law's
RULES_OF_THE_LAW = {"B9", "B10", "B11", "B12"}
RULES = {
    *(f"D{number}" for number in range(1, 19)),
    *(f"P{number}" for number in range(1, 11)),
    *(f"B{number}" for number in range(1, 13)),
    *(f"I{number}" for number in range(1, 20)),
    *(f"F{number}" for number in range(1, 14)),
    *(f"S{number}" for number in range(1, 9)),
}


def rules_in(value: object) -> set[str]:
    rules: set[str] = set()
    for _path, part in walk_parts(value):
        rules.update(part.rules)
        if isinstance(part, CoverageLine):
            rules.add(part.rule)
    return rules


def test_every_rule_of_the_trade_stands_in_some_preset() -> None:
    written = set.union(*(rules_in(load_preset(code)) for code in preset_codes()))
    assert RULES - RULES_OF_THE_LAW - written == set()
    assert RULES_OF_THE_LAW & written == set()


@pytest.mark.parametrize(
    ("preset", "rules"),
    [
        (REUNION, "D1 D6 D13 D14 D16 P1 P2 P3 P4 B2 I7 I8 I9 I10 I16 I17 F1 F2 F4 F7 F8 F10 "),
        (REUNION, "S1 S2 S3 S6 S7"),
        (SI, "D2 D5 D10 D16 D17 P5 P6 B2 I1 I2 I3 I4 I5 I6 I7 I8 I12 I13 I18 I19 F3 F5 F6 F11"),
        (MIS, "D3 D5 D7 D8 D9 D13 D14 D15 D16 D17 D18 P1 P5 P7 P8 P9 P10 B2 B3 B4 B5 B6 B8 "),
        (MIS, "I7 I8 I10 I11 I13 I15 I17 F8 F9 F13 S1 S2 S3 S4 S6 S8"),
        (IM, "D4 D5 D11 D12 D16 D17 P4 P5 P7 P8 P9 P10 B2 B4 B6 I7 I8 I10 I14 F2 F3 F12 S5"),
    ],
)
def test_each_preset_carries_the_rules_of_its_documents(preset: str, rules: str) -> None:
    assert set(rules.split()) - rules_in(load_preset(preset)) == set()


def test_every_part_names_its_clause() -> None:
    for code in preset_codes():
        for path, part in walk_parts(load_preset(code)):
            assert len(part.clause) >= 5, path


@pytest.mark.parametrize("code", preset_codes())
def test_words_are_in_both_languages_with_french_typography(code: str) -> None:
    text = (FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    french = "\n".join(re.findall(r'(?:clause|fr) = "([^"]*)"', text))
    assert french
    assert not re.search(r"« | »| [;:?!%€]|'", french), "no-break spaces and curly apostrophes"


@pytest.mark.parametrize("code", preset_codes())
def test_a_preset_carries_no_address_of_anybody(code: str) -> None:
    text = (FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    assert not re.search(r"\b0\d([ .]?\d\d){4}\b|\bFR\d\d|@|https?:|www\.", text)
