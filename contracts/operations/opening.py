"""A new provider that can sell from its first day: its house, and the offers of a preset."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contracts.operations.offers import publish_preset
from contracts.rules.presets import Preset, load_preset
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.models import Provider
from providers.operations import IdentityDetails, ProfileDetails, create_provider
from providers.operations.opening import known_zone
from providers.scoping import open_scope


class ZoneMissing(DomainError):
    """A provider without a preset must say in which time zone its days begin."""


@transaction.atomic
def open_provider(
    *,
    slug: str,
    identity: IdentityDetails | None,
    at: datetime,
    preset: str = "",
    zone: str = "",
    overrides: Mapping[str, Any] | None = None,
    by: UUID | None = None,
    **profile: Any,
) -> Provider:
    """Create a provider from a preset, or blank when none is named.

    `zone` and `profile` (the names of `ProfileDetails`) replace what the preset says; `overrides`
    changes some names of the terms of its offers. Errors: those of `create_provider`,
    `PresetError`, `TermsRefused`, `ZoneMissing`.
    """
    chosen = load_preset(preset) if preset else None
    provider = create_provider(
        slug=slug,
        zone=zone_of(preset=preset, zone=zone),
        profile=_profile(chosen, identity, profile),
        identity=identity,
        at=at,
        by=by,
    )
    if chosen is not None:
        with open_scope(provider.id):
            publish_preset(preset=chosen, overrides=overrides, at=at, by=by)
    return provider


def zone_of(*, preset: str, zone: str) -> str:
    """The time zone that is named, else the preset's. Errors: `ZoneMissing`, `UnknownZone`."""
    if zone:
        return known_zone(zone)
    if preset:
        return load_preset(preset).zone
    raise ZoneMissing(_("Without a preset, name the provider’s time zone."), field="zone")


def _profile(
    preset: Preset | None, identity: IdentityDetails | None, given: Mapping[str, Any]
) -> ProfileDetails:
    """What was given, else what the preset says, else the legal name and the defaults."""
    known: dict[str, Any] = {"trade_name": identity.legal_name if identity else ""}
    if preset is not None:
        known |= {
            "trade_name": preset.name,
            "preset": preset.code,
            "holidays": preset.holidays,
            "invoice_prefix": preset.numbering.invoice_prefix,
            "credit_note_prefix": preset.numbering.credit_note_prefix,
            "penalty_prefix": preset.numbering.penalty_prefix,
        }
    return ProfileDetails(**(known | dict(given)))
