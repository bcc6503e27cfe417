"""Opening a provider's house: its address, its face, its legal identity."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import Period, check_day
from core.workdays import holidays_of
from core.zones import known_zones
from providers.audit import record
from providers.enums import InvoicingMode, VatRegime
from providers.models import LegalIdentity, Provider, ProviderProfile
from providers.operations.refusals import check_fields, refused_as
from providers.rules.identifiers import (
    check_bic,
    check_iban,
    check_postal_code,
    check_siren,
    check_vat_number,
)
from providers.scoping import open_scope
from providers.versions import check_seen, version_of_values


class SlugTaken(DomainError):
    """Another provider has this address."""


class UnknownZone(DomainError):
    """A time zone that is not in the IANA database."""


class PrefixesAlike(DomainError):
    """Two series of numbers with the same prefix: a number would name two documents."""


class IdentityIncomplete(DomainError):
    """A mention that the law wants on every invoice is missing."""


class IdentityOutOfOrder(DomainError):
    """A legal identity that would start before the one it replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDetails:
    """What a provider shows, and how its portal works; `preset` names where it started from."""

    trade_name: str
    preset: str = ""
    holidays: str = "FR"
    brand_color: str = "#0b5a8f"
    phone: str = ""
    email: str = ""
    website: str = ""
    iban: str = ""
    bic: str = ""
    invoice_prefix: str = "F"
    credit_note_prefix: str = "A"
    penalty_prefix: str = "P"
    invoicing_mode: str = InvoicingMode.ON_APPROVAL
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDetails:
    """Who issues the documents, by law, from a day on."""

    legal_name: str
    siren: str
    street: str
    postal_code: str
    city: str
    valid_from: date
    valid_to: date | None = None
    legal_form: str = ""
    share_capital: Decimal | None = None
    rcs_city: str = ""
    vat_number: str = ""
    vat_regime: str = VatRegime.ON_COLLECTION
    is_sole_trader: bool = False


@transaction.atomic
def create_provider(
    *,
    slug: str,
    zone: str,
    profile: ProfileDetails,
    identity: IdentityDetails | None,
    at: datetime,
    by: UUID | None = None,
) -> Provider:
    """Create a provider with no offer; `contracts.operations` starts one from a preset.

    Without an identity the house is being set up: its checklist is shown until it is over, and
    nothing can be issued before somebody says who issues it.

    Errors: `SlugTaken`, `UnknownZone`, `UnknownCalendar`, `PrefixesAlike`, `WrongNumber`,
    `IdentityIncomplete`, `DayOutOfRange`, `EndBeforeStart`, `FieldRefused`; nothing is written.
    """
    profile = _checked_profile(profile)
    row = LegalIdentity(**asdict(_checked_identity(identity))) if identity else None
    provider = Provider(slug=slug, zone=known_zone(zone))
    check_fields(provider)
    taken = SlugTaken(
        _("The address %(slug)s is already taken."), field="slug", params={"slug": slug}
    )
    if Provider.objects.filter(slug=slug).exists():
        raise taken
    with refused_as({"providers_provider_slug_key": taken}):
        provider.save(force_insert=True)
    with open_scope(provider.id):
        _add(ProviderProfile(**asdict(profile), set_up_at=at if row else None))
        if row is not None:
            _add(row)
        record("provider.created", provider, at=at, actor_id=by, slug=slug, preset=profile.preset)
    return provider


@transaction.atomic
def replace_legal_identity(
    *,
    identity: IdentityDetails,
    at: datetime,
    by: UUID | None = None,
    version: str | None = None,
) -> LegalIdentity:
    """Issue under another identity from `valid_from` on; the one in force ends the day before.

    Errors: as `create_provider`; `IdentityOutOfOrder` when one already starts that day or later;
    `ChangedMeanwhile` when another one was recorded since `version`.
    """
    identity = _checked_identity(identity)
    known = LegalIdentity.objects.select_for_update()
    last = known.order_by("-valid_from").first()
    if last is not None:
        check_seen(version, identity_version(last), _values(last))
    if last is not None and last.valid_from >= identity.valid_from:
        raise IdentityOutOfOrder(
            _("A legal identity already starts on %(day)s: the new one starts after it."),
            field="valid_from",
            params={"day": last.valid_from.isoformat()},
        )
    day_before = identity.valid_from - timedelta(days=1)
    if last is not None and (last.valid_to is None or last.valid_to > day_before):
        last.valid_to = day_before
        last.save(update_fields=["valid_to"])
    row = LegalIdentity(**asdict(identity))
    _add(row)
    record("legal_identity.replaced", row, at=at, actor_id=by, siren=row.siren)
    return row


def identity_version(last: LegalIdentity | None) -> str:
    """The version of the identity that a new one is written from."""
    return version_of_values(last.pk, {**_values(last), "day": last.valid_from}) if last else ""


def _values(row: LegalIdentity) -> dict[str, object]:
    """What one would take over; the days are each identity's own."""
    names = set(IdentityDetails.__dataclass_fields__) - {"valid_from", "valid_to"}
    return {name: getattr(row, name) for name in names}


@transaction.atomic
def change_invoicing_mode(*, mode: str, at: datetime, by: UUID | None = None) -> ProviderProfile:
    """Let the daily run issue by itself, or prepare what a person releases."""
    profile = ProviderProfile.objects.select_for_update().get()
    before, profile.invoicing_mode = profile.invoicing_mode, mode
    check_fields(profile)
    profile.save(update_fields=["invoicing_mode"])
    record("invoicing_mode.changed", profile, at=at, actor_id=by, before=before, after=mode)
    return profile


@transaction.atomic
def change_bank_details(
    *, iban: str, bic: str, at: datetime, by: UUID | None = None, version: str | None = None
) -> ProviderProfile:
    """Be paid on another account. The audit trail keeps the last four characters alone.

    Errors: `WrongNumber`, `ChangedMeanwhile`.
    """
    profile = ProviderProfile.objects.select_for_update().get()
    recorded = {"iban": profile.iban, "bic": profile.bic}
    profile.iban = check_iban(iban) if iban else ""
    profile.bic = check_bic(bic) if bic else ""
    if recorded == {"iban": profile.iban, "bic": profile.bic}:
        return profile  # sent twice, it is one change
    check_seen(version, version_of_values(profile.pk, recorded), recorded)
    profile.save(update_fields=["iban", "bic"])
    record("bank_details.changed", profile, at=at, actor_id=by, ends_with=profile.iban[-4:])
    return profile


def bank_version(own: ProviderProfile) -> str:
    """The version of what the page of the bank details shows."""
    return version_of_values(own.pk, {"iban": own.iban, "bic": own.bic})


def _add(row: ProviderProfile | LegalIdentity) -> None:
    check_fields(row)
    row.save(force_insert=True)


def known_zone(zone: str) -> str:
    """The name itself when the IANA database has it, else `UnknownZone`."""
    if zone not in known_zones():
        raise UnknownZone(_("There is no time zone %(zone)s."), field="zone", params={"zone": zone})
    return zone


def _checked_profile(profile: ProfileDetails) -> ProfileDetails:
    holidays_of(profile.holidays, 2026)
    prefixes = [profile.invoice_prefix, profile.credit_note_prefix, profile.penalty_prefix]
    if len(set(prefixes)) < len(prefixes):
        raise PrefixesAlike(
            _("Each series of numbers needs a prefix of its own."), field="invoice_prefix"
        )
    return replace(
        profile,
        iban=check_iban(profile.iban) if profile.iban else "",
        bic=check_bic(profile.bic) if profile.bic else "",
    )


def _checked_identity(identity: IdentityDetails) -> IdentityDetails:
    check_day(identity.valid_from, field="valid_from")
    if identity.valid_to is not None:
        check_day(identity.valid_to, field="valid_to")
        Period(identity.valid_from, identity.valid_to)
    siren = check_siren(identity.siren)
    vat_number = identity.vat_number
    if vat_number:
        vat_number = check_vat_number(vat_number, siren=siren)
    elif identity.vat_regime != VatRegime.SMALL_BUSINESS:
        raise IdentityIncomplete(
            _("A provider that charges VAT prints its VAT number on every invoice."),
            field="vat_number",
        )
    postal_code = check_postal_code(identity.postal_code)
    return replace(identity, siren=siren, vat_number=vat_number, postal_code=postal_code)
