from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from contracts.enums import (
    Cadence,
    ContractStatus,
    EndReason,
    LineKind,
    PaymentMethod,
    SignatureWay,
    SignedAt,
)
from contracts.models.offers import OfferVersion
from providers.lookups import BYTES
from providers.tenancy import CustomerModel, TenantManager, TenantQuerySet

NEVER = models.Value(date.max)


class ContractQuerySet(TenantQuerySet["Contract"]):
    def in_force(self) -> "ContractQuerySet":
        """Signed and not ended."""
        return self.filter(status=ContractStatus.SIGNED)

    def to_invoice(self, day: date) -> "ContractQuerySet":
        return self.in_force().filter(next_invoice_on__lte=day, is_parked=False)

    def to_revise(self, day: date) -> "ContractQuerySet":
        return self.in_force().filter(next_revision_on__lte=day, is_parked=False)

    def to_renew(self, day: date) -> "ContractQuerySet":
        """Whose current term is over."""
        return self.in_force().filter(ends_on__lt=day, is_parked=False)


ContractManager = TenantManager.from_queryset(ContractQuerySet)


class Contract(CustomerModel):
    """One contract with its own copy of the terms it was signed with.

    The dates that jobs look for (`ends_on`, `notice_deadline`, `next_invoice_on`,
    `next_revision_on`) are computed from the terms and kept here, indexed.
    """

    offer_version = models.ForeignKey(
        OfferVersion, models.PROTECT, db_constraint=False, related_name="contracts"
    )
    # As it was called when the contract was prepared: a practice never reads the offer's versions.
    offer_name = models.CharField(_("offer"), max_length=120, blank=True)
    reference = models.CharField(_("reference"), max_length=20, db_collation=BYTES)
    status = models.CharField(
        _("status"), max_length=10, choices=ContractStatus, default=ContractStatus.PREPARED
    )
    terms = models.JSONField(_("terms"))
    terms_hash = models.CharField(max_length=64)
    cadence = models.CharField(_("invoiced"), max_length=12, choices=Cadence)
    payment_method = models.CharField(_("paid by"), max_length=14, choices=PaymentMethod)
    stated_months = models.PositiveSmallIntegerField(_("months stated"), null=True, blank=True)
    options = models.JSONField(_("options"), default=list)
    settings = models.JSONField(default=dict)  # per-contract values of options (backup volume…)

    starts_on = models.DateField(_("starts"))
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    signed_at = models.CharField(_("signed where"), max_length=8, choices=SignedAt, blank=True)
    signature_way = models.CharField(
        _("signed how"), max_length=12, choices=SignatureWay, blank=True
    )
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    headcount = models.PositiveIntegerField(_("employees of the practice"), null=True, blank=True)
    is_main_activity = models.BooleanField(_("within the practice's main activity"), default=True)
    is_early_start_requested = models.BooleanField(
        _("early start expressly requested"), default=False
    )
    earliest_due_date = models.DateField(_("no payment due before"), null=True, blank=True)

    term_number = models.PositiveIntegerField(_("term"), default=0)
    ends_on = models.DateField(_("last day of the term"), null=True, blank=True)
    notice_deadline = models.DateField(_("last day to give notice"), null=True, blank=True)
    next_invoice_on = models.DateField(_("next invoice"), null=True, blank=True)
    next_revision_on = models.DateField(_("next revision"), null=True, blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    end_recorded_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=12, choices=EndReason, blank=True)
    end_reasons = models.JSONField(default=list)
    is_parked = models.BooleanField(_("parked"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    objects: ClassVar = ContractManager()

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], name="contract_reference_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ContractStatus.SIGNED)
                | models.Q(signed_on__isnull=False, ends_on__isnull=False),
                name="contract_signed_has_its_dates",
                violation_error_message=_("A signed contract has a signature day and a term."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | ~models.Q(end_reason=""),
                name="contract_end_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", due],
                condition=models.Q(status="SIGNED", is_parked=False),
                name=name,
            )
            for due, name in (
                ("next_invoice_on", "contract_next_invoice"),
                ("next_revision_on", "contract_next_revision"),
                ("ends_on", "contract_ends"),
                ("notice_deadline", "contract_notice_deadline"),
            )
        ]
        indexes += [
            models.Index(fields=["provider", "customer"], name="contract_of_customer"),
            models.Index(fields=["provider", "starts_on", "id"], name="contract_by_start"),
            models.Index(fields=["provider", "updated_at", "id"], name="contract_by_change"),
        ]
        # Lists sorted by a day that some contracts have not: those come as if at the end of time.
        indexes += [
            models.Index("provider", Coalesce(due, NEVER), "id", name=name)
            for due, name in (
                ("ends_on", "contract_by_end"),
                ("notice_deadline", "contract_by_notice"),
                ("next_invoice_on", "contract_by_invoice"),
            )
        ]

    def __str__(self) -> str:
        return self.reference


class ContractTerm(CustomerModel):
    """One run of a contract, first or renewed: both its days, and the last to give notice."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="term_rows"
    )
    number = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    notice_deadline = models.DateField(null=True)
    opened_on = models.DateField()
    reasons = models.JSONField(default=list)

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("term")
        constraints = [
            models.UniqueConstraint(fields=["provider", "contract", "number"], name="term_once"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="term_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class ContractLine(CustomerModel):
    """One recurring price of a contract: the subscription, an equipment kind, an option (P3)."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="lines"
    )
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind, default=LineKind.BASE)
    code = models.CharField(max_length=40, blank=True)
    label = models.CharField(_("designation"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=1)

    class Meta(CustomerModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["provider", "contract", "position"], name="line_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="line_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class LinePrice(CustomerModel):
    """The annual price of a line for periods that start on or after a day (P8); never edited."""

    line = models.ForeignKey(
        ContractLine, models.PROTECT, db_constraint=False, related_name="prices"
    )
    applies_from = models.DateField()
    annual_price = models.DecimalField(_("annual price"), max_digits=12, decimal_places=2)
    revision = models.ForeignKey(
        "contracts.PriceRevision",
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="prices",
    )
    reasons = models.JSONField(default=list)

    class Meta(CustomerModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "line", "applies_from"], name="line_price_once"
            ),
            models.CheckConstraint(
                condition=models.Q(annual_price__gte=0),
                name="line_price_not_negative",
                violation_error_message=_("A price is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annual_price}"


class ContractDocument(CustomerModel):
    """A file that proves something about a contract (the signed scan), kept with its hash."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="documents"
    )
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta(CustomerModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "contract", "kind", "sha256"], name="contract_document_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
