from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does, on the provider's side or on the practice's."""

    OWNER = "OWNER", _("owner")
    MANAGER = "MANAGER", _("manager")
    TECHNICIAN = "TECHNICIAN", _("technician")
    ACCOUNTANT = "ACCOUNTANT", _("accountant")
    PRACTICE_MANAGER = "PRACTICE_MANAGER", _("practice manager")
    PRACTICE_STAFF = "PRACTICE_STAFF", _("practice staff")
    PRACTICE_ACCOUNTANT = "PRACTICE_ACCOUNTANT", _("practice accountant")

    @classmethod
    def practice(cls) -> tuple["Role", ...]:
        return (cls.PRACTICE_MANAGER, cls.PRACTICE_STAFF, cls.PRACTICE_ACCOUNTANT)

    @classmethod
    def staff(cls) -> tuple["Role", ...]:
        """Those of the provider's own side."""
        return (cls.OWNER, cls.MANAGER, cls.TECHNICIAN, cls.ACCOUNTANT)


class ProviderStatus(models.TextChoices):
    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended")


class CustomerKind(models.TextChoices):
    PRACTICE = "PRACTICE", _("practice")
    GROUP = "GROUP", _("group practice or health centre")  # cabinet de groupe, MSP
    INDIVIDUAL = "INDIVIDUAL", _("practitioner in their own name")


class VatRegime(models.TextChoices):
    ON_COLLECTION = "ON_COLLECTION", _("VAT on collection")
    ON_DEBITS = "ON_DEBITS", _("VAT on debits")
    SMALL_BUSINESS = "SMALL_BUSINESS", _("small business, no VAT")  # franchise en base


class InvoicingMode(models.TextChoices):
    AUTOMATIC = "AUTOMATIC", _("issued by the daily run")
    ON_APPROVAL = "ON_APPROVAL", _("prepared by the daily run, released by a person")


class Language(models.TextChoices):
    FRENCH = "fr", "français"
    ENGLISH = "en", "English"


class MailState(models.TextChoices):
    """What became of a message; only `WAITING` ever becomes something else by our own doing."""

    WAITING = "WAITING", _("waiting")
    SENT = "SENT", _("sent")
    BOUNCED = "BOUNCED", _("came back")
    COMPLAINED = "COMPLAINED", _("reported as unwanted")
    REFUSED = "REFUSED", _("refused")
    ABANDONED = "ABANDONED", _("given up")
    CANCELLED = "CANCELLED", _("cancelled")


class JobState(models.TextChoices):
    """What is written of a long job; whether it stops or was interrupted is read from its row."""

    WAITING = "WAITING", _("waiting")
    RUNNING = "RUNNING", _("running")
    STOPPED = "STOPPED", _("stopped")
    FINISHED = "FINISHED", _("finished")
    FAILED = "FAILED", _("failed")


class JobItemState(models.TextChoices):
    WAITING = "WAITING", _("waiting")
    DONE = "DONE", _("done")
    FAILED = "FAILED", _("failed")
    SKIPPED = "SKIPPED", _("nothing left to do")


class EmailChoice(models.TextChoices):
    """When a person wants to be written to about an event."""

    IMMEDIATE = "IMMEDIATE", _("at once")
    DAILY = "DAILY", _("once a day")
    OFF = "OFF", _("never")


class HistoryKind(models.TextChoices):
    """What happened to a row of master data."""

    ADDED = "ADDED", _("added")
    CHANGED = "CHANGED", _("changed")
    REMOVED = "REMOVED", _("removed")
