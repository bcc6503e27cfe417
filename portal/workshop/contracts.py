"""One contract said in plain words, its dates, its files."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.access import get_contract_for, get_document_for
from contracts.enums import ContractStatus
from contracts.models import Alert, Contract, ContractDocument, Parking, PriceRevision
from contracts.operations.mandates import lacks_mandate
from contracts.queries import ContractSheet, sheet_of
from core import clock
from core.periods import Period
from core.reasons import reasons_from_json
from portal import plain_words
from portal.badges import contract_badge, revision_badge
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Fact,
    Link,
    Moment,
    Pair,
    Row,
    Table,
    Tone,
)
from portal.history import history_of
from portal.readings import opened
from portal.wording import CADENCES, METHODS, alert_text, parking_text, revision_text, step_text
from portal.workshop import queries, tables
from portal.workshop.files import stored_file
from portal.workshop.frame import may_write, page, today, url
from portal.workshop.journal import journal_url
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability


@workshop_page(Capability.CONTRACTS)
def contract(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    member = request.member
    found = get_contract_for(member, contract_id)
    opened(request, found)
    sheet = sheet_of(found, day=price_day(found, today(member)))
    terms = sheet.terms
    context = {
        "crumbs": [Crumb(_("Contracts"), url(member, "contracts"))],
        "contract": found,
        "title": _("Contract %s") % found.reference,
        "status": contract_badge(found),
        "facts": _facts(found, sheet),
        "parking": sheet.parking,
        "parked_because": parking_text(sheet.parking) if sheet.parking else "",
        "parked_step": step_text(sheet.parking.step) if sheet.parking else "",
        "release": _release(member, sheet.parking),
        "alerts": list(map(_alert, sheet.open_alerts)),
        "statements": plain_words.statements(terms, found.options),
        "hours": plain_words.clauses(terms, ("hours",)),
        "week": plain_words.week(terms.hours) if terms.hours else [],
        "lines": sheet.lines,
        "total": sheet.annual_price,
        "includes_vat": terms.price.includes_vat,
        "has_sample_price": has_sample_price(found),
        "offer_url": url(member, "offer", found.offer_version.offer_id),
        "money": plain_words.clauses(terms, plain_words.MONEY, found.options),
        "commitment": plain_words.clauses(terms, plain_words.COMMITMENT, found.options),
        "service": plain_words.clauses(terms, plain_words.SERVICE[1:], found.options),
        "next_dates": next_dates(sheet, today(member)),
        "documents": [_document(member, row) for row in sheet.documents],
        "terms_table": _terms_table(sheet),
        "revisions": _revisions_table(member, sheet),
        "invoices": tables.invoice_table(
            member,
            queries.latest_invoices(contract_id=found.pk),
            today=today(member),
            empty=Empty(_("No invoice yet"), icon="receipt-euro"),
            with_customer=False,
        ),
        "forecast_url": url(member, "contract_forecast", found.pk) if found.signed_on else "",
        "history": history_of(
            member, Q(subject_id=found.pk), journal_url=journal_url(member, found.pk)
        ),
        **_acts(member, sheet),
    }
    return page(request, "contract.html", context, section="contracts")


def price_day(contract: Contract, day: date) -> date:
    """The day whose prices are shown: the first one of a contract that has not begun."""
    return max(day, contract.starts_on)


def _acts(member: Membership, sheet: ContractSheet) -> dict[str, Any]:
    contract = sheet.contract
    is_open = contract.status == ContractStatus.PREPARED and may_write(member, Capability.CONTRACTS)
    sign = Action(_("Record the signature"), url(member, "contract_sign", contract.pk), "signature")
    abandon = Action(
        _("Abandon"), url(member, "contract_abandon", contract.pk), "ban", is_danger=True
    )
    more = [abandon] if is_open else []
    if lacks_mandate(contract, sheet.documents) and may_write(member, Capability.CONTRACTS):
        address = url(member, "contract_mandate", contract.pk)
        more.append(Action(_("Add the SEPA mandate"), address, "file-up"))
    return {"action": sign if is_open else None, "more": more}


def _facts(contract: Contract, sheet: ContractSheet) -> list[Fact]:
    options = [
        plain_words.said(sheet.terms.options[code].name)
        for code in contract.options
        if code in sheet.terms.options
    ]
    facts = [
        Fact(_("Offer"), contract.offer_name),
        Fact(_("Starts"), contract.starts_on),
        Fact(_("Signed"), contract.signed_on),
        Fact(_("Invoiced"), str(CADENCES[contract.cadence]).capitalize()),
        Fact(_("Paid by"), str(METHODS[contract.payment_method]).capitalize()),
    ]
    return facts + ([Fact(_("Options"), ", ".join(options))] if options else [])


def _release(member: Membership, parking: Parking | None) -> Action | None:
    if parking is None or not may_write(member, Capability.INVOICING):
        return None
    return Action(
        _("Release the contract"), url(member, "parking_release", parking.pk), "circle-play"
    )


def _alert(alert: Alert) -> Moment:
    return Moment(
        alert.raised_on,
        alert_text(alert.code),
        badge=Badge(_("Alert"), Tone.WARNING),
        reasons=reasons_from_json(alert.reasons),
    )


def next_dates(sheet: ContractSheet, day: date) -> list[Moment]:
    """What comes next, in the order of the days, each with the sum that gives it."""
    contract = sheet.contract
    current = next((row for row in sheet.term_rows if row.number == contract.term_number), None)
    reasons = reasons_from_json(current.reasons) if current else ()
    if contract.status != ContractStatus.SIGNED:
        return []
    dated = [
        (contract.next_invoice_on, _("Next invoice"), ()),
        (contract.next_revision_on, _("Revision of the price"), ()),
        (contract.notice_deadline, _("Last day to refuse the renewal"), reasons),
        (contract.ends_on, _("Last day of the term"), () if contract.notice_deadline else reasons),
    ]
    return sorted(
        (
            Moment(when, label, badge=_passed(when, day), reasons=why)
            for when, label, why in dated
            if when
        ),
        key=lambda moment: moment.day,
    )


def _passed(when: date, day: date) -> Badge | None:
    return Badge(_("Past"), Tone.NEUTRAL) if when < day else None


def _document(member: Membership, row: ContractDocument) -> tuple[Link, str, datetime]:
    kinds = {"signed_contract": _("signed contract"), "mandate": _("SEPA mandate")}
    link = Link(row.name, url(member, "contract_document", row.pk))
    return link, capfirst(kinds.get(row.kind, row.kind)), row.added_at


def has_sample_price(contract: Contract) -> bool:
    """Whether the contract waits for the owner to confirm the prices of its offer."""
    is_sample = any(row["is_sample"] for row in contract.settings.get("draft", ()))
    return is_sample and not contract.offer_version.is_price_confirmed


def _terms_table(sheet: ContractSheet) -> Table:
    columns = (
        Column(_("Term"), is_row_header=True, is_numeric=True),
        Column(_("Days")),
        Column(_("Last day to refuse the renewal")),
    )
    rows = [
        Row((row.number, Period(row.first_day, row.last_day), row.notice_deadline))
        for row in sheet.term_rows
    ]
    return Table(_("Terms"), columns, rows, Empty(_("No term before the signature")))


def _revisions_table(member: Membership, sheet: ContractSheet) -> Table:
    columns = (
        Column(_("Revision of"), is_row_header=True),
        Column(_("Outcome")),
        Column(_("Before"), is_numeric=True),
        Column(_("After"), is_numeric=True),
    )
    rows = [
        Row(
            (
                Link(str(row.year), url(member, "revision", row.pk)),
                _outcome(row),
                row.old_price,
                row.new_price,
            )
        )
        for row in sheet.revisions
    ]
    return Table(_("Revisions of the price"), columns, rows, Empty(_("No revision yet")))


def _outcome(revision: PriceRevision) -> Badge | Pair:
    badge = revision_badge(revision)
    return Pair(badge, revision_text(revision.code)) if revision.code else badge


@workshop_page(Capability.CONTRACTS)
def contract_document(request: MemberRequest, document_id: UUID) -> HttpResponseBase:
    """A file of a contract, never opened in the page."""
    document = get_document_for(request.member, document_id)
    record_read(document, at=clock.now(), file=document.name)
    return stored_file(
        request,
        bytes(document.content),
        name=document.name,
        media_type=document.media_type,
        sha256=document.sha256,
    )
