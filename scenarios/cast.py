"""Who lives in the demonstration: one provider a preset, its people, its practices; invented."""

from dataclasses import dataclass
from typing import Final

from providers.models.customers import fold

PASSWORD: Final = "clausier-demonstration"  # noqa: S105  printed by demo_logins, never a real one


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A customer and the contract it signed, so many months before the demonstration's day."""

    name: str
    street: str
    postal_code: str
    city: str
    offer: str
    annual_price: str
    months_ago: int
    day: int = 1
    cadence: str = ""
    payment: str = ""
    kind: str = "PRACTICE"
    manager: str = ""
    staff: str = ""
    is_signed: bool = True
    pays_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A provider of the demonstration."""

    slug: str
    preset: str
    name: str
    legal_form: str
    capital: str
    street: str
    postal_code: str
    city: str
    rcs_city: str
    color: str
    phone: str
    owner: str
    manager: str
    technician: str
    accountant: str
    practices: tuple[Practice, ...]


HOUSES: Final = (
    House(
        slug="vanille-infogerance",
        preset="reunion-informatique",
        name="Vanille Infogérance",
        legal_form="SASU",
        capital="15000.00",
        street="14 rue des Cocotiers",
        postal_code="97400",
        city="Saint-Denis",
        rcs_city="Saint-Denis de La Réunion",
        color="#0f6b5c",
        phone="0262 00 00 01",
        owner="Nadège Payet",
        manager="Yann Hoareau",
        technician="Loïc Grondin",
        accountant="Sandrine Boyer",
        practices=(
            Practice(
                name="Cabinet des Filaos", street="3 chemin des Filaos", postal_code="97460",
                city="Saint-Paul", offer="CMP3", annual_price="3480.00", months_ago=9, day=17,
                manager="Mélanie Rivière", staff="Johan Técher",
            ),
            Practice(
                name="Maison de santé du Barachois", street="22 front de mer", kind="GROUP",
                postal_code="97400", city="Saint-Denis", offer="CMP1", annual_price="1940.00",
                months_ago=7, pays_late=True,
            ),
            Practice(
                name="Cabinet du Piton", street="8 rue du Piton", postal_code="97410",
                city="Saint-Pierre", offer="CMP3", annual_price="2760.00", months_ago=4, day=5,
            ),
            Practice(
                name="Cabinet de la Ravine", street="1 allée des Jacarandas", postal_code="97434",
                city="Saint-Gilles-les-Bains", offer="CMP1", annual_price="1200.00", months_ago=0,
                is_signed=False,
            ),
        ),
    ),
    House(
        slug="rhone-assistance",
        preset="si-sante",
        name="Rhône Assistance Praticiens",
        legal_form="SARL",
        capital="8000.00",
        street="5 quai des Célestins",
        postal_code="69002",
        city="Lyon",
        rcs_city="Lyon",
        color="#7a3e9d",
        phone="04 00 00 00 02",
        owner="Bastien Chalier",
        manager="Coralie Font",
        technician="Idriss Vernay",
        accountant="Maud Perrachon",
        practices=(
            Practice(
                name="MSP des Deux Rives", street="40 cours Charlemagne", kind="GROUP",
                postal_code="69002", city="Lyon", offer="support", annual_price="330.00",
                months_ago=14, day=15, manager="Agnès Montel", staff="Titouan Ravel",
            ),
            Practice(
                name="Dr Élodie Marchal", street="9 rue Garibaldi", kind="INDIVIDUAL",
                postal_code="69003", city="Lyon", offer="support", annual_price="330.00",
                months_ago=5, day=20, payment="cheque", pays_late=True,
            ),
        ),
    ),
    House(
        slug="esterel-maintenance",
        preset="micro-info-service",
        name="Estérel Maintenance",
        legal_form="SARL",
        capital="10000.00",
        street="31 avenue des Mimosas",
        postal_code="83700",
        city="Saint-Raphaël",
        rcs_city="Fréjus",
        color="#0b5a8f",
        phone="04 00 00 00 03",
        owner="Hélène Arnoux",
        manager="Rémi Castel",
        technician="Samia Belkacem",
        accountant="Gilles Tardieu",
        practices=(
            Practice(
                name="Cabinet des Pins", street="12 rue des Lilas", postal_code="83480",
                city="Puget-sur-Argens", offer="maintenance", annual_price="1200.00",
                months_ago=17, day=10, cadence="quarterly", payment="direct_debit",
                manager="Dr Camille Exemple", staff="Lise Amar",
            ),
            Practice(
                name="Cabinet du Port", street="2 quai Albert", postal_code="83600", city="Fréjus",
                offer="maintenance", annual_price="960.00", months_ago=11, day=28,
                cadence="yearly", payment="bank_transfer", pays_late=True,
            ),
            Practice(
                name="Cabinet des Oliviers", street="7 place de la Fontaine", postal_code="83300",
                city="Draguignan", offer="maintenance", annual_price="1440.00", months_ago=8,
                day=15, cadence="monthly", payment="direct_debit",
            ),
            Practice(
                name="Imagerie de la Baie", street="55 boulevard Bastiani", postal_code="83700",
                city="Saint-Raphaël", offer="maintenance", annual_price="3900.00", months_ago=3,
                day=31, cadence="monthly", payment="bank_transfer",
            ),
        ),
    ),
    House(
        slug="montmartre-informatique",
        preset="integral-micro",
        name="Montmartre Informatique",
        legal_form="SAS",
        capital="20000.00",
        street="18 rue des Trois-Frères",
        postal_code="75018",
        city="Paris",
        rcs_city="Paris",
        color="#9a3412",
        phone="01 00 00 00 04",
        owner="Victor Lemaire",
        manager="Inès Caron",
        technician="Paul Nguyen",
        accountant="Béatrice Roux",
        practices=(
            Practice(
                name="Cabinet Lamarck", street="60 rue Lamarck", postal_code="75018", city="Paris",
                offer="maintenance", annual_price="1000.00", months_ago=16, day=10,
                cadence="half-yearly", payment="bank_transfer", manager="Dr Noé Modèle",
                staff="Clara Petit",
            ),
            Practice(
                name="Cabinet Caulaincourt", street="101 rue Caulaincourt", postal_code="75018",
                city="Paris", offer="maintenance", annual_price="1860.00", months_ago=6, day=31,
                cadence="monthly", payment="direct_debit",
            ),
        ),
    ),
)  # fmt: skip
# An accounting firm that serves three practices of two providers.
ACCOUNTING_FIRM: Final = "Sophie Delmas"
SERVED: Final = ("Cabinet des Pins", "Cabinet du Port", "Cabinet Lamarck")
OPERATOR: Final = "operateur@clausier.example"


def email_of(name: str, slug: str) -> str:
    """An address in a domain that no one can own."""
    local = fold(name).replace("dr ", "").replace(" ", ".")
    return f"{local}@{slug}.example"
