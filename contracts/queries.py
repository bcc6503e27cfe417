"""Reads of contracts that pages, the daily run and billing share."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from contracts.enums import ContractStatus, RevisionStatus
from contracts.models import (
    Alert,
    Contract,
    ContractDocument,
    ContractLine,
    ContractTerm,
    IndexObservation,
    LinePrice,
    OfferVersion,
    Parking,
    PriceRevision,
)
from contracts.rules.index_table import IndexTable, Observation
from contracts.rules.recurring import AgreedPrice, Change, PricedLife, changes_of
from contracts.rules.stored import read_terms
from contracts.rules.terms import Terms
from core.money import ZERO
from core.reasons import Reason, reasons_from_json

MOST_TERMS_KEPT: Final = 1024
_read: dict[str, Terms] = {}  # by hash: the same terms are the same value, whoever holds them


def _keep(digest: str, terms: Terms) -> Terms:
    while len(_read) >= MOST_TERMS_KEPT:
        _read.pop(next(iter(_read)), None)
    return _read.setdefault(digest, terms)


def terms_of(contract: Contract) -> Terms:
    """The terms a contract was signed with; parsed once per process and hash."""
    known = _read.get(contract.terms_hash)
    return known or _keep(contract.terms_hash, read_terms(contract.terms))


def terms_by_hash(hashes: Iterable[str]) -> dict[str, Terms]:
    """Terms of the open provider's contracts: one query for those this process never read."""
    wanted = set(hashes)
    found = {digest: _read[digest] for digest in wanted if digest in _read}
    if missing := wanted - found.keys():
        stored = Contract.objects.filter(terms_hash__in=missing).order_by("terms_hash")
        pairs = stored.distinct("terms_hash").values_list("terms_hash", "terms")
        found |= {digest: _keep(digest, read_terms(terms)) for digest, terms in pairs}
    return found


def latest_version(offer_code: str) -> OfferVersion | None:
    """The version of an offer that is sold today."""
    published = OfferVersion.objects.select_related("offer").filter(
        offer__code=offer_code, offer__is_active=True, published_at__isnull=False
    )
    return published.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A recurring line and its annual price in force, for its whole quantity."""

    reasons: tuple[Reason, ...]
    line_id: UUID
    contract_id: UUID
    kind: str
    code: str
    label: str
    quantity: Decimal
    annual_price: Decimal
    applies_from: date | None


_PRICE_COLUMNS = (
    "line__position", "reasons", "line_id", "line__contract_id", "line__kind", "line__code",
    "line__label", "line__quantity", "annual_price", "applies_from",
)  # fmt: skip


def prices_in_force(contract_ids: Iterable[UUID], day: date) -> dict[UUID, list[PricedLine]]:
    """Each signed contract's lines in their order, at the prices of periods that start that day."""
    latest = (
        LinePrice.objects.filter(line__contract__in=contract_ids, applies_from__lte=day)
        .order_by("line", "-applies_from")
        .distinct("line")
    )
    lines: dict[UUID, list[PricedLine]] = defaultdict(list)
    rows = sorted(latest.values_list(*_PRICE_COLUMNS), key=itemgetter(0))
    for _position, reasons, *columns in rows:
        line = PricedLine(reasons_from_json(reasons), *columns)
        lines[line.contract_id].append(line)
    return lines


_LIFE_COLUMNS = (
    "line_id", "line__contract__starts_on", "line__contract__ended_on", "applies_from",
    "annual_price", "revision_id",
)  # fmt: skip


def revenue_changes(until: date) -> Iterator[Change]:
    """Every change of the recurring revenue up to a day; one query, read as it comes."""
    rows = LinePrice.objects.filter(
        line__contract__status__in=(ContractStatus.SIGNED, ContractStatus.ENDED),
        applies_from__lte=until,
    ).order_by("line_id", "applies_from")
    for _line, prices in groupby(rows.values_list(*_LIFE_COLUMNS).iterator(), itemgetter(0)):
        agreed = list(prices)
        _id, starts_on, ended_on, *_rest = agreed[0]
        steps = tuple(AgreedPrice(day, price, rev is not None) for *_, day, price, rev in agreed)
        found = changes_of(PricedLife(starts_on, ended_on, steps))
        yield from (change for change in found if change.day <= until)


def draft_lines(contract: Contract) -> list[PricedLine]:
    """The lines of a contract that is not signed yet, at the prices it was prepared with."""
    drafts = {row["position"]: row for row in contract.settings.get("draft", [])}
    rows = ContractLine.objects.filter(contract=contract).order_by("position")
    return [
        PricedLine(
            line_id=row.id,
            contract_id=contract.id,
            kind=row.kind,
            code=row.code,
            label=row.label,
            quantity=row.quantity,
            annual_price=Decimal(drafts[row.position]["annual_price"]),
            applies_from=None,
            reasons=reasons_from_json(drafts[row.position]["reasons"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ContractSheet:
    """Everything a page says about one contract, the bytes of its files left out."""

    contract: Contract
    terms: Terms
    lines: list[PricedLine]
    term_rows: list[ContractTerm]
    revisions: list[PriceRevision]
    documents: list[ContractDocument]
    open_alerts: list[Alert]
    parking: Parking | None

    @property
    def annual_price(self) -> Decimal:
        return sum((line.annual_price for line in self.lines), ZERO)


def sheet_of(contract: Contract, *, day: date) -> ContractSheet:
    """One contract with its prices in force on a day, in a constant number of queries."""
    is_draft = contract.signed_on is None
    lines = draft_lines(contract) if is_draft else prices_in_force([contract.id], day)[contract.id]
    return ContractSheet(
        contract=contract,
        terms=terms_of(contract),
        lines=lines,
        term_rows=list(ContractTerm.objects.filter(contract=contract).order_by("number")),
        revisions=list(PriceRevision.objects.filter(contract=contract).order_by("year")),
        documents=list(
            ContractDocument.objects.filter(contract=contract).defer("content").order_by("id")
        ),
        open_alerts=list(
            Alert.objects.filter(contract=contract, closed_at=None).order_by("raised_on", "id")
        ),
        parking=_parking_of(contract) if contract.is_parked else None,
    )


def _parking_of(contract: Contract) -> Parking | None:
    return Parking.objects.filter(contract=contract, released_at=None).first()


def index_table() -> IndexTable:
    """What the open provider knows of the index, day by day.

    A value whose publication date was a guess is forgotten once the true one is recorded.
    """
    rows = list(IndexObservation.objects.order_by("id"))
    corrected = {row.supersedes_id for row in rows if not row.is_estimated}
    return IndexTable(
        Observation(
            series=row.series,
            month=f"{row.month:%Y-%m}",
            value=row.value,
            published=row.published_on,
            is_estimated=row.is_estimated,
        )
        for row in rows
        if not (row.is_estimated and row.id in corrected)
    )


def last_applied_revisions(
    contract_ids: Sequence[UUID], *, before: date
) -> dict[UUID, PriceRevision]:
    """The last revision of each contract that changed its price before a day."""
    rows = (
        PriceRevision.objects.filter(status=RevisionStatus.APPLIED)
        .filter(contract__in=contract_ids, revision_date__lt=before)
        .order_by("contract", "-revision_date")
        .distinct("contract")
    )
    return {row.contract_id: row for row in rows}
