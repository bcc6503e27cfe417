"""Every page leads to a help, which names a person and says what the words mean."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from billing.enums import InvoiceKind, SettlementStatus
from contracts.enums import ContractStatus
from portal.badges import contract_badge, cover_badge, invoice_badge
from portal.states import OF_CONTRACTS, OF_COVERS, OF_INVOICES, State
from providers.enums import Role
from providers.models import ProviderProfile
from providers.scoping import open_scope
from tests.factories import a_member, an_operator
from tests.portal.places import (
    NOW,
    PHONE,
    TODAY,
    Practice,
    a_contract,
    a_house,
    a_practice,
    signed_in,
)

YESTERDAY, TOMORROW = date(2026, 6, 14), date(2026, 6, 16)


@pytest.fixture
def practice(db: None) -> Practice:
    with time_machine.travel(NOW):
        practice = a_practice(a_house("essai-info"))
        a_contract(practice)
    return practice


def read(client: Client, path: str) -> str:
    with time_machine.travel(NOW):
        answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode().replace("\u00a0", " ")


def test_a_practice_is_led_to_its_provider_with_its_hours(practice: Practice) -> None:
    help_page = practice.at("aide/")
    assert f'href="{help_page}"' in read(practice.client(Role.PRACTICE_STAFF), practice.at())
    for role in practice.members:
        text = read(practice.client(role), help_page)
        assert f'href="tel:{PHONE.replace(" ", "")}"' in text
        assert "mailto:contact@essai.example" in text
        assert ("9 h – 18 h" in text) is (role != Role.PRACTICE_ACCOUNTANT)
        assert ("Son échéance est passée" in text) is (role != Role.PRACTICE_STAFF)


def test_a_provider_that_gives_no_contact_says_where_it_stands(practice: Practice) -> None:
    with open_scope(practice.provider.id):
        ProviderProfile.objects.update(phone="", email="")
    text = read(practice.client(Role.PRACTICE_MANAGER), practice.at("aide/"))
    assert "chaque facture" in text
    assert "tel:" not in text


@pytest.mark.parametrize(
    ("role", "space"),
    [(Role.OWNER, "atelier"), (Role.ACCOUNTANT, "atelier"), (Role.TECHNICIAN, "terrain")],
)
def test_the_staff_read_the_keys_the_words_and_whom_to_ask(
    practice: Practice, settings: Any, role: Role, space: str
) -> None:
    settings.HELP_EMAIL = "portail@hebergeur.example"
    with open_scope(practice.provider.id):
        client = signed_in(a_member(role))
    page = f"/{space}/essai-info/aide/"
    assert f'href="{page}"' in read(client, f"/{space}/essai-info/")
    text = read(client, page)
    assert "mailto:portail@hebergeur.example" in text
    assert text.count("<kbd>K</kbd>") == 2  # on the page, and in the sheet
    assert ("Mis de côté parce qu’une règle" in text) is (role != Role.TECHNICIAN)


def test_whoever_stands_before_the_door_is_helped_too(db: None, settings: Any) -> None:
    settings.HELP_EMAIL = "portail@hebergeur.example"
    assert 'href="/aide/"' in read(Client(), "/compte/connexion/")
    text = read(Client(), "/aide/")
    assert "mailto:portail@hebergeur.example" in text
    assert "plateforme" not in text
    operator = Client()
    operator.force_login(an_operator())
    assert "/plateforme/maisons/" in read(operator, "/aide/")


# --- The words ------------------------------------------------------------------------------------


def words_of(states: tuple[State, ...]) -> set[tuple[str, str, str]]:
    return {(str(row.badge.label), row.badge.tone, row.badge.icon) for row in states}


def said(badge: Any) -> tuple[str, str, str]:
    return str(badge.label), badge.tone, badge.icon


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_glossary_says_every_state_and_no_other(language: str) -> None:
    """As the badges of the lists say them: the same word, the same color."""
    with translation.override(language):
        assert words_of(OF_CONTRACTS) == {
            said(contract_badge(row)) for row in map(a_paper, ContractStatus)
        } | {said(contract_badge(a_paper(ContractStatus.SIGNED, is_parked=True)))}
        assert words_of(OF_COVERS) == {
            said(cover_badge(a_paper(status, starts_on=day), today=TODAY))
            for status in (ContractStatus.SIGNED, ContractStatus.ENDED)
            for day in (YESTERDAY, TOMORROW)
        }
        assert words_of(OF_INVOICES) == {
            said(invoice_badge(a_bill(kind, status, day), today=TODAY))
            for kind in InvoiceKind
            for status in SettlementStatus
            for day in (YESTERDAY, TOMORROW)
        }


def a_paper(status: ContractStatus, *, is_parked: bool = False, starts_on: date = YESTERDAY) -> Any:
    return SimpleNamespace(status=status, is_parked=is_parked, starts_on=starts_on)


def a_bill(kind: InvoiceKind, status: SettlementStatus, due_date: date) -> Any:
    settlement = SimpleNamespace(status=status)
    return SimpleNamespace(kind=kind, settlement=settlement, due_date=due_date)
