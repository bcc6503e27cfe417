from typing import Any, Final

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.french import fold
from providers.enums import CustomerKind
from providers.lookups import BYTES
from providers.tenancy import CustomerModel, TenantModel

# What an invoice names of its buyer beside the name and the postcode, which nobody is without.
NEEDED_ON_INVOICES: Final = ("siren", "street", "city")


class Customer(TenantModel):
    """A practice (cabinet, MSP, clinic) or a practitioner who holds contracts."""

    customer_column = "id"

    kind = models.CharField(
        _("kind"), max_length=10, choices=CustomerKind, default=CustomerKind.PRACTICE
    )
    name = models.CharField(_("name"), max_length=160)
    sort_key = models.CharField(max_length=160, editable=False, db_collation=BYTES)
    # What the house calls the customer in its other books: the account, the code of a file.
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=5, db_collation=BYTES)
    city = models.CharField(_("town"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["provider", "sort_key", "id"], name="customer_by_name"),
            models.Index(fields=["provider", "postal_code", "id"], name="customer_by_postcode"),
            models.Index(fields=["provider", "created_at", "id"], name="customer_by_age"),
            models.Index(fields=["provider", "updated_at", "id"], name="customer_by_change"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(postal_code__regex=r"^\d{5}$"),
                name="customer_postcode_has_five_digits",
                violation_error_message=_("A French postcode has five digits."),
            ),
            models.CheckConstraint(
                condition=models.Q(siren="") | models.Q(siren__regex=r"^\d{9}$"),
                name="customer_siren_has_nine_digits",
                violation_error_message=_("A SIREN has nine digits."),
            ),
            models.UniqueConstraint(
                fields=["provider", "siren"],
                condition=~models.Q(siren=""),
                name="customer_siren_once",
                violation_error_message=_("A customer with this SIREN already exists."),
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=~models.Q(reference=""),
                name="customer_reference_once",
                violation_error_message=_("A customer with this reference already exists."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_identity_complete(self) -> bool:
        """Whether an invoice can name this customer: it is refused to a firm half named."""
        return all(getattr(self, name) for name in NEEDED_ON_INVOICES)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = fold(self.name)
        super().save(*args, **kwargs)


class Contact(CustomerModel):
    """A person of a practice (interlocuteur): practitioner, assistant, secretary."""

    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["provider", "updated_at", "id"], name="contact_by_change")]

    def __str__(self) -> str:
        return self.name
