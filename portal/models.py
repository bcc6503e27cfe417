"""What people make their own in the pages: views of the lists, and where they were last."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.models import Customer
from providers.tenancy import TenantModel

LONGEST_QUERY = 1500


class SavedView(TenantModel):
    """How one person likes to see one list: filters as an address keeps them, and columns.

    The view without a name is what they see when they choose none: their columns alone. A view of
    a practice's list is of that practice: whoever keeps the books of two has views in each.
    """

    customer_column = "customer_id"

    customer = models.ForeignKey(
        Customer, models.CASCADE, db_constraint=False, related_name="+", null=True
    )
    user_id = models.UUIDField()
    listing = models.CharField(max_length=30)
    name = models.CharField(_("name of the view"), max_length=60, blank=True)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    columns = models.JSONField(default=list)
    is_default = models.BooleanField(_("shown first"), default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "customer", "user_id", "listing", "name"],
                nulls_distinct=False,
                name="saved_view_once",
            ),
            models.UniqueConstraint(
                fields=["provider", "customer", "user_id", "listing"],
                nulls_distinct=False,
                condition=models.Q(is_default=True),
                name="saved_view_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecentCustomer(TenantModel):
    """When a person last opened a customer's page: who called a minute ago is one touch away."""

    user_id = models.UUIDField()
    customer = models.ForeignKey(Customer, models.CASCADE, db_constraint=False, related_name="+")
    seen_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("customer seen recently")
        verbose_name_plural = _("customers seen recently")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "user_id", "customer"], name="recent_customer_once"
            )
        ]
        indexes = [models.Index(fields=["provider", "user_id", "-seen_at"], name="recent_latest")]

    def __str__(self) -> str:
        return f"{self.seen_at}"


class ListExport(TenantModel):
    """A file that somebody took out of a list: what was asked for and how many rows left."""

    user_id = models.UUIDField()
    listing = models.CharField(max_length=30)
    kind = models.CharField(max_length=4)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["provider", "listing", "-at"], name="export_latest")]

    def __str__(self) -> str:
        return f"{self.listing}.{self.kind}"


class SentForm(TenantModel):
    """A form that was sent and where it led: the same one sent again leads there and does nothing.

    Written in the transaction of what the form did, so that there is never one without the other.
    """

    customer_column = "customer_id"

    customer = models.ForeignKey(
        Customer, models.CASCADE, db_constraint=False, related_name="+", null=True
    )
    user_id = models.UUIDField()
    key = models.CharField(max_length=64)  # a digest of all that was sent
    address = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")
        constraints = [
            models.UniqueConstraint(fields=["provider", "user_id", "key"], name="sent_form_once")
        ]

    def __str__(self) -> str:
        return self.key
