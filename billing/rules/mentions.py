"""The sentences the law wants on an invoice, with their basis and the days they are valid.

CGI annexe II art. 242 nonies A; Code de commerce L441-9, L441-10, D441-5, R123-237, R526-27. The
list is frozen on the document when it is issued. References to the CGI move to the CIBS on
1 January 2027; the old ones stay accepted until 30 June 2028, so each text is dated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from billing.rules.errors import IncompleteParty
from billing.rules.laws import CGI_TOLERATED_UNTIL, CIBS_DAY, Moved
from core.errors import gettext_noop as _
from core.french import NO_BREAK_SPACE, euros, percent
from core.periods import EARLIEST_DAY

Regime = Literal["ON_COLLECTION", "ON_DEBITS", "SMALL_BUSINESS"]
Category = Literal["services", "goods", "both"]

INVOICE_CONTENT: Final = "CGI, annexe II, art. 242 nonies A, I"  # what an invoice must say
IDENTITY: Final = "Code de commerce, art. R123-237"

# Notes that the electronic invoice carries under a code of their own (BR-FR-05).
NOTE_CODES: Final = {"recovery_fee": "PMT", "late_penalty": "PMD", "early_payment_discount": "AAB"}
# What a page shows in the blocks of the parties rather than among the sentences at its foot.
IDENTITY_CODES: Final = frozenset(
    {"seller_name", "seller_registration", "seller_vat_number", "buyer_siren", "buyer_order"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One sentence of a document."""

    code: str
    text: str
    basis: str
    valid_from: date = EARLIEST_DAY
    valid_to: date | None = None

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text, "basis": self.basis}

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who issues the document, as it stands on the day of issue."""

    legal_name: str
    siren: str
    street: str
    postal_code: str
    city: str
    legal_form: str = ""
    share_capital: Decimal | None = None
    rcs_city: str = ""
    vat_number: str = ""
    vat_regime: Regime = "ON_COLLECTION"
    is_sole_trader: bool = False
    vat_group: str = ""  # the single taxable person it is a member of
    is_in_liquidation: bool = False


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who the document is for."""

    name: str
    siren: str
    street: str
    postal_code: str
    city: str
    order_reference: str = ""


@dataclass(frozen=True, slots=True)
class Penalty:
    """The late-payment rate of the terms, in percent a month; none: the rate of the law."""

    monthly_percent: Decimal | None = None
    clause: str = ""


def _moved(code: str, before: str, after: str, basis: str) -> tuple[Mention, Mention]:
    """A text that names the CGI, and the one that takes its place with the CIBS."""
    return (
        Mention(code, before, basis, EARLIEST_DAY, CGI_TOLERATED_UNTIL),
        Mention(code, after, Moved(basis).after, CIBS_DAY),
    )


CATEGORIES: Final[dict[Category, str]] = {
    "services": "prestations de services",
    "goods": "livraisons de biens",
    "both": "livraisons de biens et prestations de services",
}

WORDINGS: Final[tuple[Mention, ...]] = (
    *_moved(
        "vat_on_debits",
        "Option pour le paiement de la taxe d’après les débits",
        "Option pour le paiement de la taxe d’après les débits",
        f"{INVOICE_CONTENT}, 11° bis",
    ),
    *_moved(
        "vat_small_business",
        "TVA non applicable, article 293 B du CGI",
        "TVA non applicable, franchise en base (CIBS, ancien article 293 B du CGI)",
        "CGI, art. 293 E, II",
    ),
    *_moved(
        "vat_not_applicable",
        "TVA non applicable en Guyane et à Mayotte, article 294, 1 du CGI",
        "TVA non applicable en Guyane et à Mayotte (CIBS, ancien article 294, 1 du CGI)",
        f"{INVOICE_CONTENT}, 12°",
    ),
    Mention(
        "recovery_fee",
        "Tout retard de paiement donne lieu de plein droit à une indemnité forfaitaire pour frais "
        f"de recouvrement de 40{NO_BREAK_SPACE}€.",
        "Code de commerce, art. L441-10, II et D441-5",
        date(2013, 1, 1),
    ),
    Mention(
        "early_payment_discount",
        "Aucun escompte pour paiement anticipé.",
        "Code de commerce, art. L441-9",
    ),
)


def wording(code: str, day: date) -> Mention:
    """The text of a mention on a day: the latest one that is valid.

    >>> wording("vat_small_business", date(2026, 12, 31)).text
    'TVA non applicable, article 293 B du CGI'
    >>> wording("vat_small_business", date(2027, 1, 1)).valid_from
    datetime.date(2027, 1, 1)
    """
    valid = [text for text in WORDINGS if text.code == code and text.is_valid_on(day)]
    if not valid:
        raise LookupError(f"no text for {code} on {day}")
    return max(valid, key=lambda text: text.valid_from)


def spaced_siren(siren: str) -> str:
    """
    >>> spaced_siren("123456782").replace("\\xa0", " ")
    '123 456 782'
    """
    return NO_BREAK_SPACE.join((siren[:3], siren[3:6], siren[6:]))


def registration(seller: Seller) -> str:
    """Form, capital, SIREN and register of a company; the status of a sole trader.

    >>> seller = Seller("Micro des Filaos", "123456782", "1 rue des Pins", "83480", "Puget",
    ...     legal_form="SARL", share_capital=Decimal("8000"), rcs_city="Fréjus")
    >>> for part in registration(seller).replace("\\xa0", " ").split(", ", 2): print(part)
    SARL au capital de 8 000,00 €
    SIREN 123 456 782 RCS Fréjus
    siège : 1 rue des Pins, 83480 Puget
    """
    form = "Entrepreneur individuel (EI)" if seller.is_sole_trader else seller.legal_form
    if seller.share_capital is not None:
        form += f" au capital de {euros(seller.share_capital)}"
    register = f" RCS {seller.rcs_city}" if seller.rcs_city else ""
    seat = f"siège : {seller.street}, {seller.postal_code} {seller.city}"
    return f"{form}, SIREN {spaced_siren(seller.siren)}{register}, {seat}"


def penalty_mention(penalty: Penalty) -> Mention:
    """The late-payment rate: the one of the terms, else the one of the law.

    >>> penalty_mention(Penalty(Decimal("1.5"), "CGV art. 4")).text.replace("\\xa0", " ")
    'Pénalités de retard : 1,5 % par mois, dès le lendemain de la date d’échéance.'
    """
    basis = "Code de commerce, art. L441-10, II"
    after = "dès le lendemain de la date d’échéance"
    if penalty.monthly_percent is None:
        return Mention(
            "late_penalty",
            "Pénalités de retard : taux de refinancement de la Banque centrale européenne majoré "
            f"de 10 points, au moins trois fois le taux d’intérêt légal, {after}.",
            basis,
        )
    rate = percent(penalty.monthly_percent)
    return Mention(
        "late_penalty",
        f"Pénalités de retard : {rate} par mois, {after}.",
        f"{penalty.clause} ; {basis}" if penalty.clause else basis,
    )


def _require(texts: dict[str, str]) -> None:
    for field, text in texts.items():
        if not text.strip():
            raise IncompleteParty(
                _("An invoice cannot be issued without this mention: %(field)s."),
                field=field,
                params={"field": field},
            )


def check_seller(seller: Seller) -> None:
    """Refuse a seller whose documents would miss a mention of the law."""
    required = {
        "legal_name": seller.legal_name,
        "siren": seller.siren,
        "street": seller.street,
        "postal_code": seller.postal_code,
        "city": seller.city,
    }
    if not seller.is_sole_trader:
        required |= {"legal_form": seller.legal_form, "rcs_city": seller.rcs_city}
    if seller.vat_regime != "SMALL_BUSINESS":
        required["vat_number"] = seller.vat_number
    _require(required)


def check_buyer(buyer: Buyer) -> None:
    """Refuse a buyer without name, address or SIREN: no invoice is issued between firms without."""
    _require(
        {
            "name": buyer.name,
            "siren": buyer.siren,
            "street": buyer.street,
            "postal_code": buyer.postal_code,
            "city": buyer.city,
        }
    )


def _content(place: str, day: date) -> str:
    return Moved(f"{INVOICE_CONTENT}, {place}").on(day)


def _seller_mentions(seller: Seller, day: date) -> list[Mention]:
    name = f"{seller.legal_name}, EI" if seller.is_sole_trader else seller.legal_name
    if seller.is_in_liquidation:
        name += ", en liquidation"
    name_basis = "Code de commerce, art. R526-27" if seller.is_sole_trader else IDENTITY
    found = [
        Mention("seller_name", name, name_basis),
        Mention("seller_registration", registration(seller), IDENTITY),
    ]
    if seller.vat_number:
        number = f"TVA intracommunautaire : {seller.vat_number}"
        found.append(Mention("seller_vat_number", number, _content("2°", day)))
    if seller.vat_group:
        text = f"Membre d’un assujetti unique : {seller.vat_group}"
        found.append(Mention("vat_group", text, _content("5° bis", day)))
    return found


@lru_cache(maxsize=512)
def _common(
    day: date, seller: Seller, penalty: Penalty, vat_codes: tuple[str, ...], category: Category
) -> tuple[Mention, ...]:
    check_seller(seller)
    operation = f"Catégorie de l’opération : {CATEGORIES[category]}"
    codes = ["vat_on_debits"] if seller.vat_regime == "ON_DEBITS" else []
    return (
        *_seller_mentions(seller, day),
        Mention("operation_category", operation, _content("8° bis", day)),
        *(wording(code, day) for code in (*codes, *vat_codes)),
        wording("recovery_fee", day),
        penalty_mention(penalty),
        wording("early_payment_discount", day),
    )


def mentions(
    *,
    day: date,
    seller: Seller,
    buyer: Buyer,
    penalty: Penalty,
    vat_codes: Iterable[str] = (),
    category: Category = "services",
) -> tuple[Mention, ...]:
    """Everything the law wants said on a document issued that day (B10), in the order of the page.

    `vat_codes` are the mentions of its VAT rates (`VatRate.mention`), for what bears no tax.
    """
    check_buyer(buyer)
    siren = f"SIREN du client : {spaced_siren(buyer.siren)}"
    found = [Mention("buyer_siren", siren, _content("1°", day))]
    if buyer.order_reference:
        order = f"Bon de commande : {buyer.order_reference}"
        found.append(Mention("buyer_order", order, "Code de commerce, art. L441-9"))
    codes = tuple(dict.fromkeys(code for code in vat_codes if code))
    return (*_common(day, seller, penalty, codes, category), *found)
