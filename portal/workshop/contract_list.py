"""The list of contracts, the worklist of notices among them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, DateField, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.enums import ContractStatus
from contracts.models import Contract
from contracts.queries import prices_in_force
from core.money import ZERO
from portal.badges import contract_badge
from portal.components import Action, Empty, Link, Pair
from portal.formats import short_day
from portal.listing.description import Found, Line, ListColumn, ListDescription, ListFilter, ListTab
from portal.listing.files import file_acts
from portal.lists import ListOrder
from portal.wording import CADENCES, METHODS
from portal.workshop import queries
from portal.workshop.forms import ContractFilter
from portal.workshop.frame import may_write, url
from providers.models import Membership
from providers.permissions import Capability

# What a line of the list shows; a contract's terms are long.
LISTED_COLUMNS: Final = (
    "reference",
    "status",
    "is_parked",
    "cadence",
    "payment_method",
    "starts_on",
    "signed_on",
    "ends_on",
    "ended_on",
    "notice_deadline",
    "next_invoice_on",
    "next_revision_on",
    "customer__name",
    "customer__siren",
    "offer_name",
)
TAB_LABELS: Final = {
    "all": gettext_lazy("All"),
    "to_sign": gettext_lazy("To be signed"),
    "in_force": gettext_lazy("In force"),
    "parked": gettext_lazy("Parked"),
    "ended": gettext_lazy("Ended"),
}


def _condition(code: str) -> ListTab:
    return ListTab(TAB_LABELS[code], lambda today: queries.CONTRACT_TABS[code])


def _lines(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    return rows.select_related("customer").only(*LISTED_COLUMNS)


def _prices(rows: Sequence[Contract], today: date) -> dict[UUID, Decimal]:
    """Each signed contract's price a year, as its own lines have it today."""
    signed = [row.pk for row in rows if row.status == ContractStatus.SIGNED]
    priced = prices_in_force(signed, today)
    return {pk: sum((line.annual_price for line in lines), ZERO) for pk, lines in priced.items()}


def _reference(line: Line[Contract]) -> Pair:
    link = Link(line.row.reference, url(line.member, "contract", line.row.pk))
    return Pair(link, line.row.offer_name)


def prepare_contract(member: Membership) -> Action | None:
    prepare = Action(_("Prepare a contract"), url(member, "contract_prepare"), icon="file-pen")
    return prepare if may_write(member, Capability.CONTRACTS) else None


def _nothing(found: Found[Contract]) -> Empty:
    if found.is_filtered:
        return Empty(
            _("No contract here"),
            _("Choose another status, or the start of another customer’s name."),
            icon="search",
        )
    return Empty(
        _("No contract yet"), _("Choose a customer and an offer to prepare one."), icon="file-text"
    )


def _before_said(values: Mapping[str, Any]) -> str:
    return _("Notice to give before %s") % short_day(values["notice_before"])


def _from_said(values: Mapping[str, Any]) -> str:
    return _("Notice still to give on %s") % short_day(values["notice_from"])


def _day(name: str, *, is_kept_empty: bool = False) -> ListOrder:
    return ListOrder(name, DateField(), absent=date.max if is_kept_empty else None)


COLUMNS: Final = (
    ListColumn[Contract](
        "reference",
        gettext_lazy("Contract"),
        _reference,
        order=ListOrder("reference", CharField(), is_descending=True),
        is_row_header=True,
    ),
    ListColumn[Contract](
        "offer", gettext_lazy("Offer"), lambda line: line.row.offer_name, is_shown=False
    ),
    ListColumn[Contract](
        "customer",
        gettext_lazy("Customer"),
        lambda line: Link(
            line.row.customer.name, url(line.member, "customer", line.row.customer_id)
        ),
    ),
    ListColumn[Contract](
        "siren", "SIREN", lambda line: line.row.customer.siren or None, is_shown=False
    ),
    ListColumn[Contract](
        "starts_on",
        gettext_lazy("Starts"),
        lambda line: line.row.starts_on,
        order=_day("starts_on"),
        is_shown=False,
    ),
    ListColumn[Contract](
        "signed_on", gettext_lazy("Signed"), lambda line: line.row.signed_on, is_shown=False
    ),
    ListColumn[Contract](
        "ends_on",
        gettext_lazy("End of the term"),
        lambda line: line.row.ended_on or line.row.ends_on,
        order=_day("ends_on", is_kept_empty=True),
    ),
    ListColumn[Contract](
        "notice_deadline",
        gettext_lazy("Last day to give notice"),
        lambda line: line.row.notice_deadline,
        order=_day("notice_deadline", is_kept_empty=True),
        is_shown=False,
    ),
    ListColumn[Contract](
        "next_invoice_on",
        gettext_lazy("Next invoice"),
        lambda line: line.row.next_invoice_on,
        order=_day("next_invoice_on", is_kept_empty=True),
    ),
    ListColumn[Contract](
        "next_revision_on",
        gettext_lazy("Next revision"),
        lambda line: line.row.next_revision_on,
        is_shown=False,
    ),
    ListColumn[Contract](
        "cadence",
        gettext_lazy("Invoiced"),
        lambda line: str(CADENCES[line.row.cadence]).capitalize(),
        is_shown=False,
    ),
    ListColumn[Contract](
        "method",
        gettext_lazy("Paid by"),
        lambda line: str(METHODS[line.row.payment_method]).capitalize(),
        is_shown=False,
    ),
    ListColumn[Contract](
        "annual_price",
        gettext_lazy("Price a year"),
        lambda line: line.more.get(line.row.pk),
        is_numeric=True,
    ),
    ListColumn[Contract]("status", gettext_lazy("Status"), lambda line: contract_badge(line.row)),
)

CONTRACTS: Final = ListDescription[Contract](
    code="contracts",
    path="contrats/",
    file_name=gettext_lazy("contracts"),
    capability=Capability.CONTRACTS,
    title=gettext_lazy("Contracts"),
    status_label=gettext_lazy("Contracts by status"),
    columns=COLUMNS,
    tabs={code: _condition(code) for code in TAB_LABELS},
    form=ContractFilter,
    filters={
        "search": ListFilter(
            queries.contracts_begun,
            lambda values: str(values["search"]),
            parts=queries.beginnings,
        ),
        "cadence": ListFilter(
            lambda cadence: Q(cadence=cadence),
            lambda values: str(CADENCES[values["cadence"]]).capitalize(),
        ),
        "method": ListFilter(
            lambda method: Q(payment_method=method),
            lambda values: str(METHODS[values["method"]]).capitalize(),
        ),
        "notice_before": ListFilter(
            lambda day: Q(notice_deadline__lt=day), _before_said, ("notice_from",)
        ),
        "notice_from": ListFilter(lambda day: Q(notice_deadline__gte=day), _from_said),
    },
    rows=Contract.objects.all,
    lines=_lines,
    sort="-reference",
    empty=_nothing,
    row_name=str,
    action=prepare_contract,
    more=_prices,
    acts=file_acts("contracts"),
)
