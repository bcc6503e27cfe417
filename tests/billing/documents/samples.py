"""Issued documents of every sort, as the invoice run freezes them; all names are invented."""

import copy
import struct
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from billing.documents.snapshot import (
    BuyerSnapshot,
    IssuedSnapshot,
    LineSnapshot,
    MentionSnapshot,
    ReasonSnapshot,
    SellerSnapshot,
)
from billing.rules import mentions as rules
from core.french import euros, long_date
from core.money import to_cents

ISSUED_AT = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)

REUNION: SellerSnapshot = {
    "legal_name": "Informatique du Lagon",
    "trade_name": "LΣGON INFORMATIQUΣ",
    "legal_form": "SARL",
    "share_capital": "10000.00",
    "siren": "732829320",
    "rcs_city": "Saint-Denis de La Réunion",
    "street": "12 rue des Flamboyants",
    "postal_code": "97490",
    "city": "Sainte-Clotilde",
    "vat_number": "FR44732829320",
    "vat_regime": "ON_COLLECTION",
    "is_sole_trader": False,
    "phone": "0262 00 00 00",
    "email": "compta@lagon.example",
    "website": "https://lagon.example",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPP",
    "brand_color": "#0b5a8f",
}
METROPOLE: SellerSnapshot = {
    **REUNION,
    "legal_name": "Micro des Filaos",
    "trade_name": "",
    "legal_form": "SAS",
    "share_capital": "1524.49",
    "rcs_city": "Fréjus",
    "street": "8 avenue des Pins",
    "postal_code": "83480",
    "city": "Puget-sur-Argens",
    "brand_color": "#7a1f5c",
}
SOLE_TRADER: SellerSnapshot = {
    **REUNION,
    "legal_name": "Dominique Fictif",
    "trade_name": "",
    "legal_form": "",
    "share_capital": "",
    "rcs_city": "",
    "vat_number": "",
    "vat_regime": "SMALL_BUSINESS",
    "is_sole_trader": True,
    "brand_color": "#ffd400",
}
PRACTICE: BuyerSnapshot = {
    "name": "Cabinet du Barachois",
    "siren": "404833048",
    "street": "3 place du Barachois",
    "postal_code": "97400",
    "city": "Saint-Denis",
    "attention": "Dr Camille Exemple",
    "contract_reference": "CMP3-2026-014",
}
CLINIC: BuyerSnapshot = {
    "name": "Société civile de moyens des médecins spécialistes en imagerie diagnostique et "
    "interventionnelle de la clinique des Flamboyants et du Grand Port",
    "siren": "404833048",
    "street": "Résidence des Alizés, bâtiment C, escalier 4, 128 boulevard du Général-Commandant "
    "de la Marine royale",
    "postal_code": "97460",
    "city": "Saint-Paul-lès-Exemple-sur-Mer",
    "attention": "Madame la docteure Marie-Antoinette de La Fontaine-Exemple",
    "contract_reference": "CMP3-2026-015",
    "order_reference": "BC-" + "7" * 40,
    "delivery": {
        "name": "Annexe du port",
        "street": "1 quai Ouest",
        "postal_code": "97420",
        "city": "Le Port",
    },
}


def reason(formula: str, clause: str = "Contrat CMP3, « Facturation »") -> ReasonSnapshot:
    return {"rule": "P1", "clause": clause, "formula": formula}


def line(label: str, net: str, *, rate: str = "8.50", **changes: Any) -> LineSnapshot:
    made = {
        "label": label,
        "quantity": "1.0000",
        "unit_price": f"{net}0000",
        "net_amount": net,
        "vat_rate": rate,
        "first_day": "2026-03-17",
        "last_day": "2026-12-31",
        "reasons": [reason(f"{label[:40]} : {euros(Decimal(net))}")],
        **changes,
    }
    return cast("LineSnapshot", made)


def mentions(seller: SellerSnapshot, day: date, *codes: str) -> list[MentionSnapshot]:
    """The real wordings of the law, as the invoice run asks for them."""
    found = rules.mentions(
        day=day,
        seller=rules.Seller(
            legal_name=seller["legal_name"],
            siren=seller["siren"],
            street=seller["street"],
            postal_code=seller["postal_code"],
            city=seller["city"],
            legal_form=seller["legal_form"],
            share_capital=Decimal(seller["share_capital"]) if seller["share_capital"] else None,
            rcs_city=seller["rcs_city"],
            vat_number=seller["vat_number"],
            vat_regime=cast("Any", seller["vat_regime"]),
            is_sole_trader=seller["is_sole_trader"],
        ),
        buyer=rules.Buyer("Cabinet", "404833048", "3 place", "97400", "Saint-Denis"),
        penalty=rules.Penalty(Decimal("1.5"), "CGV, art. 4"),
        vat_codes=codes,
    )
    return [cast("MentionSnapshot", mention.as_json()) for mention in found]


def document(
    lines: list[LineSnapshot], *, seller: SellerSnapshot = REUNION, **changes: Any
) -> IssuedSnapshot:
    """An invoice whose sums are right, VAT per rate on the sum of its lines."""
    nets: dict[str, Decimal] = {}
    for item in lines:
        rate = item["vat_rate"]
        nets[rate] = nets.get(rate, Decimal(0)) + Decimal(item["net_amount"])
    taxes = {rate: to_cents(net * Decimal(rate) / 100) for rate, net in nets.items()}
    net, tax = sum(nets.values(), Decimal(0)), sum(taxes.values(), Decimal(0))
    codes = ("vat_small_business",) if seller["vat_regime"] == "SMALL_BUSINESS" else ()
    made = {
        "kind": "INVOICE",
        "number": "F2026-00001",
        "issue_date": "2026-03-17",
        "due_date": "2026-04-16",
        "first_day": "2026-03-17",
        "last_day": "2026-12-31",
        "payment_method": "bank_transfer",
        "net_amount": str(net),
        "vat_amount": str(tax),
        "gross_amount": str(net + tax),
        "vat_breakdown": [
            {
                "vat_rate": rate,
                "vat_code": "S" if Decimal(rate) else "E",
                "net_amount": str(nets[rate]),
                "vat_amount": str(taxes[rate]),
            }
            for rate in nets
        ],
        "seller": seller,
        "buyer": PRACTICE,
        "mentions": mentions(seller, date(2026, 3, 17), *codes),
        "lines": lines,
        "reasons": [
            {
                "rule": "B2",
                "clause": "Contrat CMP3, « Facturation »",
                "formula": f"{long_date(date(2026, 3, 17))} + 30 jours = 16 avril 2026",
            }
        ],
        "credits": None,
        "is_demonstration": False,
        **changes,
    }
    return copy.deepcopy(cast("IssuedSnapshot", made))


PRORATED = line(
    "CMP3 Infogérance PRISME",
    "1906.85",
    reasons=[reason("2 400,00 € × 290 jours ÷ 365 jours = 1 906,85 €")],
)


def one_line() -> IssuedSnapshot:
    """P2, La Réunion at 8.5 %: from 17 March to the end of the civil year."""
    return document([PRORATED])


def three_lines() -> IssuedSnapshot:
    """P5, metropole at 20 %: a quarter by direct debit, drawn for the demonstration."""
    period = {"first_day": "2026-04-01", "last_day": "2026-06-30", "rate": "20.00"}
    lines = [
        line("Contrat de maintenance du parc informatique", "300.00", **period),
        line(
            "Sauvegarde externalisée, par poste",
            "1078.80",
            **period,
            quantity="12.0000",
            unit_price="89.900000",
        ),
        line(
            "Messagerie",
            "21.50",
            **{**period, "first_day": "2026-05-10"},
            reasons=[reason("43,00 € × 52 jours ÷ 91 jours, reste du trimestre", "CGV, art. 3.2")],
        ),
    ]
    return document(
        lines,
        seller=METROPOLE,
        number="F2026-00002",
        issue_date="2026-04-01",
        due_date="2026-04-15",
        first_day="2026-04-01",
        last_day="2026-06-30",
        payment_method="direct_debit",
        buyer={**PRACTICE, "mandate_reference": "RUM-2026-0007"},
        is_demonstration=True,
    )


def forty_lines() -> IssuedSnapshot:
    places = ("salle de soins", "secrétariat médical et accueil, deux écrans, lecteur de carte")
    lines = [line(f"Poste n° {n}, {places[n % 2]}", f"{10 + n}.25") for n in range(1, 41)]
    return document(lines, number="F2026-00003")


def two_rates() -> IssuedSnapshot:
    """B7: seven times 0.33 at 8.5 % is 0.20 of VAT, rounded once, beside another rate."""
    lines = [line(f"Assistance {n}", "0.33") for n in range(1, 8)]
    return document([*lines, line("Déplacement en métropole", "200.00", rate="20.00")])


def exempt() -> IssuedSnapshot:
    """Art. 293 B: a sole trader without VAT, paid by cheque."""
    lines = [line("Contrat d’accompagnement", "275.00", rate="0.00")]
    return document(lines, seller=SOLE_TRADER, payment_method="cheque", number="F2026-00004")


def credit_note() -> IssuedSnapshot:
    return document(
        [PRORATED],
        kind="CREDIT_NOTE",
        number="A2026-00001",
        issue_date="2026-05-04",
        due_date="2026-05-04",
        credits={"number": "F2026-00001", "issue_date": "2026-03-17"},
        reasons=[
            {
                "rule": "B1",
                "clause": "CGI, annexe II, art. 242 nonies A",
                "formula": "annulation totale de la facture F2026-00001",
            }
        ],
    )


def long_names() -> IssuedSnapshot:
    lines = [
        line("Contrat de maintenance " + "et d’assistance à l’usage des logiciels " * 6, "200.00"),
        line("X" * 200, "123456.78"),
    ]
    seller = {
        **REUNION,
        "trade_name": "",
        "legal_name": "Groupement d’intérêt économique des prestataires informatiques de santé "
        "de l’océan Indien",
        "legal_form": "Groupement d’intérêt économique",
    }
    return document(lines, seller=cast("SellerSnapshot", seller), buyer=CLINIC)


SAMPLES = {
    "one-line-reunion": one_line,
    "three-lines-direct-debit": three_lines,
    "forty-lines": forty_lines,
    "two-rates": two_rates,
    "exempt-sole-trader": exempt,
    "credit-note": credit_note,
    "long-names": long_names,
}


def logo(width: int = 60, height: int = 20) -> bytes:
    """A small blue PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)

    rows = zlib.compress((b"\x00" + b"\x0b\x5a\x8f" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
