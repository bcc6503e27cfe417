"""Each kind: how a row is recognised, what is refused at which cell, what is written."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.enums import ContractStatus
from contracts.models import Contract
from fleet.models import Equipment
from imports.kinds import KINDS
from providers.models import Contact, Customer
from providers.scoping import open_scope
from tests.factories import a_customer, a_siren
from tests.imports.conftest import Importer, counts

Rows = Callable[..., list[Any]]
CUSTOMERS = """Code client;Raison sociale;SIREN;Code postal;Ville;Type
C-1;Cabinet des Pins;910 000 017;83480;Puget;cabinet
C-2;Maison du Port;;1000;Bourg;groupe
;Dr Exemple;91000003300027;97490;Saint-Denis;praticien
"""


@pytest.mark.parametrize("code", KINDS)
def test_a_template_holds_three_rows_that_can_be_imported(importer: Importer, code: str) -> None:
    """The three invented rows of every kind in turn, as a new house would send them."""
    for kind in KINDS.values():
        head = ";".join(column.code for column in kind.columns)
        lines = [";".join(column.examples[place] for column in kind.columns) for place in range(3)]
        found = importer.do(kind.code, "\n".join([head, *lines]))
        assert counts(found) == (3, 0, 0, 0), importer.problems(found)
        if kind.code == code:
            return


def test_customers_are_new_then_unchanged_then_changed(importer: Importer, rows_of: Rows) -> None:
    assert counts(importer.do("customers", CUSTOMERS)) == (3, 0, 0, 0)
    assert rows_of(Customer, "name", "reference", "siren", "postal_code", "kind") == [
        ("Cabinet des Pins", "C-1", "910000017", "83480", "PRACTICE"),
        ("Dr Exemple", "", "910000033", "97490", "INDIVIDUAL"),
        ("Maison du Port", "C-2", "", "01000", "GROUP"),
    ]
    assert counts(importer.check("customers", CUSTOMERS)) == (0, 0, 3, 0)
    changed = CUSTOMERS.replace("Puget", "Fréjus").replace("Bourg", "")
    assert counts(importer.do("customers", changed)) == (0, 1, 2, 0)
    assert rows_of(Customer, "name", "city")[0] == ("Cabinet des Pins", "Fréjus")
    assert rows_of(Customer, "name", "city")[2] == ("Maison du Port", "Bourg")


def test_a_customer_is_found_by_siren_and_by_name_and_postcode(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    by_siren = "SIREN;Nom;CP;Téléphone\n910000017;Autre nom;83480;0494000001\n"
    by_name = "Nom;CP;Téléphone\nmaison du port;01000;0494000002\n"
    assert counts(importer.check("customers", by_siren)) == (0, 1, 0, 0)
    assert counts(importer.check("customers", by_name)) == (0, 1, 0, 0)
    elsewhere = "Nom;CP;SIREN\nMaison du Port;01000;910000025\nDr Exemple;97490;910000025\n"
    found = importer.check("customers", elsewhere)
    # The port has no SIREN yet and gets this one; nobody else may have it as well.
    assert counts(found) == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("C-1;Cabinet;910000018;83480;x;cabinet", "siren"),
        ("C-1;Cabinet;;8348;x;cabinet", None),
        ("C-1;Cabinet;;834;x;cabinet", "postal_code"),
        ("C-1;Cabinet;;;x;cabinet", "postal_code"),
        ("C-1;;;83480;x;cabinet", "name"),
        (f"C-1;{'x' * 161};;83480;x;cabinet", "name"),
        ("C-1;Cabinet;;83480;x;hôpital", "kind"),
        (f"{'c' * 41};Cabinet;;83480;x;cabinet", "reference"),
    ],
)
def test_a_bad_cell_is_named(importer: Importer, line: str, column: str | None) -> None:
    head = CUSTOMERS.splitlines()[0]
    found = importer.check("customers", f"{head}\n{line}\n")
    assert importer.problems(found) == ([(2, column)] if column else [])


def test_every_bad_cell_of_a_row_is_named(importer: Importer) -> None:
    head = CUSTOMERS.splitlines()[0]
    found = importer.check("customers", f"{head}\nC-1;Cabinet;12;83480;x;hôpital\n")
    assert sorted(importer.problems(found)) == [(2, "kind"), (2, "siren")]


def test_the_same_customer_twice_in_a_file_is_refused(importer: Importer) -> None:
    twice = CUSTOMERS + "C-1;Cabinet des Pins;910000017;83480;Fréjus;cabinet\n"
    found = importer.check("customers", twice)
    assert counts(found) == (3, 0, 0, 1)
    assert importer.problems(found) == [(5, "")]


def test_two_customers_are_not_made_one(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    crossed = "Code client;Nom;SIREN;CP\nC-2;Maison du Port;910000017;01000\n"
    assert importer.problems(importer.check("customers", crossed)) == [(2, "siren")]


def test_contacts_and_equipment_find_their_customer(importer: Importer, rows_of: Rows) -> None:
    importer.do("customers", CUSTOMERS)
    contacts = """SIREN;Code client;Cabinet;CP;Nom du contact;Fonction;Email
910000017;;;;Alex;secrétaire;alex@pins.example
;C-2;;;Sacha;;
;;dr exemple;97490;Camille;titulaire;camille@exemple.example
;;Inconnu;97490;Personne;;
;;;;Personne;;
"""
    found = importer.do("contacts", contacts)
    assert counts(found) == (3, 0, 0, 2)
    assert importer.problems(found) == [(5, "customer_name"), (6, "customer_name")]
    renamed = contacts.replace(";Alex;", ";Alex Exemple;")
    assert counts(importer.do("contacts", renamed)) == (0, 1, 2, 2)
    assert [name for (name,) in rows_of(Contact, "name")] == ["Alex Exemple", "Camille", "Sacha"]
    pieces = """SIREN;Désignation;Type;N° de série;Mise en service
910000017;Serveur;serveur;SN-1;15/01/2024
910000017;Poste 1;PC;;1er mars 2025
910000017;Poste 2;PC;;31/12/25
"""
    found = importer.do("equipment", pieces)
    assert counts(found) == (2, 0, 0, 1)
    assert importer.problems(found) == [(4, "in_service_from")]
    moved = pieces.replace("SN-1;15/01/2024", "sn-1;16/01/2024")
    assert counts(importer.do("equipment", moved)) == (0, 1, 1, 1)
    assert rows_of(Equipment, "label", "kind", "in_service_from") == [
        ("Poste 1", "workstation", date(2025, 3, 1)),
        ("Serveur", "server", date(2024, 1, 16)),
    ]


CONTRACTS = """N° contrat;SIREN;Offre;Début;Prix annuel;Facturation
M-1;910000017;maintenance;01/01/2027;1 234,56;trimestrielle
M-2;910000017;rien;01/01/2027;;
M-3;910000017;maintenance;01/01/2027;1.234;
"""


def test_contracts_are_prepared_and_never_signed(importer: Importer, rows_of: Rows) -> None:
    importer.do("customers", CUSTOMERS)
    text = CONTRACTS.replace("trimestrielle", "quarterly")
    found = importer.do("contracts", text)
    assert counts(found) == (1, 0, 0, 2)
    assert importer.problems(found) == [(3, "offer"), (4, "annual_price")]
    assert rows_of(Contract, "reference", "status", "starts_on", "cadence") == [
        ("M-1", ContractStatus.PREPARED, date(2027, 1, 1), "quarterly")
    ]
    with open_scope(importer.provider.id):
        [line] = Contract.objects.get().settings["draft"]
    assert Decimal(line["annual_price"]) == Decimal("1234.56")
    assert counts(importer.check("contracts", text)) == (0, 0, 1, 2)
    again = importer.check("contracts", text.replace("1 234,56", "1 300,00"))
    assert importer.problems(again)[0] == (2, "reference")


def test_a_reference_of_another_customer_is_refused(importer: Importer) -> None:
    importer.do("customers", CUSTOMERS)
    importer.do("contracts", CONTRACTS)
    with open_scope(importer.provider.id):
        other = a_customer(siren=a_siren())
    found = importer.check("contracts", CONTRACTS.replace("910000017", other.siren))
    assert importer.problems(found)[0] == (2, "reference")
