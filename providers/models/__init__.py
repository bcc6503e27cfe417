"""The tenant, its people, its customers, and the rows that every capability leans on."""

from providers.models.api import ApiToken, KeptAnswer
from providers.models.customers import Contact, Customer
from providers.models.directory import DueWork, Membership, Provider
from providers.models.history import HistoryRow
from providers.models.identity import LegalIdentity, ProviderProfile
from providers.models.invitations import HouseInvitation, Invitation
from providers.models.jobs import Job, JobItem, JobPart
from providers.models.mail import Mail, RefusedAddress
from providers.models.notifications import Notification, Preference
from providers.models.people import User, UserManager
from providers.models.trail import AuditEntry, AuditSeal, OutboxItem, TrailHead

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditSeal",
    "Contact",
    "Customer",
    "DueWork",
    "HistoryRow",
    "HouseInvitation",
    "Invitation",
    "Job",
    "JobItem",
    "JobPart",
    "KeptAnswer",
    "LegalIdentity",
    "Mail",
    "Membership",
    "Notification",
    "OutboxItem",
    "Preference",
    "Provider",
    "ProviderProfile",
    "RefusedAddress",
    "TrailHead",
    "User",
    "UserManager",
]
