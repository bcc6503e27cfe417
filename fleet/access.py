"""The only way a page gets a site or a piece of equipment: 404 when it is not theirs, else 403."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from fleet.models import Equipment, Site
from providers.access import require
from providers.models import Membership
from providers.permissions import Capability, Level


def get_site_for(member: Membership, site_id: UUID, *, write: bool = False) -> Site:
    """An establishment of a practice; whoever reads the customers reads their sites."""
    site = get_object_or_404(Site.objects.select_related("customer"), id=site_id)
    require(member, Capability.CUSTOMERS, Level.WRITE if write else Level.READ)
    return site


def get_equipment_for(member: Membership, equipment_id: UUID, *, write: bool = False) -> Equipment:
    """A piece of equipment of a practice."""
    equipment = get_object_or_404(Equipment.objects.select_related("customer"), id=equipment_id)
    require(member, Capability.CUSTOMERS, Level.WRITE if write else Level.READ)
    return equipment
