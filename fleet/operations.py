"""Declaring the sites and the equipment of a practice (F1, F2)."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import EndBeforeStart, check_day
from fleet.enums import Origin
from fleet.models import Equipment, Site
from providers.audit import record
from providers.models import Customer
from providers.operations.people import UnknownCustomer
from providers.operations.refusals import check_fields
from providers.operations.removing import remove_unused
from providers.rules.identifiers import check_postal_code
from providers.versions import take


class SiteInUse(DomainError):
    """A site at which equipment stands."""


class UnknownSite(DomainError):
    """A site that is not one of the practice's."""


class UnknownEquipment(DomainError):
    """A piece of equipment that no practice has."""


# What may be said of a piece of equipment.
DETAILS: Final = (
    "label", "kind", "serial_number", "origin", "site_id", "in_service_from", "in_service_to",
)  # fmt: skip


@transaction.atomic
def add_site(
    *,
    customer_id: UUID,
    name: str,
    postal_code: str,
    at: datetime,
    street: str = "",
    city: str = "",
    by: UUID | None = None,
) -> Site:
    """Add an establishment. Errors: `UnknownCustomer`, `WrongNumber`, `FieldRefused`."""
    _check_customer(customer_id)
    site = Site(
        customer_id=customer_id,
        name=name.strip(),
        street=street,
        postal_code=check_postal_code(postal_code),
        city=city,
    )
    check_fields(site)
    site.save(force_insert=True)
    record("site.added", site, at=at, actor_id=by)
    return site


@transaction.atomic
def update_site(
    *,
    site_id: UUID,
    name: str,
    postal_code: str,
    at: datetime,
    street: str = "",
    city: str = "",
    by: UUID | None = None,
    version: str | None = None,
) -> Site:
    """Replace what is known of an establishment.

    Errors: `ChangedMeanwhile`, `WrongNumber`, `FieldRefused`.
    """
    site = Site.objects.select_for_update().get(id=site_id)
    wanted = {
        "name": name.strip(),
        "street": street,
        "postal_code": check_postal_code(postal_code),
        "city": city,
    }
    changed = _change(site, wanted, version)
    record("site.updated", site, at=at, actor_id=by, fields=changed)
    return site


@transaction.atomic
def remove_site(*, site_id: UUID, at: datetime, by: UUID | None = None) -> None:
    """Take an establishment off the list. Errors: `SiteInUse` while equipment stands there."""
    site = Site.objects.select_for_update().get(id=site_id)
    if Equipment.objects.filter(site=site).exists():
        raise SiteInUse(_("Equipment stands at this site: move it first."))
    record("site.removed", site, at=at, actor_id=by)
    site.delete()


@transaction.atomic
def add_equipment(  # noqa: PLR0913 - what is known of a piece, all named
    *,
    customer_id: UUID,
    kind: str,
    label: str,
    at: datetime,
    serial_number: str = "",
    origin: str = Origin.SOLD,
    site_id: UUID | None = None,
    in_service_from: date | None = None,
    in_service_to: date | None = None,
    by: UUID | None = None,
) -> Equipment:
    """Declare a piece of equipment; a price that depends on the fleet counts it (P3).

    Errors: `UnknownCustomer`, `UnknownSite`, `DayOutOfRange`, `EndBeforeStart`, `FieldRefused`.
    """
    _check_customer(customer_id)
    _check_site(site_id, customer_id)
    _check_days(in_service_from, in_service_to)
    equipment = Equipment(
        customer_id=customer_id,
        site_id=site_id,
        kind=kind,
        label=label.strip(),
        serial_number=serial_number.strip(),
        origin=origin,
        in_service_from=in_service_from,
        in_service_to=in_service_to,
    )
    check_fields(equipment)
    equipment.save(force_insert=True)
    record("equipment.added", equipment, at=at, actor_id=by, kind=kind)
    return equipment


@transaction.atomic
def update_equipment(
    *,
    equipment_id: UUID,
    at: datetime,
    by: UUID | None = None,
    version: str | None = None,
    **details: Any,
) -> Equipment:
    """Replace some of the `DETAILS` of a piece of equipment; what is not named stays.

    Errors: `UnknownEquipment`, `ChangedMeanwhile`, `UnknownSite`, `DayOutOfRange`,
    `EndBeforeStart`, `FieldRefused`.
    """
    equipment = _locked(equipment_id)
    wanted: dict[str, Any] = {name: details.pop(name) for name in DETAILS if name in details}
    if details:
        raise TypeError(f"no such detail: {', '.join(details)}")
    known = {name: getattr(equipment, name) for name in DETAILS} | wanted
    _check_site(wanted.get("site_id"), equipment.customer_id)
    _check_days(known["in_service_from"], known["in_service_to"])
    changed = _change(equipment, wanted, version)
    record("equipment.updated", equipment, at=at, actor_id=by, fields=changed)
    return equipment


@transaction.atomic
def remove_equipment(
    *, equipment_id: UUID, last_day: date, at: datetime, by: UUID | None = None
) -> Equipment:
    """Take a piece of equipment out of service after a day.

    Errors: `UnknownEquipment`, `DayOutOfRange`, `EndBeforeStart`.
    """
    equipment = _locked(equipment_id)
    _check_days(equipment.in_service_from, last_day)
    equipment.in_service_to = last_day
    equipment.save(update_fields=["in_service_to"])
    record("equipment.removed", equipment, at=at, actor_id=by, last_day=str(last_day))
    return equipment


@transaction.atomic
def take_back_equipment(*, equipment_id: UUID, at: datetime, by: UUID | None = None) -> None:
    """Take back a piece that was declared by mistake. Errors: `UnknownEquipment`, `StillUsed`."""
    equipment = _locked(equipment_id)
    record("equipment.taken_back", equipment, at=at, actor_id=by)
    remove_unused(equipment)


def _locked(equipment_id: UUID) -> Equipment:
    found: Equipment | None = Equipment.objects.select_for_update().filter(id=equipment_id).first()
    if found is None:
        raise UnknownEquipment(_("This piece of equipment is not known."), field="equipment")
    return found


def _check_days(first: date | None, last: date | None) -> None:
    for day, field in ((first, "in_service_from"), (last, "in_service_to")):
        if day is not None:
            check_day(day, field=field)
    if first is not None and last is not None and last < first:
        raise EndBeforeStart(_("The last day comes before the first."), field="in_service_to")


def _change(row: Site | Equipment, wanted: dict[str, Any], version: str | None) -> list[str]:
    """Write what differs from what is recorded, and name it."""
    changed = take(row, wanted, version)
    check_fields(row)
    row.save(update_fields=changed)
    return changed


def _check_site(site_id: UUID | None, customer_id: UUID) -> None:
    """A practice's equipment stands at its own sites alone; the site stays until it is written."""
    if site_id is None:
        return
    found = Site.objects.select_for_update(no_key=True).filter(id=site_id, customer=customer_id)
    if not found.exists():
        raise UnknownSite(_("This site is not known."), field="site_id")


def _check_customer(customer_id: UUID) -> None:
    if not Customer.objects.filter(id=customer_id).exists():
        raise UnknownCustomer(_("This customer is not known."), field="customer")
