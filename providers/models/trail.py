from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.tenancy import TenantModel


class AuditEntry(TenantModel):
    """Who did what, when: written beside the act in its own transaction, never changed."""

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)  # null: the daily run
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["provider", "-id"], name="audit_latest")]

    def __str__(self) -> str:
        return self.act


class OutboxItem(TenantModel):
    """Slow work that follows a commit (a PDF to render): the database is the queue of record."""

    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind", "subject_id"], name="outbox_item_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "kind", "next_try_at"],
                condition=models.Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
