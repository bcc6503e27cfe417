"""Sites and equipment of a practice (parc), as far as the price of a contract depends on them."""

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from fleet.enums import EquipmentKind, Origin
from providers.lookups import BYTES
from providers.tenancy import CustomerModel


class Site(CustomerModel):
    """An establishment of a practice; its postcode says which VAT rate applies to work there."""

    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=5)
    city = models.CharField(_("town"), max_length=80, blank=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(postal_code__regex=r"^\d{5}$"),
                name="site_postcode_has_five_digits",
                violation_error_message=_("A French postcode has five digits."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Equipment(CustomerModel):
    """One piece of equipment of a practice (F1, F2)."""

    site = models.ForeignKey(
        Site, models.PROTECT, db_constraint=False, related_name="equipment", null=True, blank=True
    )
    label = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=EquipmentKind)
    serial_number = models.CharField(
        _("serial number"), max_length=80, blank=True, db_collation=BYTES
    )
    origin = models.CharField(_("origin"), max_length=14, choices=Origin, default=Origin.SOLD)
    in_service_from = models.DateField(_("in service from"), null=True, blank=True)
    in_service_to = models.DateField(_("in service to"), null=True, blank=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_service_to__isnull=True)
                | models.Q(in_service_from__isnull=True)
                | models.Q(in_service_to__gte=models.F("in_service_from")),
                name="equipment_leaves_after_it_arrives",
                violation_error_message=_("The last day comes before the first."),
            )
        ]
        indexes = [
            models.Index(fields=["provider", "serial_number", "id"], name="equipment_by_serial"),
        ]

    def __str__(self) -> str:
        return self.label

    def has_left(self, day: date) -> bool:
        return self.in_service_to is not None and self.in_service_to < day

    def age_on(self, day: date) -> int | None:
        """In whole years, as far as it served; None where nobody knows since when."""
        first, last = self.in_service_from, min(day, self.in_service_to or day)
        if first is None or first > last:
            return None
        return last.year - first.year - ((last.month, last.day) < (first.month, first.day))
