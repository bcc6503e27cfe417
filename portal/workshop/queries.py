"""What the pages of the workshop read, where it joins several apps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice, InvoiceDocument, PreparedInvoice, SetAside, Settlement
from contracts.enums import ContractStatus, RevisionStatus
from contracts.models import (
    Alert,
    Contract,
    IndexObservation,
    OfferVersion,
    Parking,
    PriceRevision,
)
from contracts.rules.index_table import expected_on, series_of
from core.french import fold
from core.money import ZERO
from imports.models import Import
from portal.models import ListExport
from providers.lookups import Among
from providers.models import ApiToken, Customer, Job, Mail, Membership

FEW: Final = 200
UNPAID: Final = (SettlementStatus.OPEN, SettlementStatus.PARTLY_PAID)


def named(words: str) -> Q:
    """Customers whose name starts so, accents and capitals aside."""
    return Q(sort_key__begins=fold(words))


def beginnings(words: str) -> tuple[Any, ...]:
    """What such words begin: the names of these customers and, with a digit and no blank, this
    start of a number; None for no customer beside a number.
    """
    start, customers = words.strip().upper(), _customers_named(words)
    if " " in start or not any(sign.isdigit() for sign in start):
        return (customers,)
    return (None if customers == [] else customers, start)


def _customers_named(words: str) -> list[UUID] | QuerySet[Any, UUID]:
    """The customers whose name starts so; none for words without a letter.

    A few customers are named to the database, which then reads an index for each; under « or »,
    a query within the query makes it read every row.
    """
    if not fold(words):
        return []
    found = Customer.objects.filter(named(words)).order_by("pk").values_list("pk", flat=True)
    few = list(found[: FEW + 1])
    return few if len(few) <= FEW else found


def _begun(number: str, customers: Any, start: Any) -> Q:
    found = Q() if start is None else Q(**{f"{number}__begins": start})
    if isinstance(customers, QuerySet):
        return found | Q(customer__in=customers)
    return found if customers is None else found | Q(Among("customer_id", customers))


def under_contract() -> Exists:
    """Whether a customer has a contract in force."""
    return Exists(Contract.objects.in_force().filter(customer=OuterRef("pk")))


def contracts_of(customer: Customer) -> QuerySet[Contract]:
    rows = Contract.objects.filter(customer=customer).select_related("customer").defer("terms")
    return rows.order_by("-starts_on", "id")


CONTRACT_TABS: Final = {
    "all": Q(),
    "to_sign": Q(status=ContractStatus.PREPARED),
    "in_force": Q(status=ContractStatus.SIGNED),
    "parked": Q(is_parked=True),
    "ended": Q(status__in=(ContractStatus.ENDED, ContractStatus.WITHDRAWN)),
}


def contracts_begun(customers: Any, start: Any = None) -> Q:
    """Contracts of these customers, and those whose reference starts so."""
    return _begun("reference", customers, start)


def contracts_like(words: str) -> Q:
    return contracts_begun(*beginnings(words))


def invoices_begun(customers: Any, start: Any = None) -> Q:
    """Documents of these customers, and those whose number starts so."""
    return _begun("number", customers, start)


def invoices_like(words: str) -> Q:
    return invoices_begun(*beginnings(words))


INVOICES_ONLY: Final = Q(kind=InvoiceKind.INVOICE)
REMAINING: Final = (
    F("settlement__gross_amount") - F("settlement__paid_amount") - F("settlement__credited_amount")
)


def status_condition(status: str, today: date) -> Q:
    """What a tab of the list of invoices shows."""
    return {
        "unpaid": INVOICES_ONLY & Q(settlement__status__in=UNPAID),
        "overdue": INVOICES_ONLY & Q(settlement__status__in=UNPAID, due_date__lt=today),
        "paid": INVOICES_ONLY & Q(settlement__status=SettlementStatus.PAID),
        "cancelled": INVOICES_ONLY & Q(settlement__status=SettlementStatus.CANCELLED),
        "credit_notes": Q(kind=InvoiceKind.CREDIT_NOTE),
    }.get(status, Q())


def settled(status: str, today: date) -> QuerySet[Settlement] | None:
    """The settlements of the invoices of a tab, one of each: none of the invoices has to be read.

    A settlement repeats the days of its invoice. A credit note's is always paid: those that are
    paid do not tell which they are.
    """
    condition = {
        "unpaid": Q(status__in=UNPAID),
        "overdue": Q(status__in=UNPAID, due_date__lt=today),
        "cancelled": Q(status=SettlementStatus.CANCELLED),
    }.get(status)
    return None if condition is None else Settlement.objects.filter(condition)


def latest_invoices(
    *, customer_id: UUID | None = None, contract_id: UUID | None = None, limit: int = 10
) -> QuerySet[Invoice]:
    found = Invoice.objects.select_related("customer", "settlement")
    if customer_id:
        found = found.filter(customer_id=customer_id)
    if contract_id:
        found = found.filter(contract_id=contract_id)
    return found.order_by("-issue_date", "-id")[:limit]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the documents of a list come to; credit notes count against invoices."""

    documents: int
    net_amount: Decimal
    vat_amount: Decimal
    gross_amount: Decimal
    remaining_amount: Decimal


def totals(rows: QuerySet[Invoice]) -> Totals:
    sums = rows.order_by().aggregate(
        documents=Count("pk"),
        net_amount=_balance("net_amount"),
        vat_amount=_balance("vat_amount"),
        gross_amount=_balance("gross_amount"),
        remaining_amount=Coalesce(Sum(REMAINING, filter=INVOICES_ONLY), Value(ZERO)),
    )
    return Totals(**sums)


def _balance(column: str) -> Sum:
    """Invoices less credit notes."""
    signed = Case(When(INVOICES_ONLY, then=F(column)), default=-F(column))
    return Sum(signed, default=Value(ZERO))


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What is known of a stored PDF without reading it."""

    size: int
    sha256: str
    rendered_at: datetime


def pdf_facts(invoice: Invoice) -> PdfFacts | None:
    columns = ("size", "sha256", "rendered_at")
    found = InvoiceDocument.objects.filter(invoice=invoice).values_list(*columns).first()
    return PdfFacts(*found) if found else None


def versions_on_sale() -> list[OfferVersion]:
    """The latest version of each offer that is sold, by its name."""
    latest = (
        OfferVersion.objects.filter(offer__is_active=True, published_at__isnull=False)
        .select_related("offer")
        .order_by("offer", "-number")
        .distinct("offer")
    )
    return sorted(latest, key=lambda version: (fold(version.offer.name), version.offer.code))


def index_values() -> QuerySet[IndexObservation]:
    return IndexObservation.objects.all()


def held_revisions() -> QuerySet[PriceRevision]:
    held = PriceRevision.objects.filter(status=RevisionStatus.HELD)
    return held.select_related("contract__customer").order_by("revision_date", "id")


def provider_members(provider_id: UUID) -> QuerySet[Membership]:
    """Those on the provider's own side; the memberships are a global table."""
    found = Membership.objects.filter(provider_id=provider_id, customer_id=None)
    return found.select_related("user").order_by("user__name", "user__email")


def prepared_invoices() -> QuerySet[PreparedInvoice]:
    """What waits for a person, but for the contracts that somebody keeps out of the runs."""
    aside = SetAside.objects.filter(contract=OuterRef("contract"), brought_back_at=None)
    return PreparedInvoice.objects.filter(~Exists(aside)).select_related("contract", "customer")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for a person; the digest tells one state of it from another."""

    count: int
    net_amount: Decimal
    gross_amount: Decimal
    digest: str


def waiting() -> Waiting:
    rows = prepared_invoices().order_by("contract", "first_day")
    seen, net, gross, count = sha256(), ZERO, ZERO, 0
    columns = ("contract_id", "first_day", "net_amount", "gross_amount")
    for contract_id, first_day, net_amount, gross_amount in rows.values_list(*columns).iterator():
        seen.update(f"{contract_id} {first_day} {gross_amount};".encode())
        count, net, gross = count + 1, net + net_amount, gross + gross_amount
    return Waiting(count, net, gross, seen.hexdigest())


def waiting_contracts() -> list[UUID]:
    """The contracts that have an invoice waiting."""
    rows = prepared_invoices().order_by("contract")
    return list(rows.values_list("contract_id", flat=True).distinct())


def parked() -> QuerySet[Parking]:
    waits = Parking.objects.filter(released_at=None).select_related("contract__customer")
    return waits.order_by("parked_on", "id")


def notices_to_come(today: date, days: int = 30) -> QuerySet[Contract]:
    """Contracts whose last day to give notice comes within so many days."""
    until = today + timedelta(days=days)
    return Contract.objects.in_force().filter(notice_deadline__range=(today, until))


def issued_since(at: datetime | None) -> QuerySet[Invoice]:
    """Documents issued after an instant; all of them when there is none."""
    return Invoice.objects.filter(issued_at__gt=at) if at else Invoice.objects.all()


def exports_of(listing: str, limit: int = 8) -> list[ListExport]:
    """The files taken last out of a list."""
    return list(ListExport.objects.filter(listing=listing).order_by("-at")[:limit])


def home_lists(today: date) -> dict[str, QuerySet[Any]]:
    """What the first page counts."""
    unconfirmed = OfferVersion.objects.filter(
        offer__is_active=True, published_at__isnull=False, is_price_confirmed=False
    )
    later = OfferVersion.objects.filter(offer=OuterRef("offer"), number__gt=OuterRef("number"))
    return {
        "waiting": prepared_invoices(),
        "parked": Parking.objects.filter(released_at=None),
        "held": PriceRevision.objects.filter(status=RevisionStatus.HELD),
        "to_sign": Contract.objects.filter(CONTRACT_TABS["to_sign"]),
        "notices": notices_to_come(today),
        "to_revise": revisions_to_come(today),
        "index_known": index_known(today),
        "overdue": Invoice.objects.filter(status_condition("overdue", today)),
        "samples": unconfirmed.filter(~Exists(later)),
    }


def revisions_to_come(today: date) -> QuerySet[Contract]:
    """Contracts whose price is revised within 30 days, or should have been."""
    return Contract.objects.in_force().filter(next_revision_on__lte=today + timedelta(days=30))


def index_known(today: date) -> QuerySet[IndexObservation]:
    """Values of the month that should be known by now, or of a later one."""
    month = expected_on(today)
    known = IndexObservation.objects.filter(series=series_of(month), published_on__lte=today)
    return known.filter(month__gte=f"{month}-01")


def open_alerts(limit: int = 20) -> QuerySet[Alert]:
    rows = Alert.objects.filter(closed_at=None).select_related("contract__customer")
    return rows.order_by("-raised_on", "-id")[:limit]


def contracts_to_sign(limit: int = 10) -> QuerySet[Contract]:
    rows = Contract.objects.filter(CONTRACT_TABS["to_sign"]).select_related("customer")
    return rows.defer("terms").order_by("starts_on", "id")[:limit]


def set_aside() -> QuerySet[SetAside]:
    """What a person keeps out of the runs."""
    return SetAside.objects.filter(brought_back_at=None)


def mails() -> QuerySet[Mail]:
    """Whatever was sent, without its text."""
    return Mail.objects.defer("text", "html").select_related("customer")


def own_jobs() -> QuerySet[Job]:
    """The provider's own; what a practice asked for itself is not listed."""
    return Job.objects.filter(customer=None)


def tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("practice")


def imports() -> QuerySet[Import]:
    return Import.objects.all()
