"""Everything an invoice or a credit note prints, as values, built from its frozen copy alone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.documents.brand import DEFAULT as DEFAULT_COLOR
from billing.documents.brand import readable
from billing.documents.snapshot import (
    BuyerSnapshot,
    CreditedSnapshot,
    DeliverySnapshot,
    IssuedSnapshot,
    LineSnapshot,
    ReasonSnapshot,
    SellerSnapshot,
)
from billing.rules.mentions import IDENTITY_CODES
from core.errors import DomainError, gettext_noop
from core.reasons import Reason

LOGO_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class IncoherentDocument(DomainError):
    """The frozen copy says something that no invoice may say; it is not printed."""


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    street: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class Seller:
    legal_name: str
    trade_name: str
    legal_form: str
    share_capital: Decimal | None
    siren: str
    rcs_city: str
    street: str
    postal_code: str
    city: str
    vat_number: str
    is_sole_trader: bool
    phone: str
    email: str
    website: str
    iban: str
    bic: str

    @property
    def display_name(self) -> str:
        """The name customers know; `EI` stands next to a sole trader's own name (R526-27)."""
        return self.trade_name or self.full_legal_name

    @property
    def full_legal_name(self) -> str:
        return f"{self.legal_name} EI" if self.is_sole_trader else self.legal_name


@dataclass(frozen=True, slots=True)
class Buyer:
    name: str
    siren: str
    street: str
    postal_code: str
    city: str
    attention: str
    contract_reference: str
    order_reference: str
    mandate_reference: str
    delivery: Place | None


@dataclass(frozen=True, slots=True)
class Line:
    position: int
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net_amount: Decimal
    vat_rate: Decimal
    first_day: date | None
    last_day: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class VatRow:
    vat_rate: Decimal
    net_amount: Decimal
    vat_amount: Decimal


@dataclass(frozen=True, slots=True)
class Mention:
    code: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Credited:
    number: str
    issue_date: date


@dataclass(frozen=True, slots=True)
class Brand:
    color: str
    logo: bytes


@dataclass(frozen=True, slots=True)
class InvoiceView:
    is_credit_note: bool
    number: str
    issue_date: date
    due_date: date
    first_day: date | None
    last_day: date | None
    payment_method: str
    seller: Seller
    buyer: Buyer
    lines: tuple[Line, ...]
    vat_rows: tuple[VatRow, ...]
    net_amount: Decimal
    vat_amount: Decimal
    gross_amount: Decimal
    mentions: tuple[Mention, ...]
    reasons: tuple[Reason, ...]
    credited: Credited | None
    brand: Brand
    is_demonstration: bool

    @property
    def kind_name(self) -> str:
        return "Avoir" if self.is_credit_note else "Facture"

    @property
    def title(self) -> str:
        return f"{self.kind_name} {self.number} – {self.seller.display_name}"


def from_issued(issued: IssuedSnapshot, *, logo: bytes = b"") -> InvoiceView:
    """The printed values of an issued document; one that does not add up is refused (`check`)."""
    view = InvoiceView(
        is_credit_note=issued["kind"] == "CREDIT_NOTE",
        number=issued["number"],
        issue_date=date.fromisoformat(issued["issue_date"]),
        due_date=date.fromisoformat(issued["due_date"]),
        first_day=_day(issued["first_day"]),
        last_day=_day(issued["last_day"]),
        payment_method=issued["payment_method"],
        seller=_seller(issued["seller"]),
        buyer=_buyer(issued["buyer"]),
        lines=tuple(_line(number, line) for number, line in enumerate(issued["lines"], start=1)),
        vat_rows=tuple(
            VatRow(Decimal(row["vat_rate"]), Decimal(row["net_amount"]), Decimal(row["vat_amount"]))
            for row in issued["vat_breakdown"]
        ),
        net_amount=Decimal(issued["net_amount"]),
        vat_amount=Decimal(issued["vat_amount"]),
        gross_amount=Decimal(issued["gross_amount"]),
        mentions=tuple(
            Mention(**mention)
            for mention in issued["mentions"]
            if mention["code"] not in IDENTITY_CODES  # the page says these where the parties are
        ),
        reasons=_reasons(issued["reasons"]),
        credited=_credited(issued["credits"]),
        brand=Brand(readable(issued["seller"].get("brand_color", DEFAULT_COLOR)), logo),
        is_demonstration=issued["is_demonstration"],
    )
    check(view)
    return view


def check(view: InvoiceView) -> None:
    """Parties named, amounts positive, sums exact.

    CGI annexe II art. 242 nonies A; EN 16931 BR-CO-10, 13, 14, 15.
    """
    refusals = {
        gettext_noop("The lines do not add up to the net total."): (
            sum((line.net_amount for line in view.lines), Decimal(0)) != view.net_amount
        ),
        gettext_noop("The net amounts per VAT rate do not add up to the net total."): (
            sum((row.net_amount for row in view.vat_rows), Decimal(0)) != view.net_amount
        ),
        gettext_noop("The VAT amounts per rate do not add up to the VAT total."): (
            sum((row.vat_amount for row in view.vat_rows), Decimal(0)) != view.vat_amount
        ),
        gettext_noop("Net and VAT do not add up to the gross total."): (
            view.net_amount + view.vat_amount != view.gross_amount
        ),
        gettext_noop("A document has positive amounts and at least one line."): (
            not view.lines or min(line.net_amount for line in view.lines) < 0
        ),
        gettext_noop("A document names its number, its seller with a SIREN and its buyer."): (
            not all((view.number, view.seller.legal_name, view.seller.siren, view.buyer.name))
        ),
        gettext_noop("A credit note names the invoice it credits, and only a credit note does."): (
            view.is_credit_note != (view.credited is not None)
        ),
        gettext_noop("The logo is neither PNG nor JPEG."): (
            bool(view.brand.logo) and not view.brand.logo.startswith(LOGO_SIGNATURES)
        ),
    }
    for message, is_refused in refusals.items():
        if is_refused:
            raise IncoherentDocument(message)


def _seller(seller: SellerSnapshot) -> Seller:
    return Seller(
        legal_name=seller["legal_name"],
        trade_name=seller["trade_name"],
        legal_form=seller["legal_form"],
        share_capital=Decimal(seller["share_capital"]) if seller["share_capital"] else None,
        siren=seller["siren"],
        rcs_city=seller["rcs_city"],
        street=seller["street"],
        postal_code=seller["postal_code"],
        city=seller["city"],
        vat_number=seller["vat_number"],
        is_sole_trader=seller["is_sole_trader"],
        phone=seller["phone"],
        email=seller["email"],
        website=seller["website"],
        iban=seller["iban"],
        bic=seller["bic"],
    )


def _buyer(buyer: BuyerSnapshot) -> Buyer:
    return Buyer(
        name=buyer["name"],
        siren=buyer["siren"],
        street=buyer["street"],
        postal_code=buyer["postal_code"],
        city=buyer["city"],
        attention=buyer.get("attention", ""),
        contract_reference=buyer.get("contract_reference", ""),
        order_reference=buyer.get("order_reference", ""),
        mandate_reference=buyer.get("mandate_reference", ""),
        delivery=_place(buyer.get("delivery")),
    )


def _line(position: int, line: LineSnapshot) -> Line:
    return Line(
        position=position,
        label=line["label"],
        quantity=Decimal(line["quantity"]),
        unit=line.get("unit", ""),
        unit_price=Decimal(line["unit_price"]),
        net_amount=Decimal(line["net_amount"]),
        vat_rate=Decimal(line["vat_rate"]),
        first_day=_day(line["first_day"]),
        last_day=_day(line["last_day"]),
        reasons=_reasons(line["reasons"]),
    )


def _reasons(stored: list[ReasonSnapshot]) -> tuple[Reason, ...]:
    return tuple(Reason(row["rule"], row["clause"], row["formula"]) for row in stored)


def _place(delivery: DeliverySnapshot | None) -> Place | None:
    return Place(**delivery) if delivery else None


def _credited(credited: CreditedSnapshot | None) -> Credited | None:
    if credited is None:
        return None
    return Credited(credited["number"], date.fromisoformat(credited["issue_date"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
