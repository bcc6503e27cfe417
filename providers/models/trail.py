from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.tenancy import TenantModel


class CurrentTransaction(models.Func):
    """The number of the transaction at work, the same in all its savepoints."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class AuditEntry(TenantModel):
    """Who did or read what, when and from where: one row beside the act, never changed (R18).

    Names are those of the day: people leave, practices are renamed. Only an entry that a practice
    may read about itself names it in `customer`; the others are the provider's own.
    """

    customer_column = "customer_id"

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)  # null: the daily run
    actor_name = models.CharField(max_length=254, blank=True)
    address = models.GenericIPAddressField(null=True)
    customer = models.ForeignKey(
        "providers.Customer",
        models.DO_NOTHING,  # the trail outlives a customer that was taken back
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    subject_name = models.CharField(max_length=200, blank=True)
    read_in = models.DateTimeField(null=True)  # the hour of a reading, which is noted once
    detail = models.JSONField(default=dict)
    # Lines of history written in the same transaction are what the act changed.
    transaction = models.BigIntegerField(null=True, db_default=CurrentTransaction())

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "actor_id", "act", "subject_id", "read_in"],
                condition=models.Q(read_in__isnull=False),
                name="audit_read_once_an_hour",
            )
        ]
        indexes = [
            models.Index(fields=["provider", "-at", "-id"], name="audit_latest"),
            models.Index(fields=["provider", "subject_id", "-at", "-id"], name="audit_by_subject"),
            models.Index(
                fields=["provider", "transaction"],
                condition=models.Q(transaction__isnull=False),
                name="audit_by_transaction",
            ),
            models.Index(
                fields=["provider", "actor_id", "-at", "-id"],
                condition=models.Q(actor_id__isnull=False),
                name="audit_by_actor",
            ),
            models.Index(
                fields=["provider", "customer", "-at", "-id"],
                condition=models.Q(customer__isnull=False),
                name="audit_by_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.act


class AuditSeal(TenantModel):
    """An entry's place in the provider's chain: its hash takes in the one before it."""

    position = models.BigIntegerField()
    entry_id = models.UUIDField()  # no key: a missing entry must be told, not forbidden
    form = models.PositiveSmallIntegerField()  # which columns were sealed, in which order
    sealed_at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")
        constraints = [
            models.UniqueConstraint(fields=["provider", "position"], name="audit_seal_in_order"),
            models.UniqueConstraint(fields=["provider", "entry_id"], name="audit_seal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class TrailHead(TenantModel):
    """Where a provider's chain ends: the lock of whoever seals, and what is kept elsewhere."""

    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("head of the audit trail")
        verbose_name_plural = _("heads of the audit trail")
        constraints = [models.UniqueConstraint(fields=["provider"], name="trail_head_once")]

    def __str__(self) -> str:
        return f"{self.position} {self.hash}"


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
