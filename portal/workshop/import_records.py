"""From an import that is done to what it made or changed."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from contracts.models import Contract
from fleet.models import Equipment
from imports.enums import ImportState
from imports.models import Import, ImportRow
from portal.components import Action
from portal.workshop.frame import may_write, url
from providers.models import Contact, Customer, Membership
from providers.permissions import Capability
from providers.tenancy import TenantModel

# By the code of a kind: what its rows are, the page of one of them, and who may open it.
RECORDS: Final[dict[str, tuple[type[TenantModel], str, Capability]]] = {
    "customers": (Customer, "customer", Capability.CUSTOMERS),
    "contacts": (Contact, "contact_edit", Capability.CUSTOMERS),
    "equipment": (Equipment, "equipment_edit", Capability.CUSTOMERS),
    "contracts": (Contract, "contract", Capability.CONTRACTS),
}


def addresses_of(
    member: Membership, imported: Import, rows: Iterable[ImportRow]
) -> dict[UUID | None, str]:
    """The pages of what was imported; none of what is gone since, or is only announced."""
    model, page, capability = RECORDS[imported.kind]
    if imported.state != ImportState.COMMITTED or not may_write(member, capability):
        return {}
    there = model.objects.filter(id__in=[row.subject_id for row in rows if row.subject_id])
    return {found: url(member, page, found) for found in there.values_list("id", flat=True)}


def list_of(member: Membership, imported: Import) -> Action | None:
    """The list that what was imported stands first in; contacts and equipment have none."""
    if imported.state != ImportState.COMMITTED:
        return None
    if imported.kind == "customers" and may_write(member, Capability.CUSTOMERS):
        newest = f"{url(member, 'customers')}?sort=-created"
        return Action(_("Customers, the newest first"), newest, icon="building-2")
    if imported.kind == "contracts" and may_write(member, Capability.CONTRACTS):
        unsigned = f"{url(member, 'contracts')}?status=to_sign"
        return Action(_("Contracts to be signed"), unsigned, icon="file-text")
    return None
