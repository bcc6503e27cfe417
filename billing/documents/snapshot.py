"""What an issued document keeps of its day, key by key: the JSON written at issue and printed
ever after.

Amounts and rates are decimal strings ("1906.85", "8.50"), days ISO strings ("2026-03-17"), absent
texts "", absent days None. `SellerSnapshot`, `BuyerSnapshot`, `MentionSnapshot`, `VatSnapshot`
and `ReasonSnapshot` are the shapes of the JSON columns; `IssuedSnapshot` is the whole document,
columns and lines included, as `view.from_issued` reads it.
"""

from typing import Literal, NotRequired, TypedDict


class ReasonSnapshot(TypedDict):
    rule: str
    clause: str
    formula: str


class SellerSnapshot(TypedDict):
    """The provider as it stood on the day of issue (code de commerce, art. R123-237)."""

    legal_name: str
    trade_name: str
    legal_form: str
    share_capital: str  # "10000.00", "" when there is none
    siren: str
    rcs_city: str
    street: str
    postal_code: str
    city: str
    vat_number: str
    vat_regime: str
    is_sole_trader: bool
    phone: str
    email: str
    website: str
    iban: str
    bic: str
    brand_color: NotRequired[str]  # "#0b5a8f"


class DeliverySnapshot(TypedDict):
    """Where the work is done, when that is not the buyer's own address."""

    name: str
    street: str
    postal_code: str
    city: str


class BuyerSnapshot(TypedDict):
    name: str
    siren: str
    street: str
    postal_code: str
    city: str
    attention: NotRequired[str]  # « à l'attention de »
    contract_reference: NotRequired[str]
    order_reference: NotRequired[str]  # the buyer's own purchase order
    mandate_reference: NotRequired[str]  # of the SEPA mandate, for a direct debit
    delivery: NotRequired[DeliverySnapshot | None]


class MentionSnapshot(TypedDict):
    """A wording the law asks for, frozen with its legal basis."""

    code: str
    text: str
    basis: str


class VatSnapshot(TypedDict):
    """One rate of the document; at rate "0.00" the reason stands among the mentions."""

    vat_rate: str
    vat_code: str
    net_amount: str
    vat_amount: str


class LineSnapshot(TypedDict):
    label: str
    quantity: str
    unit_price: str
    net_amount: str
    vat_rate: str
    first_day: str | None
    last_day: str | None
    reasons: list[ReasonSnapshot]
    unit: NotRequired[str]


class CreditedSnapshot(TypedDict):
    """The invoice that a credit note names; without number and date it would not stand."""

    number: str
    issue_date: str


class IssuedSnapshot(TypedDict):
    kind: Literal["INVOICE", "CREDIT_NOTE"]
    number: str
    issue_date: str
    due_date: str
    first_day: str | None
    last_day: str | None
    payment_method: Literal["direct_debit", "bank_transfer", "cheque"]
    net_amount: str
    vat_amount: str
    gross_amount: str
    vat_breakdown: list[VatSnapshot]
    seller: SellerSnapshot
    buyer: BuyerSnapshot
    mentions: list[MentionSnapshot]
    lines: list[LineSnapshot]
    reasons: list[ReasonSnapshot]  # of the whole document: due date, cancellation
    credits: CreditedSnapshot | None
    is_demonstration: bool
