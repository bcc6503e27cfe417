from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.enums import IndexOrigin, Series
from providers.tenancy import TenantModel


class Offer(TenantModel):
    """A tier a provider sells (CMP0, CMP1, CMP3, annual support…)."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("sold"), default=True)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "code"],
                name="offer_code_once",
                violation_error_message=_("Another offer has this code."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OfferVersion(TenantModel):
    """The terms of an offer as published on a day; signed contracts keep a copy of theirs."""

    offer = models.ForeignKey(Offer, models.PROTECT, db_constraint=False, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    terms = models.JSONField(_("terms"))
    is_price_confirmed = models.BooleanField(_("price confirmed"), default=False)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("version of an offer")
        verbose_name_plural = _("versions of an offer")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "offer", "number"], name="offer_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer} v{self.number}"


class IndexObservation(TenantModel):
    """A value of the Syntec index as it was published (P10): republished, it is a new row."""

    series = models.CharField(_("series"), max_length=10, choices=Series)
    month = models.DateField(_("month measured"))  # its first day
    value = models.DecimalField(_("value"), max_digits=7, decimal_places=2)
    published_on = models.DateField(_("published"))
    is_estimated = models.BooleanField(_("publication date estimated"), default=False)
    # Code of an older version, still running while this one starts, knows no origin.
    origin = models.CharField(
        _("origin"), max_length=20, choices=IndexOrigin, default="typed", db_default="typed"
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, db_constraint=False, null=True, blank=True, related_name="+"
    )

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("index value")
        verbose_name_plural = _("index values")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "series", "month", "published_on"],
                name="index_value_once",
                violation_error_message=_("This month already has a value published that day."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__gt=0),
                name="index_value_positive",
                violation_error_message=_("An index value is above zero."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="index_month_is_its_first_day"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "series", "published_on"], name="index_by_publication")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.value}"


class OfferDraft(TenantModel):
    """The next version of an offer while it is written; `terms` may still be incomplete.

    `revision` grows with each change: whoever writes on an older one is shown both. Published, the
    draft names its `version` and stays as it was.
    """

    offer = models.ForeignKey(
        Offer, models.PROTECT, db_constraint=False, null=True, related_name="drafts"
    )
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    terms = models.JSONField(_("terms"), default=dict)
    revision = models.PositiveIntegerField(default=1)
    based_on = models.ForeignKey(
        OfferVersion, models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    version = models.ForeignKey(
        OfferVersion, models.PROTECT, db_constraint=False, null=True, related_name="drafts"
    )
    started_at = models.DateTimeField(_("started"))
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.UUIDField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("draft of an offer")
        verbose_name_plural = _("drafts of offers")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "code"],
                condition=models.Q(version=None),
                name="offer_draft_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
