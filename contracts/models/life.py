"""What happens to a contract: revisions of its price, alerts, and faults that park it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.enums import RevisionStatus
from contracts.models.contracts import Contract
from providers.tenancy import CustomerModel


class PriceRevision(CustomerModel):
    """The yearly revision of a contract (P7–P9), kept even when it left the price unchanged."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="revisions"
    )
    year = models.PositiveSmallIntegerField()
    revision_date = models.DateField(_("revision date"))
    status = models.CharField(_("status"), max_length=10, choices=RevisionStatus)
    code = models.CharField(max_length=30, blank=True)  # no_newer_index, index_period_too_long…
    old_price = models.DecimalField(_("old price"), max_digits=12, decimal_places=2)
    new_price = models.DecimalField(_("new price"), max_digits=12, decimal_places=2)
    base_month = models.DateField(null=True)
    base_value = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    base_published_on = models.DateField(null=True)
    latest_month = models.DateField(null=True)
    latest_value = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    latest_published_on = models.DateField(null=True)
    recorded_on = models.DateField()
    decided_by = models.UUIDField(null=True)  # who confirmed or dropped a held revision
    reasons = models.JSONField(default=list)

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("price revision")
        verbose_name_plural = _("price revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "contract", "year"], name="revision_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_date}"


class Alert(CustomerModel):
    """Something a person should know or do about a contract, raised once by its key."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="alerts"
    )
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40)  # what makes it this alert and no other: a day, a year
    raised_on = models.DateField()
    reasons = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "contract", "code", "key"], name="alert_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "key"],
                condition=models.Q(
                    closed_at=None, code__in=("renewal_proposal", "notice_deadline")
                ),
                name="alert_open_by_day",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Parking(CustomerModel):
    """A contract set aside by a step that failed for it: the run goes on, a person looks."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="parkings"
    )
    step = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    message = models.TextField()  # in English; a page says `template` with `params` instead
    template = models.TextField(default="")
    params = models.JSONField(default=dict)
    parked_on = models.DateField()
    parked_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("parked contract")
        verbose_name_plural = _("parked contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "contract"],
                condition=models.Q(released_at__isnull=True),
                name="parked_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.code
