"""Long jobs: what was asked, how far it is, what became of each piece. The queue of record."""

from datetime import datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.enums import JobItemState, JobState
from providers.tenancy import TenantManager, TenantModel, TenantQuerySet


class JobQuerySet(TenantQuerySet["Job"]):
    def open(self) -> "JobQuerySet":
        """Not at its end: waiting for a worker, or with one."""
        return self.filter(state__in=(JobState.WAITING, JobState.RUNNING))

    def to_take(self, at: datetime) -> "JobQuerySet":
        """Never begun, handed back, or left by a worker that died."""
        left = models.Q(state=JobState.RUNNING, lease_until__lt=at)
        return self.filter(models.Q(state=JobState.WAITING) | left)


JobManager = TenantManager.from_queryset(JobQuerySet)


class Job(TenantModel):
    """One long job. `customer` is the practice that asked for it, none when the provider did.

    A worker holds it by `lease_token` until `lease_until`; whoever finds the lease over takes it
    with another token, and what the first one had not committed is undone. `deaths` counts the
    workers lost since the last progress.
    """

    customer_column = "customer_id"

    customer = models.ForeignKey(
        "providers.Customer", models.PROTECT, db_constraint=False, related_name="+", null=True
    )
    kind = models.CharField(max_length=40)
    business_key = models.CharField(max_length=100)  # asked twice, it is one job
    parameters = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=8, choices=JobState, default=JobState.WAITING)
    is_stop_asked = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=200, blank=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)  # by the worker that holds it
    settled_before = models.PositiveIntegerField(default=0)  # pieces settled when it began
    deaths = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True)
    template = models.TextField(blank=True)  # why it failed, as a sentence of the catalogue
    params = models.JSONField(default=dict)
    file_name = models.CharField(max_length=160, blank=True)
    file_type = models.CharField(max_length=60, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_expires_at = models.DateTimeField(null=True)

    objects: ClassVar = JobManager()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(fields=["provider", "business_key"], name="job_once")
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="job_latest"),
            models.Index(
                fields=["provider", "id"],
                condition=models.Q(state__in=("WAITING", "RUNNING")),
                name="job_open",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def settled(self) -> int:
        """Pieces that need nothing more, whatever became of them."""
        return self.done + self.failed + self.skipped

    @property
    def is_ended(self) -> bool:
        return self.state in (JobState.STOPPED, JobState.FINISHED, JobState.FAILED)

    def is_interrupted(self, at: datetime) -> bool:
        """Its worker no longer gives a sign of life; somebody will take it over."""
        is_late = self.lease_until is not None and self.lease_until < at
        return self.state == JobState.RUNNING and is_late


class JobItem(TenantModel):
    """One piece of a job, and what became of it; the provider's own, never the practice's."""

    job = models.ForeignKey(Job, models.CASCADE, db_constraint=False, related_name="items")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=8, choices=JobItemState, default=JobItemState.WAITING)
    code = models.CharField(max_length=60, blank=True)
    template = models.TextField(blank=True)
    params = models.JSONField(default=dict)
    made = models.JSONField(default=list)  # [{"what": "invoice", "id": …, "label": …}]

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["provider", "job", "key"], name="job_item_once")
        ]
        indexes = [
            models.Index(fields=["provider", "job", "state", "position"], name="job_item_next")
        ]

    def __str__(self) -> str:
        return self.label


class JobPart(TenantModel):
    """A piece of the file that a job made: walled in and backed up like any other row.

    It is read for a job that the reader was given; the job's own wall is the practice's.
    """

    job = models.ForeignKey(Job, models.CASCADE, db_constraint=False, related_name="parts")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["provider", "job", "position"], name="job_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.position}"
