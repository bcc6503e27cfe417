"""What stops the billing of one contract: it is parked with the reason, the run goes on (R5)."""

from core.errors import DomainError


class BillingFault(DomainError):
    """A contract that cannot be billed as it stands; somebody must look at it."""


class NegativePrice(BillingFault):
    """A recurring price below zero: an invoice line cannot hold it."""


class FractionOfCent(BillingFault):
    """An annual price with more than two decimals."""


class UnknownPostcode(DomainError):
    """A postcode that belongs to no territory whose tax this portal knows."""


class VatZoneNotServed(BillingFault):
    """A territory whose tax this portal does not know (other overseas collectivities)."""


class UnknownCadence(BillingFault):
    """A cadence the offer does not have."""


class DuplicateItem(BillingFault):
    """Two items for the same line and period (R5)."""


class OverlappingItems(BillingFault):
    """A period that shares days with one already invoiced (R4)."""


class TooFarAhead(BillingFault):
    """An invoice for a period that starts more than 36 months ahead (R5)."""


class TooManyInvoices(BillingFault):
    """More invoices for one contract on one day than an outage explains (R5)."""


class UnusualTotal(BillingFault):
    """A total more than five times the last one, or under a fifth of it, not approved (R5)."""


class BadPrefix(DomainError):
    """A prefix that legal numbers cannot carry."""


class BadNumber(DomainError):
    """A text that is not a number of one of our series."""


class IssueDateTooEarly(DomainError):
    """An issue date before the last one of its series (R2)."""


class IncompleteParty(BillingFault):
    """A seller or a buyer without a mention that the law wants on an invoice."""
