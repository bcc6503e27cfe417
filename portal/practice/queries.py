"""What a practice's pages read; the scope has already narrowed everything to the practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.enums import SettlementStatus
from billing.models import Settlement
from contracts.enums import ContractStatus, LineKind
from contracts.models import Contract, ContractLine
from core.money import ZERO
from fleet.models import Equipment
from providers.models import Job, Mail
from providers.rules.events import LETTERS

SHOWN = (ContractStatus.SIGNED, ContractStatus.ENDED)
OWED = (SettlementStatus.OPEN, SettlementStatus.PARTLY_PAID)
REMAINING = F("gross_amount") - F("paid_amount") - F("credited_amount")


def contracts() -> QuerySet[Contract]:
    """Signed contracts, those in force first; what was never signed is the provider's own."""
    rows = Contract.objects.filter(status__in=SHOWN).select_related("customer").defer("terms")
    return rows.order_by("-status", "-starts_on", "id")


def letters() -> QuerySet[Mail]:
    """What the practice received from its provider."""
    return Mail.objects.filter(event__in=LETTERS)


def jobs() -> QuerySet[Job]:
    """What the practice asked for itself."""
    return Job.objects.all()


def priced_kinds(contracts: Sequence[Contract]) -> set[tuple[UUID, str]]:
    """Which kinds of equipment each contract prices by the piece."""
    lines = ContractLine.objects.filter(contract__in=contracts, kind=LineKind.EQUIPMENT)
    return set(lines.values_list("contract_id", "code"))


def equipment() -> QuerySet[Equipment]:
    return Equipment.objects.select_related("site")


@dataclass(frozen=True, slots=True)
class Due:
    """What a practice has to pay."""

    invoices: int
    amount: Decimal
    next_due_date: date | None
    overdue: int


def amount_due(day: date) -> Due:
    owed = Settlement.objects.filter(status__in=OWED).aggregate(
        invoices=Count("id"),
        amount=Sum(REMAINING),
        next_due_date=Min("due_date"),
        overdue=Count("id", filter=Q(due_date__lt=day)),
    )
    return Due(owed["invoices"], owed["amount"] or ZERO, owed["next_due_date"], owed["overdue"])


def unpaid_of_practice() -> Coalesce:
    """How many invoices the open practice has to pay, as a column of another query."""
    owed = Settlement.objects.filter(status__in=OWED).order_by().values("provider_id")
    return Coalesce(Subquery(owed.annotate(number=Count("id")).values("number")), 0)
