"""Imports: what was sent, what each of its rows is or would be, and what there was before."""

from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from imports.enums import ImportState, Verdict
from providers.tenancy import TenantModel

NOTHING: Final = models.Value([], models.JSONField())


class Import(TenantModel):
    """One file of one kind of rows. `checks` counts the dry runs: what is done is what was seen.

    `mapping` says at which place of a row each column of the kind stands, from 0.
    """

    kind = models.CharField(max_length=20)
    file_name = models.CharField(_("file"), max_length=120)
    file_sha256 = models.CharField(max_length=64)
    file_size = models.PositiveIntegerField()
    head = models.PositiveIntegerField(default=1)  # the row of the names, from 1
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READ)
    checks = models.PositiveSmallIntegerField(default=0)
    check_job = models.UUIDField(null=True)
    commit_job = models.UUIDField(null=True)
    undo_job = models.UUIDField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    committed_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    values_erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["provider", "-id"], name="import_latest")]

    def __str__(self) -> str:
        return self.file_name


class ImportTable(TenantModel):
    """The rows of the file as text, packed; its bytes are not kept."""

    imported = models.OneToOneField(
        Import, models.CASCADE, db_constraint=False, related_name="packed"
    )
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.imported_id)


class ImportRow(TenantModel):
    """What a row of the file is. `before` and `after` are the values that it found and left."""

    imported = models.ForeignKey(Import, models.CASCADE, db_constraint=False, related_name="rows")
    number = models.PositiveIntegerField()  # in the file, from 1
    verdict = models.CharField(max_length=10, choices=Verdict)
    label = models.CharField(max_length=160, blank=True)
    problems = models.JSONField(default=list)  # [{"column", "message", "params"}]
    doubts = models.JSONField(default=list, db_default=NOTHING)  # as problems; they refuse nothing
    subject_id = models.UUIDField(null=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "imported", "number"], name="import_row_once"
            )
        ]
        indexes = [
            models.Index(fields=["provider", "imported", "verdict", "number"], name="import_rows"),
            models.Index(
                fields=["provider", "subject_id", "-id"],
                condition=models.Q(subject_id__isnull=False),
                name="import_row_of",
            ),
        ]

    def __str__(self) -> str:
        return self.label
