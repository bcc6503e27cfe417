from datetime import date
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.enums import InvoicingMode, VatRegime
from providers.tenancy import TenantManager, TenantModel, TenantQuerySet

PREFIX = RegexValidator(
    r"^[A-Z][A-Z0-9-]{0,5}$", _("One to six capital letters, digits or dashes.")
)
COLOR = RegexValidator(r"^#[0-9a-f]{6}$", _("A colour such as #0b5a8f."))


class ProviderProfile(TenantModel):
    """What a provider shows and how its portal works; one row a provider."""

    trade_name = models.CharField(_("trade name"), max_length=120)
    preset = models.CharField(_("preset"), max_length=40, blank=True)
    holidays = models.CharField(_("public holidays"), max_length=10, default="FR")
    brand_color = models.CharField(_("colour"), max_length=7, default="#0b5a8f", validators=[COLOR])
    logo = models.BinaryField(_("logo"), null=True, editable=False)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("web site"), blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    invoice_prefix = models.CharField(
        _("invoice prefix"), max_length=6, default="F", validators=[PREFIX]
    )
    credit_note_prefix = models.CharField(
        _("credit note prefix"), max_length=6, default="A", validators=[PREFIX]
    )
    penalty_prefix = models.CharField(
        _("penalty statement prefix"), max_length=6, default="P", validators=[PREFIX]
    )
    invoicing_mode = models.CharField(
        _("invoicing"), max_length=12, choices=InvoicingMode, default=InvoicingMode.ON_APPROVAL
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False)
    # What somebody has looked at and kept although nothing else shows it: the brand, the numbers…
    settled = models.JSONField(default=list, editable=False)
    set_up_at = models.DateTimeField(_("set up"), null=True, editable=False)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("provider profile")
        constraints = [
            models.UniqueConstraint(fields=["provider"], name="profile_once"),
            models.CheckConstraint(
                condition=~models.Q(invoice_prefix=models.F("credit_note_prefix"))
                & ~models.Q(invoice_prefix=models.F("penalty_prefix"))
                & ~models.Q(credit_note_prefix=models.F("penalty_prefix")),
                name="profile_prefixes_differ",
                violation_error_message=_("Each series of numbers needs a prefix of its own."),
            ),
        ]

    def __str__(self) -> str:
        return self.trade_name


class LegalIdentityQuerySet(TenantQuerySet["LegalIdentity"]):
    def on(self, day: date) -> "LegalIdentityQuerySet":
        """In force on a day."""
        return self.filter(valid_from__lte=day).filter(
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day)
        )


LegalIdentityManager = TenantManager.from_queryset(LegalIdentityQuerySet)


class LegalIdentity(TenantModel):
    """Who issues the documents, by law, from one day to another."""

    legal_name = models.CharField(_("legal name"), max_length=160)
    legal_form = models.CharField(_("legal form"), max_length=40, blank=True)
    share_capital = models.DecimalField(
        _("share capital"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    siren = models.CharField(_("SIREN"), max_length=9)
    rcs_city = models.CharField(_("trade register"), max_length=60, blank=True)
    street = models.CharField(_("street"), max_length=200)
    postal_code = models.CharField(_("postcode"), max_length=5)
    city = models.CharField(_("town"), max_length=80)
    vat_number = models.CharField(_("VAT number"), max_length=13, blank=True)
    vat_regime = models.CharField(
        _("VAT regime"), max_length=14, choices=VatRegime, default=VatRegime.ON_COLLECTION
    )
    is_sole_trader = models.BooleanField(_("sole trader"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = LegalIdentityManager()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("legal identity")
        constraints = [
            models.UniqueConstraint(fields=["provider", "valid_from"], name="identity_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="identity_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name
