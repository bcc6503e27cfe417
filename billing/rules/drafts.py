"""An invoice before its number: what is owed for one slot of a contract, line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from uuid import UUID

from billing.rules.errors import UnknownCadence
from billing.rules.pricing import Priced, slot_price
from billing.rules.proration import Method
from billing.rules.same import Same
from billing.rules.schedule import Anchor, Schedule, Slot, Timing, kept_schedule
from billing.rules.vat import VatRate, VatTotal, rate_on, reason_of, taxed_at
from contracts.rules.billing import Cadence
from contracts.rules.facts import ContractFacts, LineFacts, PaymentMethod, PriceChange
from contracts.rules.payment import DebitDay
from contracts.rules.terms import Terms
from contracts.rules.vat_included import split_gross
from core.errors import gettext_noop as _
from core.french import euros, long_date, percent, short_date
from core.money import ZERO, to_cents
from core.reasons import Answer, Reason

MICRO: Final = Decimal("0.000001")
ONE: Final = Decimal(1)
WITHDRAWAL_LAW: Final = "Code de la consommation, art. L221-10"
# At two euros a year, one day of a leap year still rounds to a cent.
NEVER_NOTHING: Final = Decimal(2)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What is owed for one line of the contract; `line_id` and `first_day` are its claim."""

    line_id: UUID
    kind: str
    label: str
    quantity: Decimal
    net_amount: Decimal
    vat: VatRate
    first_day: date
    last_day: date
    reasons: tuple[Reason, ...]

    @property
    def vat_rate(self) -> Decimal:
        return self.vat.percent

    @property
    def unit_price(self) -> Decimal:
        """Net, for one unit, at the six decimals that an electronic invoice may carry."""
        if self.quantity == ONE:
            return self.net_amount
        return (self.net_amount / self.quantity).quantize(MICRO, ROUND_HALF_UP)


class Totals(NamedTuple):
    """What the document adds up to."""

    net: Decimal
    vat: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice of the subscription, complete but for its number.

    `issue_day` is the day the schedule wants it issued, `issued_on` the day printed on it.
    """

    contract_id: UUID
    customer_id: UUID
    first_day: date
    last_day: date
    issue_day: date
    issued_on: date
    due_date: date
    lines: tuple[DraftLine, ...]
    vat: tuple[VatTotal, ...]
    totals: Totals
    reasons: tuple[Reason, ...]
    document: Literal["subscription"] = "subscription"


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """What billing reads in the terms, read once for all the contracts that share them."""

    cadences: tuple[Cadence, ...]
    anchor: Anchor
    method: Method
    clause: str
    price_clause: str
    includes_vat: bool
    timing: Timing
    is_by_civil_year: bool


@lru_cache(maxsize=1024)
def _book(terms: Same[Terms]) -> Book:
    billing, indexation = terms.value.billing, terms.value.indexation
    revision = None if indexation.kind == "none" else (indexation.month, indexation.day)
    return Book(
        cadences=billing.cadences,
        anchor=billing.anchor,
        method=billing.proration,
        clause=billing.clause,
        price_clause=terms.value.price.clause,
        includes_vat=terms.value.price.includes_vat,
        timing=Timing(billing.lead_days, revision),
        is_by_civil_year=terms.value.duration.kind == "civil_year",
    )


def book_of(facts: ContractFacts) -> Book:
    """The billing side of a contract's terms; refuse a cadence that they do not offer."""
    book = _book(Same(facts.terms))
    if facts.cadence not in book.cadences:
        raise UnknownCadence(
            _("These terms are not invoiced %(cadence)s."),
            field="billing",
            params={"cadence": facts.cadence},
        )
    return book


def schedule_of(facts: ContractFacts, book: Book) -> Schedule:
    """Every slot of a contract."""
    return kept_schedule(
        Same(facts.terms.duration),
        anchor=book.anchor,
        cadence=facts.cadence,
        timing=book.timing,
        signed_on=facts.signed_on,
        starts_on=facts.starts_on,
        stated_months=facts.stated_months,
        method=book.method,
    )


def billable(facts: ContractFacts, slot: Slot) -> list[tuple[LineFacts, PriceChange]]:
    """The lines to invoice for a slot: priced on its first day and not yet claimed."""
    first_day = slot.first_day
    found = []
    for line in facts.lines:
        price = line.price_for(first_day)
        if price is not None and not line.is_claimed(first_day):
            found.append((line, price))
    return found


def is_worth_invoicing(facts: ContractFacts, slot: Slot, book: Book) -> bool:
    """Whether the slot gives an invoice: some line of it comes to a cent or more."""
    lines = billable(facts, slot)
    if any(price.annual >= NEVER_NOTHING for _line, price in lines):
        return True
    return any(_priced(book, slot, price).amount for _line, price in lines)


def _priced(book: Book, slot: Slot, price: PriceChange) -> Priced:
    priced = slot_price(price.annual, slot, method=book.method, clause=book.clause)
    if not price.reasons:
        return priced
    return Priced(priced.amount, price.reasons + priced.reasons)


def _nets_inside(book: Book, priced: Sequence[Priced], rate: VatRate) -> list[Priced]:
    """Net amounts of prices with VAT: exact on the sum, the last line takes the rest (P6: 001 V).

    Errors: `NoExactNet` when the rate is no longer one that the price signed can bear.
    """
    gross = sum((price.amount for price in priced), ZERO)
    whole = split_gross(gross, vat_rate=rate.percent, clause=book.price_clause)
    nets, left = [], whole.value.net
    for price in priced[:-1]:
        net = min(to_cents(Fraction(price.amount) * 100 / (100 + Fraction(rate.percent))), left)
        formula = f"{euros(price.amount)} TTC à {percent(rate.percent)} = {euros(net)} HT"
        nets.append(Priced(net, (*price.reasons, Reason("P6", book.price_clause, formula))))
        left -= net
    return [*nets, Priced(left, priced[-1].reasons + whole.reasons)]


def _lines(facts: ContractFacts, slot: Slot, rate: VatRate, book: Book) -> tuple[DraftLine, ...]:
    found = [(line, _priced(book, slot, price)) for line, price in billable(facts, slot)]
    kept = [(line, price) for line, price in found if price.amount]
    if book.includes_vat and kept:
        nets = _nets_inside(book, [price for _line, price in kept], rate)
        kept = [(line, net) for (line, _price), net in zip(kept, nets, strict=True)]
    days = slot.first_day, slot.last_day
    return tuple(
        DraftLine(
            line.id, line.kind, line.label, line.quantity, price.amount, rate, *days, price.reasons
        )
        for line, price in kept
    )


@lru_cache(maxsize=8192)
def _why_then(slot: Slot, book: Book, signed_on: date) -> Reason:
    """Why the invoice is issued that day."""
    if slot.revision_day:
        formula = f"pas avant la révision du {short_date(slot.revision_day)}"
        return Reason("P8", book.clause, formula)
    rule = "P2" if book.is_by_civil_year and slot.count == 1 else "P5"
    days = f"du {short_date(slot.first_day)} au {short_date(slot.last_day)}"
    if slot.issue_day == signed_on and slot.issue_day != slot.first_day:
        return Reason(rule, book.clause, f"{days}, émise à la signature")
    if book.timing.lead_days:
        lead = f"{short_date(slot.first_day)} − {book.timing.lead_days} j"
        return Reason(rule, book.clause, f"{days}, émise le {lead} = {short_date(slot.issue_day)}")
    return Reason(rule, book.clause, f"{days}, émise le premier jour")


@lru_cache(maxsize=4096)
def _due(
    terms: Same[Terms], method: PaymentMethod, issued_on: date, first_due_day: date | None
) -> Answer[date]:
    payment = terms.value.payment
    due = payment.due_date(method, issued_on)
    if first_due_day is None or due.value >= first_due_day:
        return due
    rule, later = payment.methods[method], first_due_day
    if isinstance(rule, DebitDay):
        later, _formula = rule.model_copy(update={"notice_days": 0}).due(first_due_day)
    withdrawal = terms.value.withdrawal
    clause = withdrawal.clause if withdrawal else WITHDRAWAL_LAW
    formula = f"pas de paiement avant le {long_date(first_due_day)} : {long_date(later)}"
    return Answer(later, (*due.reasons, Reason("D16", clause, formula)))


def due_date(facts: ContractFacts, issued_on: date) -> Answer[date]:
    """When an invoice of this contract issued that day is due (B2), never too early (D16)."""
    return _due(Same(facts.terms), facts.payment_method, issued_on, facts.first_due_day)


def draft_for(facts: ContractFacts, slot: Slot, book: Book, *, issued_on: date) -> Draft | None:
    """The invoice of a slot, all lines of the contract on it; none when nothing is owed.

    The tax is the one of the day the schedule wants it issued, so that an invoice caught up after
    an outage keeps its amounts; the due date runs from the day printed on it.
    """
    rate = rate_on(facts.vat, slot.issue_day)
    lines = _lines(facts, slot, rate, book)
    if not lines:
        return None
    taxed = taxed_at(rate, sum([line.net_amount for line in lines], ZERO))
    due = due_date(facts, issued_on)
    tax = reason_of(taxed, zone=facts.vat.zone, day=slot.issue_day)
    return Draft(
        contract_id=facts.id,
        customer_id=facts.customer_id,
        first_day=slot.first_day,
        last_day=slot.last_day,
        issue_day=slot.issue_day,
        issued_on=issued_on,
        due_date=due.value,
        lines=lines,
        vat=(taxed,),
        totals=Totals(taxed.net, taxed.vat, taxed.gross),
        reasons=(_why_then(slot, book, facts.signed_on), tax, *due.reasons),
    )


def claim(facts: ContractFacts, drafts: Iterable[Draft]) -> ContractFacts:
    """The contract once these drafts are issued: their days are claimed."""
    days: dict[UUID, set[date]] = {}
    for draft in drafts:
        for line in draft.lines:
            days.setdefault(line.line_id, set()).add(line.first_day)
    lines = tuple(
        replace(line, claimed=line.claimed | days[line.id]) if line.id in days else line
        for line in facts.lines
    )
    return replace(facts, lines=lines)
