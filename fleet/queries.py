"""What a practice has: its sites and its equipment."""

from django.db.models import F, QuerySet, Subquery
from django.db.models.expressions import Combinable

from fleet.models import Equipment, Site
from providers.models import Customer


def sites_of(customer: Customer) -> QuerySet[Site]:
    return Site.objects.filter(customer=customer).order_by("name", "id")


def site_named(key: Combinable) -> Subquery:
    """The name of the site that a column names, as a column of another query."""
    return Subquery(Site.objects.filter(id=key).values("name")[:1])


def equipment_of(customer: Customer) -> QuerySet[Equipment]:
    """In service first, then what has left."""
    rows = Equipment.objects.filter(customer=customer).select_related("site")
    return rows.order_by(F("in_service_to").desc(nulls_first=True), "label", "id")
