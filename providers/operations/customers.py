"""The practices that hold contracts, and the people of theirs one talks to."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.enums import CustomerKind
from providers.models import Contact, Customer
from providers.operations.people import UnknownCustomer
from providers.operations.refusals import check_fields, refused_as
from providers.rules.identifiers import check_postal_code, check_siren
from providers.versions import take


class CustomerAlreadyKnown(DomainError):
    """A customer with this SIREN, or with this reference, exists already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDetails:
    """What is known of a practice; the postcode decides its VAT."""

    name: str
    postal_code: str
    kind: str = CustomerKind.PRACTICE
    reference: str = ""
    siren: str = ""
    street: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""


@transaction.atomic
def register_customer(*, at: datetime, by: UUID | None = None, **details: Any) -> Customer:
    """Register a practice, a group or a practitioner in their own name.

    `details` are those of `CustomerDetails`: `name` and `postal_code` at least.
    Errors: `WrongNumber` at `siren` or `postal_code`, `CustomerAlreadyKnown`, `FieldRefused`.
    """
    customer = Customer(**_checked(CustomerDetails(**details)))
    _write(customer)
    record("customer.registered", customer, at=at, actor_id=by, kind=customer.kind)
    return customer


@transaction.atomic
def update_customer(
    *,
    customer_id: UUID,
    at: datetime,
    by: UUID | None = None,
    version: str | None = None,
    **details: Any,
) -> Customer:
    """Replace what is known of a customer; issued documents keep what they say.

    Errors: `UnknownCustomer`, `ChangedMeanwhile` and those of `register_customer`.
    """
    customer = Customer.objects.select_for_update().filter(id=customer_id).first()
    if customer is None:
        raise UnknownCustomer(_("This customer is not known."), field="customer")
    wanted = _checked(CustomerDetails(**details))
    changed = take(customer, wanted, version)
    _write(customer)
    record("customer.updated", customer, at=at, actor_id=by, fields=changed)
    return customer


@transaction.atomic
def add_contact(
    *,
    customer_id: UUID,
    name: str,
    at: datetime,
    position: str = "",
    email: str = "",
    phone: str = "",
    by: UUID | None = None,
) -> Contact:
    """Add a person of a practice. Errors: `UnknownCustomer`, `FieldRefused`."""
    if not Customer.objects.filter(id=customer_id).exists():
        raise UnknownCustomer(_("This customer is not known."), field="customer")
    contact = Contact(
        customer_id=customer_id, name=name.strip(), position=position, email=email, phone=phone
    )
    check_fields(contact)
    contact.save(force_insert=True)
    record("contact.added", contact, at=at, actor_id=by)
    return contact


def _checked(details: CustomerDetails) -> dict[str, Any]:
    return asdict(
        replace(
            details,
            name=details.name.strip(),
            reference=details.reference.strip(),
            siren=check_siren(details.siren) if details.siren else "",
            postal_code=check_postal_code(details.postal_code),
        )
    )


def _write(customer: Customer) -> None:
    check_fields(customer)
    twice = CustomerAlreadyKnown(
        _("A customer with the SIREN %(siren)s already exists."),
        field="siren",
        params={"siren": customer.siren},
    )
    taken = CustomerAlreadyKnown(
        _("A customer with the reference %(reference)s already exists."),
        field="reference",
        params={"reference": customer.reference},
    )
    with refused_as({"customer_siren_once": twice, "customer_reference_once": taken}):
        customer.save()
