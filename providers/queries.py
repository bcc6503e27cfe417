"""Reads of the open provider: its profile, its identity on a day, its customers."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.models import Customer, LegalIdentity, Provider, ProviderProfile
from providers.models.customers import fold
from providers.scoping import current_scope


class NoLegalIdentity(DomainError):
    """No legal identity is in force on a day: nothing can be issued that day."""


def profile() -> ProviderProfile:
    return ProviderProfile.objects.get()


def legal_identity_on(day: date) -> LegalIdentity:
    """Who issues documents on a day; `NoLegalIdentity` when nobody does."""
    identity = LegalIdentity.objects.on(day).order_by("-valid_from").first()
    if identity is None:
        raise NoLegalIdentity(
            _("No legal identity is in force on %(day)s."),
            field="legal_identity",
            params={"day": day.isoformat()},
        )
    return identity


def local_day(at: datetime) -> date:
    """The open provider's calendar day at an instant."""
    zone = Provider.objects.values_list("zone", flat=True).get(id=current_scope().provider_id)
    return at.astimezone(ZoneInfo(zone)).date()


def customers_named(words: str = "") -> QuerySet[Customer]:
    """Customers in the order of their names, whose folded name holds the folded words."""
    found = Customer.objects.order_by("sort_key", "id")
    return found.filter(sort_key__contains=fold(words)) if words else found
