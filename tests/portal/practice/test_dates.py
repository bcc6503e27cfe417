"""« Ajouter à mon agenda »: a practice's days to come, as a calendar reads them."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from contracts.models import Contract
from providers.enums import Role
from providers.scoping import open_scope
from tests.core.test_calendars import read_back
from tests.factories import a_prepared_contract
from tests.portal.places import (
    NOW,
    TODAY,
    Practice,
    a_contract,
    a_house,
    a_practice,
    issued,
    signed_in,
)

ALL = "contrats/dates.ics"
MANAGER, STAFF, ACCOUNTANT = Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT


def events(client: Client, address: str) -> dict[str, dict[str, str]]:
    """The events of a file by their day."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="dates-des-contrats.ics"'
    return {row["DTSTART;VALUE=DATE"]: row for row in read_back(answer.content)}


def written(day: date | None) -> str:
    assert day is not None
    return f"{day:%Y%m%d}"


def test_the_manager_keeps_every_day_that_the_home_page_shows(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    page: Any = manager.get(practice.at())
    assert practice.at(ALL) in page.content.decode()
    found = events(manager, practice.at(ALL))
    assert list(found) == [written(moment.day) for moment in page.context["next_dates"]]
    refusal = found[written(contract.notice_deadline)]
    assert (
        refusal["SUMMARY"] == f"Dernier jour pour refuser la reconduction · {contract.offer_name}"
    )
    assert contract.reference in refusal["DESCRIPTION"]
    assert refusal["URL"].endswith(practice.at(f"contrats/{contract.pk}/#dates"))
    assert refusal["alarms"] == "-P30D-P7D"
    assert {row["alarms"] for row in found.values() if row is not refusal} == {""}


def test_downloaded_again_later_each_day_is_the_same_event(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    first = events(manager, practice.at(ALL))
    with time_machine.travel(NOW.replace(day=20)):
        again = events(practice.client(MANAGER), practice.at(ALL))
    assert {day: row["UID"] for day, row in first.items()} == {
        day: row["UID"] for day, row in again.items()
    }
    assert len({row["UID"] for row in first.values()}) == len(first)
    assert {row["DTSTAMP"] for row in first.values()} == {"20260615T090000Z"}


def test_a_day_ends_when_it_ends_at_the_provider_s(practice: Practice, contract: Contract) -> None:
    """The last day of the term is over in Paris an hour or two before it is in UTC."""
    own = practice.at(f"contrats/{contract.pk}/dates.ics")
    for time, status in (("21:30", 200), ("23:30", 404)):
        with time_machine.travel(f"{contract.ends_on}T{time}:00Z"):
            assert practice.client(MANAGER).get(own).status_code == status


def test_the_staff_keep_no_day_of_an_invoice(
    practice: Practice, staff: Client, contract: Contract
) -> None:
    issued(practice, date(2026, 4, 1))
    assert "20260701" not in events(staff, practice.at(ALL))
    assert "20260701" in events(practice.client(MANAGER), practice.at(ALL))
    assert practice.client(ACCOUNTANT).get(practice.at(ALL)).status_code == 403


def test_one_contract_has_its_own_file(
    practice: Practice, manager: Client, contract: Contract
) -> None:
    second = a_contract(practice, signed_on=date(2026, 3, 5))
    own = practice.at(f"contrats/{second.pk}/dates.ics")
    assert own in manager.get(practice.at(f"contrats/{second.pk}/")).content.decode()
    assert {row["URL"].rpartition("contrats/")[2] for row in events(manager, own).values()} == {
        f"{second.pk}/#dates"
    }


def test_without_a_day_to_come_there_is_no_file_and_no_button(
    practice: Practice, manager: Client
) -> None:
    with open_scope(practice.provider.id):
        hidden = a_prepared_contract(practice.customer, starts_on=TODAY)
    assert practice.at(ALL) not in manager.get(practice.at()).content.decode()
    for path in (ALL, f"contrats/{hidden.pk}/dates.ics"):
        assert manager.get(practice.at(path)).status_code == 404


@pytest.mark.parametrize("path", [ALL, "contrats/{}/dates.ics"])
def test_a_stranger_finds_no_day(practice: Practice, contract: Contract, path: str) -> None:
    address = practice.at(path.format(contract.pk))
    next_door = a_practice(practice.provider, "Cabinet du Port")
    elsewhere = a_practice(a_house("voisin-info"), "Cabinet du Lac")
    for place in (next_door, elsewhere):
        for member in place.members.values():
            assert signed_in(member).get(address).status_code == 404
        own = place.at(path.format(contract.pk))
        assert place.client(MANAGER).get(own).status_code == 404
