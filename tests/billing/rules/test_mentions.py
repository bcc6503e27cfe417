"""Every sentence the law wants, on the day it is wanted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.rules.errors import IncompleteParty
from billing.rules.mentions import (
    IDENTITY_CODES,
    NOTE_CODES,
    WORDINGS,
    Buyer,
    Mention,
    Penalty,
    Seller,
    mentions,
    wording,
)

SELLER = Seller(
    legal_name="Micro des Filaos",
    siren="123456782",
    street="1 rue des Pins",
    postal_code="83480",
    city="Puget-sur-Argens",
    legal_form="SARL",
    share_capital=Decimal("8000.00"),
    rcs_city="Fréjus",
    vat_number="FR32123456782",
)
BUYER = Buyer("Cabinet des Pins", "987654324", "2 place du Marché", "83480", "Puget-sur-Argens")
PENALTY = Penalty(Decimal("1.5"), "CGV art. 4")
TODAY = date(2026, 11, 22)

# What each line of the law's table gives: 242 nonies A (its number) or the Code de commerce.
ALWAYS = {
    "seller_name": "Micro des Filaos",  # 1°
    "seller_registration": (
        "SARL au capital de 8 000,00 €, SIREN 123 456 782 RCS Fréjus, "
        "siège : 1 rue des Pins, 83480 Puget-sur-Argens"
    ),  # R123-237, R123-238
    "seller_vat_number": "TVA intracommunautaire : FR32123456782",  # 2°
    "operation_category": "Catégorie de l’opération : prestations de services",  # 8° bis
    "recovery_fee": (
        "Tout retard de paiement donne lieu de plein droit à une indemnité forfaitaire pour frais "
        "de recouvrement de 40 €."
    ),  # L441-10
    "late_penalty": "Pénalités de retard : 1,5 % par mois, dès le lendemain de la date d’échéance.",
    "early_payment_discount": "Aucun escompte pour paiement anticipé.",  # L441-9
    "buyer_siren": "SIREN du client : 987 654 324",  # 1°
}


def said(day: date = TODAY, **values: Any) -> dict[str, Mention]:
    known: dict[str, Any] = {"seller": SELLER, "buyer": BUYER, "penalty": PENALTY}
    return {mention.code: mention for mention in mentions(day=day, **(known | values))}


def texts(found: dict[str, Mention]) -> dict[str, str]:
    return {code: mention.text.replace("\xa0", " ") for code, mention in found.items()}


def test_every_mandatory_mention_is_there() -> None:
    assert texts(said()) == ALWAYS
    assert all(mention.basis for mention in said().values())


def test_mentions_are_frozen_as_code_text_and_basis() -> None:
    assert said()["early_payment_discount"].as_json() == {
        "code": "early_payment_discount",
        "text": "Aucun escompte pour paiement anticipé.",
        "basis": "Code de commerce, art. L441-9",
    }


def test_the_three_notes_of_the_electronic_invoice_are_each_there_once() -> None:
    codes = [
        mention.code for mention in mentions(day=TODAY, seller=SELLER, buyer=BUYER, penalty=PENALTY)
    ]
    assert [codes.count(code) for code in NOTE_CODES] == [1, 1, 1]
    assert set(codes) >= IDENTITY_CODES - {"buyer_order"}
    assert len(codes) == len(set(codes))


def test_vat_on_debits_is_said_by_who_opted_for_it() -> None:
    opted = replace(SELLER, vat_regime="ON_DEBITS")
    found = texts(said(seller=opted))
    assert found["vat_on_debits"] == "Option pour le paiement de la taxe d’après les débits"
    assert "vat_on_debits" not in said()


def test_a_sole_trader_is_named_so() -> None:
    alone = replace(
        SELLER, is_sole_trader=True, legal_form="", share_capital=None, rcs_city="", vat_number="",
        vat_regime="SMALL_BUSINESS",
    )  # fmt: skip
    found = texts(said(seller=alone, vat_codes=["vat_small_business"]))
    assert found["seller_name"] == "Micro des Filaos, EI"
    assert found["seller_registration"].startswith(
        "Entrepreneur individuel (EI), SIREN 123 456 782,"
    )
    assert found["vat_small_business"] == "TVA non applicable, article 293 B du CGI"
    assert "seller_vat_number" not in found


def test_rarer_situations_are_said_too() -> None:
    rare = replace(SELLER, is_in_liquidation=True, vat_group="Groupe des Filaos, 123456782")
    ordered = replace(BUYER, order_reference="BC-2026-7")
    found = texts(said(seller=rare, buyer=ordered, category="both"))
    assert found["seller_name"] == "Micro des Filaos, en liquidation"
    assert found["vat_group"] == "Membre d’un assujetti unique : Groupe des Filaos, 123456782"
    assert found["buyer_order"] == "Bon de commande : BC-2026-7"
    assert found["operation_category"].endswith("livraisons de biens et prestations de services")


def test_without_a_rate_of_the_terms_the_rate_of_the_law_is_said() -> None:
    found = texts(said(penalty=Penalty()))["late_penalty"]
    assert "majoré de 10 points" in found
    assert "trois fois le taux d’intérêt légal" in found
    assert said()["late_penalty"].basis == "CGV art. 4 ; Code de commerce, art. L441-10, II"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 12, 31), "TVA non applicable en Guyane et à Mayotte, article 294, 1 du CGI"),
        (
            date(2027, 1, 1),
            "TVA non applicable en Guyane et à Mayotte (CIBS, ancien article 294, 1 du CGI)",
        ),
        (
            date(2028, 7, 1),
            "TVA non applicable en Guyane et à Mayotte (CIBS, ancien article 294, 1 du CGI)",
        ),
    ],
)
def test_references_move_to_the_new_code_on_1_january_2027(day: date, text: str) -> None:
    found = said(day, vat_codes=["vat_not_applicable", "", "vat_not_applicable"])
    assert found["vat_not_applicable"].text == text


def test_old_references_are_valid_until_they_are_no_longer_tolerated() -> None:
    old = [text for text in WORDINGS if text.valid_to is not None]
    assert {text.valid_to for text in old} == {date(2028, 6, 30)}
    assert all("CGI" in text.basis and "CIBS" not in text.basis for text in old)
    assert old[0].is_valid_on(date(2028, 6, 30))
    assert not old[0].is_valid_on(date(2028, 7, 1))
    for code in {text.code for text in old}:
        assert "CIBS" in wording(code, date(2027, 1, 1)).basis


@pytest.mark.parametrize("day", [date(2014, 1, 1), date(2026, 12, 31), date(2050, 6, 1)])
def test_every_wording_has_a_text_every_day(day: date) -> None:
    assert all(wording(code, day).text for code in {text.code for text in WORDINGS})
    with pytest.raises(LookupError):
        wording("no_such_mention", day)


OF_A_SELLER = (
    "legal_name", "siren", "street", "postal_code", "city", "legal_form", "rcs_city", "vat_number"
)  # fmt: skip


@pytest.mark.parametrize("field", OF_A_SELLER)
def test_a_seller_without_a_mandatory_mention_issues_nothing(field: str) -> None:
    blank: dict[str, Any] = {field: " "}
    with pytest.raises(IncompleteParty) as refusal:
        said(seller=replace(SELLER, **blank))
    assert refusal.value.field == field


@pytest.mark.parametrize("field", ["name", "siren", "street", "postal_code", "city"])
def test_a_buyer_without_a_mandatory_mention_parks_the_contract(field: str) -> None:
    with pytest.raises(IncompleteParty) as refusal:
        said(buyer=replace(BUYER, **{field: ""}))
    assert refusal.value.field == field
