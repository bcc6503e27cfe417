"""Taking a row back that nothing has used: what an import made by mistake, and nothing else."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.models import Customer
from providers.operations.people import UnknownCustomer

# What a row is used by, as a sentence; anything else is named by its table.
USES: Final = {
    "contracts.contract": _("%(name)s has a contract: %(used_by)s."),
    "providers.contact": _("%(name)s has a contact: %(used_by)s."),
    "fleet.equipment": _("%(name)s has equipment: %(used_by)s."),
    "fleet.site": _("%(name)s has a site: %(used_by)s."),
    "providers.membership": _("%(name)s has people with an access."),
    "providers.invitation": _("Somebody of %(name)s was invited."),
    "providers.mail": _("A message was sent to %(name)s."),
}
OTHER_USE: Final = _("%(name)s is used elsewhere (%(table)s).")


class StillUsed(DomainError):
    """A row that others refer to."""


@transaction.atomic
def remove_customer(*, customer_id: UUID, at: datetime, by: UUID | None = None) -> None:
    """Take back a customer that nothing refers to; the audit trail keeps what was done with it.

    Errors: `UnknownCustomer`, `StillUsed`.
    """
    customer = Customer.objects.select_for_update().filter(id=customer_id).first()
    if customer is None:
        raise UnknownCustomer(_("This customer is not known."), field="customer")
    record("customer.removed", customer, at=at, actor_id=by)
    remove_unused(customer)


def remove_unused(row: Model) -> None:
    """Delete a row. Errors: `StillUsed`, naming the first row that refers to it."""
    try:
        row.delete()
    except ProtectedError as error:
        raise _in_use(row, error.protected_objects) from error


def _in_use(row: Model, found: Iterable[Model]) -> StillUsed:
    first = min(found, key=lambda each: (each._meta.label_lower, str(each.pk)))
    table = first._meta.label_lower
    params = {"name": str(row), "used_by": str(first), "table": table}
    return StillUsed(USES.get(table, OTHER_USE), params=params)
