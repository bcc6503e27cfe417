"""The face of a house, the days it counts, and how far its setting up has come."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.workdays import holidays_of
from providers.audit import record
from providers.models import Provider, ProviderProfile
from providers.operations.opening import known_zone
from providers.operations.pictures import logo_of
from providers.operations.refusals import check_fields
from providers.scoping import current_scope
from providers.versions import check_seen, version_of_values

BRAND, NUMBERS, CALENDAR, TRIAL = "brand", "numbers", "calendar", "trial"
FACE = ("trade_name", "brand_color", "phone", "email", "website")


@transaction.atomic
def change_brand(
    *,
    at: datetime,
    by: UUID,
    logo: bytes | None = None,
    is_logo_removed: bool = False,
    version: str | None = None,
    **face: str,
) -> ProviderProfile:
    """What customers see: name, color, logo, how to reach the house. Issued documents keep theirs.

    Errors: `PictureRefused`, `ChangedMeanwhile`, `FieldRefused`.
    """
    own = ProviderProfile.objects.select_for_update().get()
    changed = [name for name in FACE if name in face and getattr(own, name) != face[name]]
    if changed:
        check_seen(version, face_version(own), _face(own))
    for name in changed:
        setattr(own, name, face[name])
    if logo is not None or is_logo_removed:
        own.logo = logo_of(logo) if logo is not None else None
        changed.append("logo")
    check_fields(own)
    settle(own, BRAND)
    own.save(update_fields=[*FACE, "logo", "settled"])
    record("brand.changed", own, at=at, actor_id=by, fields=changed)
    return own


def _face(own: ProviderProfile) -> dict[str, str]:
    return {name: getattr(own, name) for name in FACE}


def face_version(own: ProviderProfile) -> str:
    """The version of what the page of the brand shows, the picture aside."""
    return version_of_values(own.pk, _face(own))


def calendar_version(own: ProviderProfile, zone: str) -> str:
    return version_of_values(own.pk, {"zone": zone, "holidays": own.holidays})


@transaction.atomic
def change_calendar(
    *, zone: str, holidays: str, at: datetime, by: UUID, version: str | None = None
) -> ProviderProfile:
    """Where the house's days begin, and which of them are holidays; what is past stays.

    Errors: `UnknownZone`, `UnknownCalendar`, `ChangedMeanwhile`, `FieldRefused`.
    """
    holidays_of(holidays, 2026)
    house = Provider.objects.select_for_update(no_key=True).get(id=current_scope().provider_id)
    own = ProviderProfile.objects.select_for_update().get()
    before = {"zone": house.zone, "holidays": own.holidays}
    if before != {"zone": zone, "holidays": holidays}:
        check_seen(version, calendar_version(own, house.zone), before)
    house.zone, own.holidays = known_zone(zone), holidays
    check_fields(own)
    settle(own, CALENDAR)
    house.save(update_fields=["zone"])
    own.save(update_fields=["holidays", "settled"])
    after = {"zone": zone, "holidays": holidays}
    record("calendar.changed", own, at=at, actor_id=by, before=before, after=after)
    return own


@transaction.atomic
def settle_trial(*, at: datetime, by: UUID) -> ProviderProfile:
    """Somebody has read the months to come of an invented contract, and found them right."""
    own = ProviderProfile.objects.select_for_update().get()
    settle(own, TRIAL)
    own.save(update_fields=["settled"])
    record("trial.read", own, at=at, actor_id=by)
    return own


@transaction.atomic
def finish_set_up(*, at: datetime, by: UUID) -> ProviderProfile:
    """Put the checklist away. Done twice, it is done once."""
    own = ProviderProfile.objects.select_for_update().get()
    if own.set_up_at is None:
        own.set_up_at = at
        own.save(update_fields=["set_up_at"])
        record("set_up.finished", own, at=at, actor_id=by)
    return own


def settle(own: ProviderProfile, step: str) -> None:
    """Note that a step was looked at whose values were good from the start."""
    if step not in own.settled:
        own.settled = [*own.settled, step]
