from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    """Where an import stands; whether a job is at work on it is read from the job."""

    READ = "READ", _("file read")
    CHECKED = "CHECKED", _("checked")
    COMMITTED = "COMMITTED", _("done")
    UNDONE = "UNDONE", _("undone")


class Verdict(models.TextChoices):
    """What an import does, or would do, with a row."""

    NEW = "NEW", _("new")
    CHANGED = "CHANGED", _("changed")
    UNCHANGED = "UNCHANGED", _("unchanged")
    REFUSED = "REFUSED", _("refused")
