from django.db import models
from django.utils.translation import gettext_lazy as _


class InvoiceKind(models.TextChoices):
    INVOICE = "INVOICE", _("invoice")
    CREDIT_NOTE = "CREDIT_NOTE", _("credit note")  # avoir


class DocumentType(models.TextChoices):
    """What an invoice is about; the values of the replay format."""

    SUBSCRIPTION = "subscription", _("subscription")
    CANCELLATION = "cancellation", _("cancellation")


class SettlementStatus(models.TextChoices):
    """Where the money stands; an issued invoice itself never changes (B1)."""

    OPEN = "OPEN", _("to be paid")
    PARTLY_PAID = "PARTLY_PAID", _("partly paid")
    PAID = "PAID", _("paid")
    CANCELLED = "CANCELLED", _("cancelled by credit note")


class ClaimKind(models.TextChoices):
    SUBSCRIPTION = "subscription", _("subscription")
