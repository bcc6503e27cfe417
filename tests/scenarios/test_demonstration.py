"""The demonstration: its cast, a life that repeats itself, homes where something goes on."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice, Settlement
from contracts.enums import ContractStatus, RevisionStatus
from contracts.models import Contract, OfferDraft, PriceRevision
from portal.workshop.queries import home_lists
from providers.enums import Role
from providers.models import Membership, Provider
from providers.rules.identifiers import check_siren
from providers.scoping import open_scope
from scenarios.cast import ACCOUNTING_FIRM_EMAIL, SERVED, houses, lives, logins
from scenarios.demonstration import Plan, load_demonstration
from scenarios.digest import digest_of
from scenarios.rules.house import Stage, scenarios_of
from scenarios.rules.invented import siren_like

TODAY = date(2026, 11, 26)
SMALL = "rhone-assistance"


class _Undo(Exception):
    """Forget what was loaded."""


def digest(plan: Plan) -> list[str]:
    """What the plan's houses come to; nothing of them stays."""
    found: list[str] = []
    try:
        with transaction.atomic():
            found = [digest_of(provider) for provider in load_demonstration(plan)]
            raise _Undo
    except _Undo:
        return found


# --- The cast -----------------------------------------------------------------------------------


def test_there_is_a_house_for_each_preset_and_twenty_five_practices() -> None:
    presets = sorted(house.preset for house in houses())
    assert presets == ["integral-micro", "micro-info-service", "reunion-informatique", "si-sante"]
    names = [practice.name for house in houses() for practice in house.practices]
    assert len(names) == len(set(names)) == 25


def test_every_life_is_lived_and_every_practice_has_somebody_who_signs_in() -> None:
    practices = [practice for house in houses() for practice in house.practices]
    assert {practice.life for practice in practices} == set(lives())
    assert all(practice.people[0].role == "PRACTICE_MANAGER" for practice in practices)
    assert {check_siren(siren_like(practice.name)) for practice in practices}


def test_there_is_one_login_for_each_role() -> None:
    roles = {login.role.upper().replace(" ", "_") for login in logins()}
    assert roles == {*Role, "PLATFORM_OPERATOR"}


def test_a_civil_year_is_signed_again_and_a_short_window_clamps_what_is_older() -> None:
    house = next(row for row in houses() if row.preset == "reunion-informatique")
    practice = next(row for row in house.practices if row.name == "Cabinet des Filaos")
    first, second = scenarios_of(house, practice, lives()[practice.life], Stage(TODAY, 18))
    assert (first.contract.signed, first.contract.starts) == (date(2025, 6, 17), date(2025, 6, 17))
    assert (second.contract.signed, second.contract.starts) == (
        date(2025, 12, 10),
        date(2026, 1, 1),
    )
    assert (str(first.contract.annual_price), str(second.contract.annual_price)) == (
        "3480.00",
        "3570.00",
    )
    [only] = scenarios_of(house, practice, lives()[practice.life], Stage(TODAY, 3))
    assert only.contract.signed == date(2026, 8, 26)


# --- The load -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_life() -> None:
    plan = Plan(today=TODAY, months=4, seed=7, slugs=("esterel-maintenance",))
    first = digest(plan)
    assert first == digest(plan)
    assert first != digest(Plan(today=TODAY, months=4, seed=8, slugs=plan.slugs))


@pytest.mark.django_db
def test_the_command_says_the_digest_and_refuses_a_house_that_is_not_there() -> None:
    said = StringIO()
    asked = {"date": TODAY, "months": 2, "seed": 3}
    call_command("load_demo", **asked, provider=[SMALL], stdout=said)
    provider = Provider.objects.get(slug=SMALL)
    assert said.getvalue().strip().endswith(f"digest {digest_of(provider)[:16]}")
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_demo", **asked, provider=["nowhere"])


@pytest.mark.django_db
def test_every_block_of_the_shown_house_has_something_true() -> None:
    [provider] = load_demonstration(Plan(today=TODAY, slugs=("montmartre-informatique",)))
    with open_scope(provider.id):
        counts = {name: rows.count() for name, rows in home_lists(TODAY).items()}
        assert counts.pop("waiting") == 0  # its invoices are issued by themselves
        to_revise, known = counts.pop("to_revise"), counts.pop("index_known")
        assert known or not to_revise  # no value of the index is missing
        assert all(counts.values()), counts
        assert set(SettlementStatus) <= set(Settlement.objects.values_list("status", flat=True))
        assert Contract.objects.filter(term_number__gt=1).exists()
        assert PriceRevision.objects.filter(status=RevisionStatus.APPLIED).exists()
        assert Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).exists()
        assert OfferDraft.objects.filter(version=None).exists()
    call_command("verify_chain", provider=provider.slug)


@pytest.mark.django_db
def test_a_practice_that_does_not_sign_again_is_ended() -> None:
    plan = Plan(today=date(2026, 1, 8), months=2, slugs=("vanille-infogerance",))
    [provider] = load_demonstration(plan)
    with open_scope(provider.id):
        gone = Contract.objects.get(customer__name="Cabinet dentaire du Moufia")
        assert (gone.status, gone.ended_on) == (ContractStatus.ENDED, date(2025, 12, 31))
        stayed = Contract.objects.filter(customer__name="Cabinet des Filaos").order_by("starts_on")
        assert [row.starts_on for row in stayed] == [date(2025, 11, 8), date(2026, 1, 1)]


@pytest.mark.django_db
def test_the_accounting_firm_serves_three_practices_of_two_houses() -> None:
    slugs = ("esterel-maintenance", "montmartre-informatique")
    list(load_demonstration(Plan(today=TODAY, months=1, slugs=slugs)))
    served = Membership.objects.filter(user__email=ACCOUNTING_FIRM_EMAIL)
    assert served.count() == len(SERVED) == 3
    assert served.values("provider").distinct().count() == 2
