from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.models import Offer, OfferVersion
from contracts.operations.opening import ZoneMissing, open_provider
from core.errors import DomainError
from core.periods import DayOutOfRange, EndBeforeStart
from core.workdays import UnknownCalendar
from providers.enums import InvoicingMode, VatRegime
from providers.models import AuditEntry, LegalIdentity, Provider, ProviderProfile
from providers.operations import (
    FieldRefused,
    IdentityIncomplete,
    IdentityOutOfOrder,
    PrefixesAlike,
    ProfileDetails,
    SlugTaken,
    UnknownZone,
    change_bank_details,
    change_invoicing_mode,
    create_provider,
    replace_legal_identity,
)
from providers.queries import NoLegalIdentity, legal_identity_on, local_day
from providers.rules.identifiers import WrongNumber
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import FOUNDED, a_provider, a_siren, an_identity, noon, vat_number_of

pytestmark = pytest.mark.django_db

PRESETS = {
    "integral-micro": ("Europe/Paris", "FR", {"maintenance"}),
    "micro-info-service": ("Europe/Paris", "FR", {"maintenance"}),
    "reunion-informatique": ("Indian/Reunion", "FR-974", {"CMP0", "CMP1", "CMP3"}),
    "si-sante": ("Europe/Paris", "FR", {"support"}),
}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_gives_zone_holidays_prefixes_and_offers(preset: str) -> None:
    zone, holidays, offers = PRESETS[preset]

    provider = open_provider(
        slug="atelier", preset=preset, identity=an_identity(), at=noon(FOUNDED)
    )

    assert provider.zone == zone
    with open_scope(provider.id):
        profile = ProviderProfile.objects.get()
        assert (profile.preset, profile.holidays) == (preset, holidays)
        assert profile.invoicing_mode == InvoicingMode.ON_APPROVAL
        assert not profile.is_demonstration
        assert {offer.code for offer in Offer.objects.all()} == offers
        assert OfferVersion.objects.filter(published_at=noon(FOUNDED)).count() == len(offers)
        assert AuditEntry.objects.filter(act="provider.created").count() == 1


def test_a_blank_provider_has_no_offer_and_names_its_zone() -> None:
    provider = open_provider(
        slug="atelier", zone="America/Cayenne", identity=an_identity(), at=noon(FOUNDED)
    )

    with open_scope(provider.id):
        assert ProviderProfile.objects.get().trade_name == "Atelier des Tilleuls"
        assert not Offer.objects.exists()
    with pytest.raises(ZoneMissing):
        open_provider(slug="other", identity=an_identity(), at=noon(FOUNDED))


def test_what_is_given_replaces_what_the_preset_says() -> None:
    provider = a_provider("si-sante", zone="Indian/Mayotte", holidays="FR-976", phone="01")

    assert provider.zone == "Indian/Mayotte"
    with open_scope(provider.id):
        profile = ProviderProfile.objects.get()
        assert (profile.holidays, profile.phone) == ("FR-976", "01")
        assert profile.invoicing_mode == InvoicingMode.AUTOMATIC


REFUSED: list[tuple[dict[str, Any], dict[str, Any], type[DomainError], str]] = [
    ({"slug": "not a slug"}, {}, FieldRefused, "slug"),
    ({"slug": " "}, {}, FieldRefused, "slug"),
    ({"zone": "Europe/Atlantis"}, {}, UnknownZone, "zone"),
    ({"zone": "../../etc/passwd"}, {}, UnknownZone, "zone"),
    ({"holidays": "FR-XX"}, {}, UnknownCalendar, "holidays"),
    ({"credit_note_prefix": "F"}, {}, PrefixesAlike, "invoice_prefix"),
    ({"invoice_prefix": "f é"}, {}, FieldRefused, "invoice_prefix"),
    ({"brand_color": "red; }"}, {}, FieldRefused, "brand_color"),
    ({"email": "nobody"}, {}, FieldRefused, "email"),
    ({"iban": "FR7612345678901234567890123"}, {}, WrongNumber, "iban"),
    ({"bic": "12"}, {}, WrongNumber, "bic"),
    ({"trade_name": "x" * 121}, {}, FieldRefused, "trade_name"),
    ({}, {"siren": "732829321"}, WrongNumber, "siren"),
    ({}, {"vat_number": "FR00732829320"}, WrongNumber, "vat_number"),
    ({}, {"vat_number": vat_number_of("732829320")}, WrongNumber, "vat_number"),
    ({}, {"vat_number": ""}, IdentityIncomplete, "vat_number"),
    ({}, {"postal_code": "8348"}, WrongNumber, "postal_code"),
    ({}, {"valid_from": date(1999, 12, 31)}, DayOutOfRange, "valid_from"),
    ({}, {"valid_to": date(2100, 1, 1)}, DayOutOfRange, "valid_to"),
    ({}, {"valid_to": date(2019, 12, 31)}, EndBeforeStart, "last_day"),
    ({}, {"vat_regime": "NEVER"}, FieldRefused, "vat_regime"),
    ({}, {"share_capital": Decimal("1E+20")}, FieldRefused, "share_capital"),
]


@pytest.mark.parametrize(("profile", "identity", "error", "field"), REFUSED)
def test_a_wrong_value_is_refused_at_its_field_and_nothing_is_written(
    profile: dict[str, Any], identity: dict[str, Any], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as refusal:
        a_provider("", **({"slug": "refused"} | profile), identity=an_identity(**identity))

    assert refusal.value.field == field
    assert not Provider.objects.exists()


def test_an_address_names_one_provider() -> None:
    a_provider(slug="atelier")

    with pytest.raises(SlugTaken):
        a_provider(slug="atelier")

    assert Provider.objects.count() == 1


def test_a_small_business_has_no_vat_number() -> None:
    identity = an_identity(vat_number="", vat_regime=VatRegime.SMALL_BUSINESS)

    provider = a_provider(identity=identity)

    with open_scope(provider.id):
        assert legal_identity_on(FOUNDED).vat_number == ""


def test_numbers_are_kept_without_their_blanks() -> None:
    siren = a_siren()
    provider = a_provider(
        "",
        iban="FR14 2004 1010 0505 0001 3M02 606",
        identity=an_identity(
            siren=f"{siren[:3]} {siren[3:6]} {siren[6:]}",
            vat_number=f"{vat_number_of(siren)[:4]} {siren}",
        ),
    )

    with open_scope(provider.id):
        identity, profile = LegalIdentity.objects.get(), ProviderProfile.objects.get()
    assert (identity.siren, identity.vat_number) == (siren, vat_number_of(siren))
    assert profile.iban == "FR1420041010050500013M02606"


def test_an_identity_that_changes_leaves_the_old_one_its_days() -> None:
    provider = a_provider()
    with open_scope(provider.id):
        new = an_identity(legal_name="Atelier des Tilleuls et fils", valid_from=date(2026, 7, 1))
        replace_legal_identity(identity=new, at=noon(date(2026, 6, 1)), by=new_id())

        assert legal_identity_on(date(2026, 6, 30)).legal_name == "Atelier des Tilleuls"
        assert legal_identity_on(date(2026, 7, 1)).legal_name == "Atelier des Tilleuls et fils"
        with pytest.raises(NoLegalIdentity):
            legal_identity_on(date(2019, 12, 31))
        with pytest.raises(IdentityOutOfOrder):
            replace_legal_identity(identity=new, at=noon(date(2026, 6, 1)))
        assert LegalIdentity.objects.count() == 2


def test_the_mode_of_invoicing_and_the_account_change_with_a_trace() -> None:
    provider, person = a_provider(invoicing_mode=InvoicingMode.ON_APPROVAL), new_id()
    with open_scope(provider.id):
        change_invoicing_mode(mode=InvoicingMode.AUTOMATIC, at=noon(FOUNDED), by=person)
        change_bank_details(
            iban="FR1420041010050500013M02606", bic="AGRIFRPP", at=noon(FOUNDED), by=person
        )

        profile = ProviderProfile.objects.get()
        assert (profile.invoicing_mode, profile.bic) == (InvoicingMode.AUTOMATIC, "AGRIFRPP")
        traces = dict(AuditEntry.objects.filter(actor_id=person).values_list("act", "detail"))
        assert traces["invoicing_mode.changed"] == {"before": "ON_APPROVAL", "after": "AUTOMATIC"}
        assert traces["bank_details.changed"] == {"ends_with": "2606"}
        with pytest.raises(FieldRefused):
            change_invoicing_mode(mode="SOMETIMES", at=noon(FOUNDED), by=person)


def test_a_day_is_that_of_the_provider() -> None:
    evening = noon(date(2026, 12, 31)).replace(hour=20, minute=30)
    days = []
    for preset in ("reunion-informatique", "micro-info-service"):
        with open_scope(a_provider(preset).id):
            days.append(local_day(evening))

    assert days == [date(2027, 1, 1), date(2026, 12, 31)]


def broken_constraint(statement: str) -> str:
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_what_must_never_be_false_is_a_constraint() -> None:
    with open_scope(a_provider().id):
        broken = [
            broken_constraint(statement)
            for statement in (
                "UPDATE providers_providerprofile SET credit_note_prefix = invoice_prefix",
                "UPDATE providers_legalidentity SET valid_to = valid_from - 1",
            )
        ]

    assert broken == ["profile_prefixes_differ", "identity_ends_after_it_starts"]


def test_create_provider_alone_sells_nothing() -> None:
    provider = create_provider(
        slug="seul",
        zone="Europe/Paris",
        profile=ProfileDetails(trade_name="Seul"),
        identity=an_identity(),
        at=noon(FOUNDED),
    )

    with open_scope(provider.id):
        assert not Offer.objects.exists()
