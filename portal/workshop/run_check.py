"""What to look at before a run is issued: doubts about each invoice, and where to settle them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice, SetAside
from billing.operations.chosen_run import ComingInvoice, Faulty, Preview
from billing.operations.loading import DueContract
from billing.rules.bounds import check_total
from billing.rules.errors import IncompleteParty, UnusualTotal
from contracts.enums import RevisionStatus
from contracts.models import Contract, Parking, PriceRevision
from contracts.operations.mandates import kept_mandate
from core.errors import DomainError
from portal.components import Link
from portal.formats import sentence
from portal.wording import parking_text
from portal.workshop.frame import may_write, url
from portal.workshop.queries import set_aside
from providers.models import Membership
from providers.permissions import Capability


class Doubt(StrEnum):
    """Why somebody should look, the gravest first."""

    MISSING_SIREN = "missing_siren"
    MISSING_ADDRESS = "missing_address"
    FAULT = "fault"
    PARKED = "parked"
    INDEX_HELD = "index_held"
    INDEX_MISSING = "index_missing"
    SAMPLE_PRICE = "sample_price"
    NO_MANDATE = "no_mandate"
    ZERO = "zero"
    UNUSUAL = "unusual"


LABELS: Final[dict[Doubt, Promise]] = {
    Doubt.MISSING_SIREN: _("SIREN missing"),
    Doubt.MISSING_ADDRESS: _("address missing"),
    Doubt.FAULT: _("cannot be invoiced"),
    Doubt.PARKED: _("set aside by the daily run"),
    Doubt.INDEX_HELD: _("revision of the price held"),
    Doubt.INDEX_MISSING: _("index not known on the day of the revision"),
    Doubt.SAMPLE_PRICE: _("sample price, not confirmed"),
    Doubt.NO_MANDATE: _("direct debit without a mandate"),
    Doubt.ZERO: _("total of zero"),
    Doubt.UNUSUAL: _("far from the last total"),
}
# Not issued at all; the others are issued unless somebody sets them aside.
STOPPING: Final = (Doubt.MISSING_SIREN, Doubt.MISSING_ADDRESS, Doubt.FAULT, Doubt.PARKED)


@dataclass(frozen=True, slots=True)
class Mark:
    """One doubt about one contract: what it says, and the page where it is settled."""

    doubt: Doubt
    fix: Link
    detail: str = ""


@dataclass(slots=True)
class Checked:
    """A preview with its doubts, by contract."""

    preview: Preview
    marks: dict[UUID, list[Mark]] = field(default_factory=dict)
    parked: list[Parking] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)

    def add(self, contract_id: UUID, mark: Mark) -> None:
        known = self.marks.setdefault(contract_id, [])
        if all(other.doubt != mark.doubt for other in known):
            known.append(mark)

    def of(self, contract_id: UUID) -> list[Mark]:
        return self.marks.get(contract_id, [])

    @property
    def groups(self) -> list[tuple[Doubt, int]]:
        """How many contracts each doubt concerns."""
        found = [mark.doubt for marks in self.marks.values() for mark in marks]
        return [(doubt, found.count(doubt)) for doubt in Doubt if doubt in found]


def checked(member: Membership, preview: Preview, *, day: date) -> Checked:
    """Every doubt about a preview, in a number of queries that does not grow with it.

    A period that is invoiced already is no doubt: its claim keeps it out of the preview.
    """
    found = Checked(preview)
    for one in preview.faulty:
        found.add(one.contract.facts.id, _fault(member, one))
    contracts = {row.contract.facts.id: row.contract for row in preview.invoices}
    _prices_and_mandates(member, found, contracts)
    _revisions(member, found, contracts, day)
    _totals(member, found, preview.invoices)
    waiting = Parking.objects.filter(released_at=None, contract__next_invoice_on__lte=day)
    found.parked = list(waiting.select_related("contract__customer").order_by("parked_on", "id"))
    for parking in found.parked:
        page = Link(_("Release"), url(member, "parking_release", parking.pk))
        found.add(parking.contract_id, Mark(Doubt.PARKED, page, parking_text(parking)))
    aside = set_aside().select_related("contract", "customer")
    found.aside = list(aside.order_by("set_aside_at", "id"))
    return found


def _fault(member: Membership, one: Faulty) -> Mark:
    error = one.error
    if isinstance(error, IncompleteParty) and error.field in one.contract.buyer:
        doubt = Doubt.MISSING_SIREN if error.field == "siren" else Doubt.MISSING_ADDRESS
        page = url(member, "customer_edit", one.contract.facts.customer_id)
        return Mark(doubt, Link(_("Complete the customer"), page))
    said = sentence(error) if isinstance(error, DomainError) else str(error)
    return Mark(Doubt.FAULT, _contract_link(member, one.contract), said)


def _contract_link(member: Membership, contract: DueContract) -> Link:
    return Link(_("Look at the contract"), url(member, "contract", contract.facts.id))


def _prices_and_mandates(
    member: Membership, found: Checked, contracts: dict[UUID, DueContract]
) -> None:
    rows = Contract.objects.filter(id__in=list(contracts)).annotate(has_mandate=kept_mandate())
    doubtful = rows.filter(Q(offer_version__is_price_confirmed=False) | Q(has_mandate=False))
    columns = ("id", "offer_version_id", "offer_version__is_price_confirmed", "has_mandate")
    for contract_id, version_id, is_confirmed, has_mandate in doubtful.values_list(*columns):
        if not is_confirmed:
            page = Link(_("Confirm the price"), url(member, "offer_confirm", version_id))
            found.add(contract_id, Mark(Doubt.SAMPLE_PRICE, page))
        facts = contracts[contract_id].facts
        if not has_mandate and facts.terms.payment.wants_mandate(facts.payment_method):
            page = _mandate_link(member, contracts[contract_id])
            found.add(contract_id, Mark(Doubt.NO_MANDATE, page))


def _mandate_link(member: Membership, contract: DueContract) -> Link:
    """Whoever reads the run alone keeps no mandate."""
    if not may_write(member, Capability.CONTRACTS):
        return _contract_link(member, contract)
    return Link(_("Add the mandate"), url(member, "contract_mandate", contract.facts.id))


def _revisions(
    member: Membership, found: Checked, contracts: dict[UUID, DueContract], day: date
) -> None:
    """Revisions that wait for a person, and those of this year that no index value served."""
    rows = PriceRevision.objects.filter(contract__in=list(contracts), year__gte=day.year - 1)
    columns = ("contract_id", "id", "status", "code", "year")
    for contract_id, revision_id, status, code, year in rows.values_list(*columns):
        if status == RevisionStatus.HELD:
            page = Link(_("Decide on the revision"), url(member, "revision", revision_id))
            found.add(contract_id, Mark(Doubt.INDEX_HELD, page))
        elif code == "no_index" and year == day.year:
            page = Link(_("Record the index"), url(member, "index"))
            found.add(contract_id, Mark(Doubt.INDEX_MISSING, page))


def _totals(member: Membership, found: Checked, rows: Iterable[ComingInvoice]) -> None:
    """Totals of zero, and those more than five times the last one, or under a fifth of it (R5)."""
    last = _last_totals([row.draft.contract_id for row in rows])
    for row in rows:
        contract_id, total = row.draft.contract_id, row.draft.totals.gross
        page = _contract_link(member, row.contract)
        if not total:
            found.add(contract_id, Mark(Doubt.ZERO, page))
            continue
        try:
            check_total(total, last_total=last.get(contract_id))
        except UnusualTotal as error:
            found.add(contract_id, Mark(Doubt.UNUSUAL, page, sentence(error)))


def _last_totals(contract_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """The gross amount of the last invoice of each contract that still stands."""
    rows = (
        Invoice.objects.filter(contract__in=set(contract_ids), kind=InvoiceKind.INVOICE)
        .exclude(settlement__status=SettlementStatus.CANCELLED)
        .order_by("contract", "-issue_date", "-sequence")
        .distinct("contract")
    )
    return dict(rows.values_list("contract_id", "gross_amount"))
