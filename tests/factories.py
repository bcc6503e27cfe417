"""Worlds for tests, built through the product's own operations, never by raw rows.

    provider = a_provider()                       # MICRO INFO SERVICE from its preset, automatic
    with open_scope(provider.id):
        customer = a_customer()
        contract = a_signed_contract(customer, signed_on=date(2026, 2, 10), annual_price="1200.00")
        manager = a_member(Role.PRACTICE_MANAGER, customer=customer)

Whoever is not named is invented; SIREN and VAT numbers have valid check digits. Everything but
`a_provider` wants the provider's scope open. Instants are noon UTC of the day concerned.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt

from billing.rules.vat import rate_on, zone_of
from contracts.models import Contract
from contracts.operations.index_values import record_index_value
from contracts.operations.opening import open_provider
from contracts.operations.preparing import Extras, prepare_contract
from contracts.operations.scans import Scan
from contracts.operations.signing import Signature, sign_contract
from contracts.rules.facts import VatTreatment
from providers.enums import InvoicingMode, Role, VatRegime
from providers.models import Customer, Membership, Provider, User
from providers.operations import IdentityDetails, add_member, register_customer

FOUNDED = date(2020, 1, 1)
OFFERS = {
    "micro-info-service": "maintenance",
    "integral-micro": "maintenance",
    "si-sante": "support",
    "reunion-informatique": "CMP3",
}
PASSWORD = "correct horse battery staple"
# What the authenticator app of everybody in the tests was given.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TINY_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
A_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63382127070002b6010534a675aa0000000049454e44ae426082"
)  # one red dot, a PNG
_numbers = count(1)


def noon(day: date) -> datetime:
    """An instant of a day, the same day in every time zone of the provinces."""
    return datetime.combine(day, time(12), UTC)


def a_siren() -> str:
    """A number nobody has had in this run, with its check digit."""
    body = f"{90_000_000 + next(_numbers):08d}"
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(body)]
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return f"{body}{-total % 10}"


def vat_number_of(siren: str) -> str:
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def an_identity(*, valid_from: date = FOUNDED, **given: Any) -> IdentityDetails:
    siren = a_siren()
    known: dict[str, Any] = {
        "legal_name": "Atelier des Tilleuls",
        "legal_form": "SARL",
        "share_capital": Decimal("10000.00"),
        "siren": siren,
        "rcs_city": "Toulon",
        "street": "3 impasse des Tilleuls",
        "postal_code": "83480",
        "city": "Puget-sur-Argens",
        "vat_number": vat_number_of(siren),
        "vat_regime": VatRegime.ON_COLLECTION,
        "valid_from": valid_from,
    }
    return IdentityDetails(**(known | given))


def a_provider(
    preset: str = "micro-info-service",
    *,
    slug: str = "",
    zone: str = "",
    identity: IdentityDetails | None = None,
    overrides: Mapping[str, Any] | None = None,
    **profile: Any,
) -> Provider:
    """A provider started from a preset, "" for a blank one; its daily run issues by itself."""
    return open_provider(
        slug=slug or f"provider-{next(_numbers)}",
        preset=preset,
        zone=zone or ("" if preset else "Europe/Paris"),
        identity=identity or an_identity(),
        overrides=overrides,
        at=noon(FOUNDED),
        **({"invoicing_mode": InvoicingMode.AUTOMATIC} | profile),
    )


def a_customer(
    name: str = "Cabinet des Pins", postal_code: str = "83480", **given: Any
) -> Customer:
    known = {
        "siren": a_siren(),
        "street": "12 rue des Lilas",
        "city": "Puget-sur-Argens",
        "email": "accueil@cabinet.example",
    }
    return register_customer(
        name=name, postal_code=postal_code, at=noon(FOUNDED), **(known | given)
    )


def a_member(
    role: Role = Role.OWNER, *, email: str = "", customer: Customer | None = None, **given: Any
) -> Membership:
    """A person who can sign in with `PASSWORD`; a practice's role names its practice.

    A provider's staff have a second factor too: the codes of `TOTP_SECRET`.
    """
    member = add_member(
        email=email or f"{role.value.lower()}-{next(_numbers)}@portal.example",
        role=role,
        customer_id=customer.id if customer else None,
        at=noon(FOUNDED),
        **({"name": role.label.capitalize(), "password": PASSWORD} | given),
    )
    if customer is None:
        give_factor(member.user)
    return member


def give_factor(user: User) -> User:
    """An authenticator app with `TOTP_SECRET`; `tests.harness.sign_in` computes its codes."""
    kind = Authenticator.Type.TOTP
    Authenticator.objects.get_or_create(
        user=user, type=kind, defaults={"data": {"secret": encrypt(TOTP_SECRET)}}
    )
    return user


def an_operator(email: str = "operateur@portal.example", **given: Any) -> User:
    """Of the platform, with a second factor."""
    known = {"name": "Opérateur", "password": PASSWORD}
    return give_factor(User.objects.create_superuser(email, **(known | given)))


def a_prepared_contract(
    customer: Customer,
    *,
    starts_on: date,
    offer: str = "",
    annual_price: str | None = "1200.00",
    at: datetime | None = None,
    extras: Extras | None = None,
    **given: Any,
) -> Contract:
    """A contract ready to be signed, of the preset's first offer unless named."""
    return prepare_contract(
        customer_id=customer.id,
        offer=offer or _offer_of_preset(),
        starts_on=starts_on,
        annual_price=Decimal(annual_price) if annual_price is not None else None,
        extras=extras,
        vat_rate=rate_on(VatTreatment(zone_of(customer.postal_code)), FOUNDED).percent,
        at=at or noon(starts_on),
        **given,
    )


def _offer_of_preset() -> str:
    from providers.queries import profile

    return OFFERS[profile().preset]


SIGNATURE = frozenset(Signature.__slots__)


def a_signed_contract(
    customer: Customer, *, signed_on: date, starts_on: date | None = None, **given: Any
) -> Contract:
    """A contract signed at a distance; what `Signature` names goes there, the rest is prepared."""
    signature = {name: value for name, value in given.items() if name in SIGNATURE}
    choices = {name: value for name, value in given.items() if name not in SIGNATURE}
    at = noon(signed_on)
    prepared = a_prepared_contract(
        customer, starts_on=starts_on or signed_on, **({"at": at} | choices)
    )
    return sign_contract(
        contract_id=prepared.id,
        signature=Signature(
            signed_on=signed_on, **({"signed_by": "Dr Camille Exemple"} | signature)
        ),
        scan=Scan("contrat.pdf", TINY_PDF),
        at=at,
    )


def an_index_value(month: str, value: str, published_on: date, **given: Any) -> None:
    """A value of the revised Syntec series, known from its day of publication on."""
    record_index_value(
        month=month,
        value=Decimal(value),
        published_on=published_on,
        at=noon(published_on),
        **given,
    )
