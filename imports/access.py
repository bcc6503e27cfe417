"""How a page gets one import: 404 when it is not the open provider's."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from imports.models import Import
from providers.access import require
from providers.models import Membership
from providers.permissions import Capability, Level


def get_import_for(member: Membership, import_id: UUID, *, write: bool = False) -> Import:
    require(member, Capability.IMPORTS, Level.WRITE if write else Level.READ)
    found: Import = get_object_or_404(Import.objects.all(), id=import_id)
    return found
