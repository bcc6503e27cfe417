"""What writes a provider, its people and its customers: one verb a function, one transaction."""

from providers.operations.customers import (
    CustomerAlreadyKnown,
    CustomerDetails,
    add_contact,
    register_customer,
    update_customer,
)
from providers.operations.opening import (
    IdentityDetails,
    IdentityIncomplete,
    IdentityOutOfOrder,
    PrefixesAlike,
    ProfileDetails,
    SlugTaken,
    UnknownZone,
    change_bank_details,
    change_invoicing_mode,
    create_provider,
    replace_legal_identity,
)
from providers.operations.people import (
    AlreadyMember,
    MayNotGrant,
    RoleOnWrongSide,
    UnknownCustomer,
    add_member,
)
from providers.operations.refusals import FieldRefused

__all__ = [
    "AlreadyMember",
    "CustomerAlreadyKnown",
    "CustomerDetails",
    "FieldRefused",
    "IdentityDetails",
    "IdentityIncomplete",
    "IdentityOutOfOrder",
    "MayNotGrant",
    "PrefixesAlike",
    "ProfileDetails",
    "RoleOnWrongSide",
    "SlugTaken",
    "UnknownCustomer",
    "UnknownZone",
    "add_contact",
    "add_member",
    "change_bank_details",
    "change_invoicing_mode",
    "create_provider",
    "register_customer",
    "replace_legal_identity",
    "update_customer",
]
