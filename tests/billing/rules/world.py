"""Contracts of four offers as values: what a test says, everything else as usual."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from contracts.rules.billing import Billing
from contracts.rules.duration import AsStated, CivilYear, FirstFullCivilYear, FixedMonths
from contracts.rules.facts import ContractFacts, LineFacts, PriceChange, VatTreatment, VatZone
from contracts.rules.indexation import NoIndexation, SyntecIndexation
from contracts.rules.notice import Notice
from contracts.rules.payment import DaysAfter, DebitDay, DueRule, Method, OnIssue, Payment
from contracts.rules.price import Price
from contracts.rules.terms import Terms

ALL_CADENCES = ("yearly", "half-yearly", "quarterly", "monthly")
DEBIT_15 = DebitDay(kind="debit_day", day=15, notice_days=14)
DEBIT_1 = DebitDay(kind="debit_day", day=1, notice_days=14)
DAYS_15 = DaysAfter(kind="days_after", days=15)
DAYS_30 = DaysAfter(kind="days_after", days=30)
ON_ISSUE = OnIssue(kind="on_issue")


def notice(due: Literal["last_day", "anniversary"] = "last_day") -> Notice:
    return Notice(clause="CGV, préavis", months=3, due=due)


def billing(anchor: str, **values: Any) -> Billing:
    known: dict[str, Any] = {
        "clause": "CGV, facturation",
        "cadences": ALL_CADENCES,
        "default_cadence": "yearly",
        "anchor": anchor,
    }
    return Billing(**(known | values))


def payment(default: Method, rules: dict[Method, DueRule]) -> Payment:
    return Payment(clause="CGV, règlement", methods=rules, default_method=default)


def syntec(month: int) -> SyntecIndexation:
    return SyntecIndexation(kind="syntec", clause="CGV, révision", month=month, day=1)


def calendar_terms(**parts: Any) -> Terms:
    """Like MICRO INFO SERVICE: calendar periods, first full civil year, January revision."""
    known: dict[str, Any] = {
        "duration": FirstFullCivilYear(kind="first_full_civil_year", clause="CGV art. 5"),
        "notice": notice(),
        "price": Price(clause="CGV art. 3.2"),
        "indexation": syntec(1),
        "billing": billing("calendar", clause="CGV art. 4"),
        "payment": payment(
            "direct_debit",
            {"direct_debit": DEBIT_15, "bank_transfer": DEBIT_15, "cheque": DEBIT_15},
        ),
    }
    return Terms(**(known | parts))


def own_year_terms(**parts: Any) -> Terms:
    """Like INTÉGRAL MICRO: periods from the start, 15 days ahead, July revision."""
    known: dict[str, Any] = {
        "duration": AsStated(kind="as_stated", clause="CGV, durée"),
        "notice": notice(),
        "price": Price(clause="CGV, tarification"),
        "indexation": syntec(7),
        "billing": billing("contract_start", lead_days=15, clause="CGV, conditions financières"),
        "payment": payment(
            "direct_debit", {"direct_debit": DEBIT_1, "bank_transfer": DAYS_15, "cheque": DAYS_15}
        ),
    }
    return Terms(**(known | parts))


def pack_terms(**parts: Any) -> Terms:
    """Like SI SANTE: twelve months, a price that includes VAT, paid on order."""
    known: dict[str, Any] = {
        "duration": FixedMonths(kind="months", clause="Contrat, art. II-5", months=12),
        "notice": notice("anniversary"),
        "price": Price(clause="Contrat, art. V", includes_vat=True),
        "indexation": NoIndexation(kind="none", clause="Contrat, art. V"),
        "billing": billing("contract_start", cadences=("yearly",), clause="Contrat, art. V"),
        "payment": payment("bank_transfer", {"bank_transfer": ON_ISSUE, "cheque": ON_ISSUE}),
    }
    return Terms(**(known | parts))


def civil_year_terms(**parts: Any) -> Terms:
    """Like réunion informatique: one invoice a civil year, 30 days, no renewal, no index."""
    known: dict[str, Any] = {
        "duration": CivilYear(kind="civil_year", clause="CGS, engagement"),
        "price": Price(clause="CGS, facturation"),
        "indexation": NoIndexation(kind="none", clause="CGS, facturation"),
        "billing": billing("calendar", cadences=("yearly",), clause="CGS, facturation"),
        "payment": payment(
            "bank_transfer", {"bank_transfer": DAYS_30, "cheque": DAYS_30, "direct_debit": DAYS_30}
        ),
    }
    return Terms(**(known | parts))


def line(number: int, annual: str, applies_from: date, **values: Any) -> LineFacts:
    known: dict[str, Any] = {
        "id": UUID(int=number),
        "kind": "base",
        "label": f"Maintenance {number}",
        "quantity": Decimal(1),
        "prices": (PriceChange(applies_from, Decimal(annual)),),
    }
    return LineFacts(**(known | values))


def contract(terms: Terms, *annuals: str, **values: Any) -> ContractFacts:
    """A contract signed on 10 February 2026 unless told otherwise, one line for each price."""
    signed_on = values.setdefault("signed_on", date(2026, 2, 10))
    starts_on = values.setdefault("starts_on", signed_on)
    first_day = min(signed_on, starts_on)
    known: dict[str, Any] = {
        "id": UUID(int=1000),
        "customer_id": UUID(int=2000),
        "terms": terms,
        "cadence": terms.billing.default_cadence,
        "payment_method": terms.payment.default_method,
        "vat": VatTreatment(VatZone.METROPOLE),
        "lines": tuple(line(n, annual, first_day) for n, annual in enumerate(annuals, start=1)),
    }
    return ContractFacts(**(known | values))
