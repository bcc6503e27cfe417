"""A contract as the practice reads it: what is covered, the price, the dates that matter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from contracts.access import get_contract_for, get_document_for
from contracts.models import Contract, ContractDocument
from contracts.queries import ContractSheet, sheet_of, terms_of
from portal import plain_words
from portal.badges import cover_badge
from portal.components import Column, Crumb, Empty, Fact, Link, Pair, Row, Table
from portal.history import history_of
from portal.practice import queries
from portal.practice.dates import agenda, days_to_come
from portal.practice.frame import page, today, url
from portal.practice.standing import standing_of
from portal.wording import CADENCES, METHODS
from portal.workshop.contracts import next_dates, price_day
from portal.workshop.files import stored_file
from providers.doors import MemberRequest, practice_page
from providers.models import Membership
from providers.permissions import Capability, may


@practice_page(Capability.COVERAGE)
def contracts(request: MemberRequest) -> HttpResponse:
    """Straight to the only one; a choice where there are several."""
    member, found = request.member, list(queries.contracts())
    if len(found) == 1:
        return HttpResponseRedirect(url(member, "contract", found[0].pk))
    context = {"contracts": contract_table(member, found)}
    return page(request, "contracts.html", context, section="contracts")


def contract_table(member: Membership, contracts: list[Contract]) -> Table:
    columns = (
        Column(_("Contract"), is_row_header=True),
        Column(_("Starts")),
        Column(_("End of the term")),
        Column(_("Status")),
    )
    rows = [
        Row(
            (
                Pair(Link(row.offer_name, url(member, "contract", row.pk)), row.reference),
                row.starts_on,
                row.ended_on or row.ends_on,
                cover_badge(row, today=today(member)),
            )
        )
        for row in contracts
    ]
    empty = Empty(_("No contract yet"), _("It appears here once it is signed."), icon="file-text")
    return Table(_("Contracts"), columns, rows, empty)


@practice_page(Capability.COVERAGE)
def contract(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    """Staff read what is covered; prices and documents are the manager's."""
    member = request.member
    found = _shown(get_contract_for(member, contract_id, capability=Capability.COVERAGE))
    sheet, terms = sheet_of(found, day=price_day(found, today(member))), terms_of(found)
    sees_prices = may(member.role, Capability.CONTRACTS)
    readable = list if sees_prices else plain_words.without_amounts
    standing = standing_of(request, [found])
    has_days = bool(days_to_come(standing, standing.signed))
    context = {
        "crumbs": [Crumb(_("Home"), url(member, "home"))],
        "title": found.offer_name,
        "reference": found.reference,
        "status": cover_badge(found, today=today(member)),
        "statements": plain_words.statements(terms, found.options),
        "hours": readable(plain_words.clauses(terms, ("hours",))),
        "week": plain_words.week(terms.hours) if terms.hours else [],
        "commitment": readable(plain_words.clauses(terms, plain_words.COMMITMENT, found.options)),
        "service": readable(plain_words.clauses(terms, plain_words.SERVICE[1:], found.options)),
        "next_dates": next_dates(sheet, today(member)),
        "agenda": agenda(url(member, "contract_calendar", found.pk)) if has_days else None,
        "sees_prices": sees_prices,
        "facts": [Fact(_("Starts"), found.starts_on), *_end(found)],
        "history": history_of(member, Q(subject_id=found.pk), journal_url=url(member, "journal")),
        **(_prices(member, sheet) if sees_prices else {}),
    }
    return page(request, "contract.html", context, section="contracts")


def _shown(contract: Contract) -> Contract:
    """A contract that is only prepared is the provider's own; to the practice it does not exist."""
    if contract.status not in queries.SHOWN:
        raise Http404
    return contract


def _end(contract: Contract) -> list[Fact]:
    if contract.ended_on:
        return [Fact(_("Last day"), contract.ended_on)]
    return [Fact(_("End of the term"), contract.ends_on)]


def _prices(member: Membership, sheet: ContractSheet) -> dict[str, Any]:
    contract = sheet.contract
    return {
        "facts": [
            Fact(_("Starts"), contract.starts_on),
            *_end(contract),
            Fact(_("Signed"), contract.signed_on),
            Fact(_("Invoiced"), str(CADENCES[contract.cadence]).capitalize()),
            Fact(_("Paid by"), str(METHODS[contract.payment_method]).capitalize()),
        ],
        "lines": sheet.lines,
        "total": sheet.annual_price,
        "includes_vat": sheet.terms.price.includes_vat,
        "money": plain_words.clauses(sheet.terms, plain_words.MONEY, contract.options),
        "documents": [_document(member, row) for row in sheet.documents],
    }


def _document(member: Membership, row: ContractDocument) -> tuple[Link, datetime]:
    return Link(row.name, url(member, "document", row.pk)), row.added_at


@practice_page(Capability.CONTRACTS)
def document(request: MemberRequest, document_id: UUID) -> HttpResponseBase:
    """A file of a contract, never opened in the page."""
    found = get_document_for(request.member, document_id)
    _shown(found.contract)
    return stored_file(
        request,
        bytes(found.content),
        name=found.name,
        media_type=found.media_type,
        sha256=found.sha256,
    )
