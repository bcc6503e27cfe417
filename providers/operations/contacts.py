"""People of a practice, changed and taken off its list."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.models import Contact
from providers.operations.refusals import check_fields
from providers.versions import take

CONTACT_FIELDS: Final = ("name", "position", "email", "phone")


class UnknownContact(DomainError):
    """A person who is not on any practice's list."""


@transaction.atomic
def update_contact(
    *,
    contact_id: UUID,
    at: datetime,
    by: UUID | None = None,
    name: str,
    position: str = "",
    email: str = "",
    phone: str = "",
    version: str | None = None,
) -> Contact:
    """Replace what is known of a person.

    Errors: `UnknownContact`, `ChangedMeanwhile`, `FieldRefused`.
    """
    contact = _locked(contact_id)
    wanted = dict(zip(CONTACT_FIELDS, (name.strip(), position, email, phone), strict=True))
    changed = take(contact, wanted, version)
    check_fields(contact)
    contact.save(update_fields=changed)
    record("contact.updated", contact, at=at, actor_id=by, fields=changed)
    return contact


@transaction.atomic
def remove_contact(*, contact_id: UUID, at: datetime, by: UUID | None = None) -> None:
    """Take a person off their practice's list. Errors: `UnknownContact`."""
    contact = _locked(contact_id)
    record("contact.removed", contact, at=at, actor_id=by)
    contact.delete()


def _locked(contact_id: UUID) -> Contact:
    contact = Contact.objects.select_for_update().filter(id=contact_id).first()
    if contact is None:
        raise UnknownContact(_("This person is not known."), field="contact")
    return contact
