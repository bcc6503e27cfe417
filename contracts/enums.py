from django.db import models
from django.utils.translation import gettext_lazy as _


class ContractStatus(models.TextChoices):
    PREPARED = "PREPARED", _("to be signed")
    SIGNED = "SIGNED", _("signed")
    ENDED = "ENDED", _("ended")
    WITHDRAWN = "WITHDRAWN", _("abandoned before signature")


class Cadence(models.TextChoices):
    """How often a subscription is invoiced (P5)."""

    YEARLY = "yearly", _("yearly")
    HALF_YEARLY = "half-yearly", _("half-yearly")
    QUARTERLY = "quarterly", _("quarterly")
    MONTHLY = "monthly", _("monthly")


class PaymentMethod(models.TextChoices):
    DIRECT_DEBIT = "direct_debit", _("direct debit")
    BANK_TRANSFER = "bank_transfer", _("bank transfer")
    CHEQUE = "cheque", _("cheque")


class SignedAt(models.TextChoices):
    """Where a contract was signed; elsewhere than the provider's, a small practice may withdraw."""

    PROVIDER = "provider", _("on the provider's premises")
    CLIENT = "client", _("on the practice's premises")
    DISTANCE = "distance", _("at a distance")


class SignatureWay(models.TextChoices):
    HANDWRITTEN = "HANDWRITTEN", _("by hand, scanned")
    ELECTRONIC = "ELECTRONIC", _("electronically")


class LineKind(models.TextChoices):
    BASE = "BASE", _("subscription")
    EQUIPMENT = "EQUIPMENT", _("equipment")
    OPTION = "OPTION", _("option")


class RevisionStatus(models.TextChoices):
    APPLIED = "APPLIED", _("applied")
    UNCHANGED = "UNCHANGED", _("unchanged")
    HELD = "HELD", _("held")


class EndReason(models.TextChoices):
    """Why a contract ended; the values of the replay format."""

    CIVIL_YEAR = "civil_year", _("end of the civil year")
    TERM_OVER = "term_over", _("end of the term")  # other terms without tacit renewal
    NOTICE = "notice", _("notice given")
    WITHDRAWAL = "withdrawal", _("withdrawal")


class Series(models.TextChoices):
    """The two Syntec series: the old one ends in July 2022, the revised one starts in August."""

    OLD = "old", _("old series")
    REVISED = "revised", _("revised series")


class IndexOrigin(models.TextChoices):
    """Where an index value comes from: its `source` is a person's words, or the list's name."""

    TYPED = "typed", _("typed by a person")
    LIST = "list", _("from a list, verified")
    UNVERIFIED_LIST = "unverified_list", _("from a list, to be verified")
