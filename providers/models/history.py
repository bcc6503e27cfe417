from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.enums import HistoryKind
from providers.tenancy import TenantModel


class HistoryRow(TenantModel):
    """What became of one row of master data: its columns before and after (written by a trigger).

    Who did it is the act of the audit trail that has the same `transaction`; without one it was
    done outside the portal, by `role`. Only the columns that differ are kept.
    """

    customer_column = "customer_id"

    customer = models.ForeignKey(
        "providers.Customer",
        models.DO_NOTHING,  # history outlives a customer that was taken back
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    at = models.DateTimeField()
    transaction = models.BigIntegerField()
    role = models.CharField(max_length=63)  # of the database
    kind = models.CharField(max_length=7, choices=HistoryKind)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("line of history")
        verbose_name_plural = _("lines of history")
        indexes = [
            models.Index(fields=["provider", "subject_id", "-id"], name="history_by_subject"),
            models.Index(
                fields=["provider", "customer", "-id"],
                condition=models.Q(customer__isnull=False),
                name="history_by_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
