"""A contract as the practice reads it: what is covered, the price, the dates that matter."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from contracts.access import get_contract_for, get_document_for
from contracts.models import ContractDocument
from contracts.queries import ContractSheet, sheet_of
from portal import plain_words
from portal.badges import contract_badge
from portal.components import Column, Crumb, Empty, Fact, Link, Row, Table
from portal.practice.frame import page, today, url
from portal.wording import CADENCES, METHODS
from portal.workshop.contracts import next_dates, price_day
from portal.workshop.files import stored_file
from providers.doors import MemberRequest, practice_page
from providers.models import Membership
from providers.permissions import Capability, may


@practice_page(Capability.COVERAGE)
def contract(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    """Staff read what is covered; prices and documents are the manager's."""
    member = request.member
    found = get_contract_for(member, contract_id, capability=Capability.COVERAGE)
    sheet = sheet_of(found, day=price_day(found, today(member)))
    sees_prices = may(member.role, Capability.CONTRACTS)
    context = {
        "crumbs": [Crumb(_("Home"), url(member, "home"))],
        "title": found.offer_name,
        "reference": found.reference,
        "status": contract_badge(found),
        "statements": plain_words.statements(sheet.terms, found.options),
        "hours": plain_words.clauses(sheet.terms, ("hours",)),
        "week": plain_words.week(sheet.terms.hours) if sheet.terms.hours else [],
        "commitment": plain_words.clauses(sheet.terms, plain_words.COMMITMENT),
        "service": plain_words.clauses(sheet.terms, plain_words.SERVICE[1:], found.options),
        "next_dates": next_dates(sheet, today(member)),
        "sees_prices": sees_prices,
        "facts": [],
        **(_prices(member, sheet) if sees_prices else {}),
    }
    return page(request, "contract.html", context, section="home")


def _prices(member: Membership, sheet: ContractSheet) -> dict[str, Any]:
    contract = sheet.contract
    return {
        "facts": [
            Fact(_("Starts"), contract.starts_on),
            Fact(_("Signed"), contract.signed_on),
            Fact(_("Invoiced"), str(CADENCES[contract.cadence]).capitalize()),
            Fact(_("Paid by"), str(METHODS[contract.payment_method]).capitalize()),
        ],
        "lines": sheet.lines,
        "total": sheet.annual_price,
        "includes_vat": sheet.terms.price.includes_vat,
        "price_clauses": plain_words.clauses(sheet.terms, plain_words.MONEY),
        "documents": _documents(member, sheet.documents),
    }


def _documents(member: Membership, documents: list[ContractDocument]) -> Table:
    columns = (Column(_("Document"), is_row_header=True), Column(_("Added")))
    rows = [
        Row((Link(row.name, url(member, "document", row.pk)), row.added_at)) for row in documents
    ]
    empty = Empty(_("No document yet"), _("The signed contract is kept here."), icon="file-text")
    return Table(_("Documents"), columns, rows, empty)


@practice_page(Capability.CONTRACTS)
def document(request: MemberRequest, document_id: UUID) -> HttpResponseBase:
    """A file of a contract, never opened in the page."""
    found = get_document_for(request.member, document_id)
    return stored_file(
        request,
        bytes(found.content),
        name=found.name,
        media_type=found.media_type,
        sha256=found.sha256,
    )
