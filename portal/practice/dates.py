"""The days to come of a practice's contracts: said on its pages, and kept in its own agenda."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from contracts.access import get_contract_for
from contracts.models import Contract
from core import clock
from core.calendars import MEDIA_TYPE, DayEvent, calendar_file
from portal.components import Action
from portal.practice import queries
from portal.practice.standing import Standing, standing_of
from portal.workshop.files import attachment
from providers.doors import MemberRequest, practice_page
from providers.permissions import Capability, may

REFUSAL = "notice_deadline"
REMINDERS = (30, 7)  # days before the last day to act


@dataclass(frozen=True, slots=True)
class ComingDay:
    code: str
    day: date
    label: str
    contract: Contract


def days_to_come(standing: Standing, contracts: Iterable[Contract]) -> list[ComingDay]:
    """In the order of the days; those of invoices for whoever reads these."""
    found = (day for row in contracts for day in _of_contract(standing, row))
    return sorted(found, key=lambda coming: (coming.day, coming.code))


def _of_contract(standing: Standing, contract: Contract) -> Iterator[ComingDay]:
    dated = {
        "starts_on": (contract.starts_on, _("Start")),
        REFUSAL: (contract.notice_deadline, _("Last day to refuse the renewal")),
        "ends_on": (contract.ends_on, _("Last day of the term")),
    }
    if may(standing.member.role, Capability.CONTRACTS):
        dated["next_invoice_on"] = (contract.next_invoice_on, _("Next invoice"))
        dated["next_revision_on"] = (contract.next_revision_on, _("Revision of the price"))
    for code, (day, label) in dated.items():
        if day and day >= standing.day:
            yield ComingDay(code, day, label, contract)


def agenda(address: str) -> Action:
    return Action(_("Add to my calendar"), address, icon="calendar-plus")


@practice_page(Capability.COVERAGE)
def calendar(request: MemberRequest) -> HttpResponseBase:
    """« Ajouter à mon agenda »: of every contract."""
    standing = standing_of(request, list(queries.contracts()))
    return _file(standing, standing.signed)


@practice_page(Capability.COVERAGE)
def contract_calendar(request: MemberRequest, contract_id: UUID) -> HttpResponseBase:
    """The same of one contract; one that ended, or was never signed, has no day to come."""
    found = get_contract_for(request.member, contract_id, capability=Capability.COVERAGE)
    standing = standing_of(request, [found])
    return _file(standing, standing.signed)


def _file(standing: Standing, contracts: Iterable[Contract]) -> HttpResponseBase:
    events = [_event(standing, coming) for coming in days_to_come(standing, contracts)]
    if not events:
        raise Http404  # a calendar file holds an event or more
    response = HttpResponse(calendar_file(events, at=clock.now()), content_type=MEDIA_TYPE)
    name = _("contract-dates")
    return attachment(response, f"{name}.ics")


def _event(standing: Standing, coming: ComingDay) -> DayEvent:
    """Its name is the contract, the kind of day and the day: downloaded twice, it is there once."""
    contract, house = coming.contract, urlsplit(settings.BASE_URL).hostname
    return DayEvent(
        uid=f"{contract.pk}-{coming.code}-{coming.day:%Y%m%d}@{house}",
        day=coming.day,
        summary=f"{coming.label} · {contract.offer_name}",
        description=f"{standing.profile.trade_name}\n{contract.reference}",
        url=settings.BASE_URL + standing.address(contract, "#dates"),
        alarms=REMINDERS if coming.code == REFUSAL else (),
    )
