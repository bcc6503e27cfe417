"""What is owed and what was paid: issued documents, their numbers, claims and settlements."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from billing.enums import ClaimKind, DocumentType, InvoiceKind, SettlementStatus
from contracts.enums import PaymentMethod
from contracts.models import Contract, ContractLine
from providers.lookups import BYTES
from providers.tenancy import CustomerModel, TenantManager, TenantModel, TenantQuerySet


class SeriesCounter(TenantModel):
    """The last number of a series in a year, and the head of the hash chain of the series.

    Its row is the only serial lock of the invoice run, and the last one taken.
    """

    series = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)
    last_date = models.DateField()
    head_hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["provider", "series", "year"], name="counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.series}{self.year}"


class InvoiceQuerySet(TenantQuerySet["Invoice"]):
    def issued_between(self, first_day: date, last_day: date) -> "InvoiceQuerySet":
        return self.filter(issue_date__range=(first_day, last_day))


InvoiceManager = TenantManager.from_queryset(InvoiceQuerySet)


class Invoice(CustomerModel):
    """An issued invoice or credit note (B1): a frozen copy of everything it says.

    Amounts are positive euros on both kinds. `seller`, `buyer` and `mentions` are the texts as
    they stood on the day of issue; `hash` seals all columns and lines onto `previous_hash`.
    """

    kind = models.CharField(_("kind"), max_length=11, choices=InvoiceKind)
    document = models.CharField(_("about"), max_length=12, choices=DocumentType)
    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, null=True, related_name="invoices"
    )
    credits = models.ForeignKey(
        "self", models.PROTECT, db_constraint=False, null=True, related_name="credit_notes"
    )
    number = models.CharField(_("number"), max_length=20, db_collation=BYTES)
    series = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    business_day = models.DateField()  # whose work it is; earlier than the issue after an outage
    issue_date = models.DateField(_("issued"))
    due_date = models.DateField(_("due"))
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    payment_method = models.CharField(_("paid by"), max_length=14, choices=PaymentMethod)
    net_amount = models.DecimalField(_("net"), max_digits=12, decimal_places=2)
    vat_amount = models.DecimalField(_("VAT"), max_digits=12, decimal_places=2)
    gross_amount = models.DecimalField(_("gross"), max_digits=12, decimal_places=2)
    vat_breakdown = models.JSONField()
    seller = models.JSONField()
    buyer = models.JSONField()
    mentions = models.JSONField()
    reasons = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: ClassVar = InvoiceManager()

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "series", "year", "sequence"], name="invoice_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(gross_amount=models.F("net_amount") + models.F("vat_amount")),
                name="invoice_amounts_add_up",
            ),
            models.CheckConstraint(
                condition=models.Q(net_amount__gte=0, vat_amount__gte=0),
                name="invoice_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=InvoiceKind.INVOICE, credits__isnull=True)
                | models.Q(kind=InvoiceKind.CREDIT_NOTE, credits__isnull=False),
                name="credit_note_names_its_invoice",
                violation_error_message=_("A credit note names the invoice it credits."),
            ),
            models.CheckConstraint(
                condition=models.Q(due_date__gte=models.F("issue_date")),
                name="invoice_due_after_issue",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-issue_date", "-id"], name="invoice_latest"),
            models.Index(
                fields=["provider", "customer", "-issue_date", "-id"], name="invoice_of_customer"
            ),
            models.Index(fields=["provider", "contract"], name="invoice_of_contract"),
            models.Index(fields=["provider", "number", "id"], name="invoice_by_number"),
            models.Index(fields=["provider", "due_date", "id"], name="invoice_by_due_date"),
            models.Index(fields=["provider", "gross_amount", "id"], name="invoice_by_amount"),
            models.Index(
                fields=["provider", "-issue_date", "-id"],
                condition=models.Q(kind=InvoiceKind.CREDIT_NOTE),
                name="credit_note_latest",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(CustomerModel):
    """One line of an issued document, with the reason of its amount; frozen with it."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, db_constraint=False, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=300)
    quantity = models.DecimalField(max_digits=12, decimal_places=4)
    unit_price = models.DecimalField(max_digits=14, decimal_places=6)
    net_amount = models.DecimalField(max_digits=12, decimal_places=2)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    vat_code = models.CharField(max_length=20)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    reasons = models.JSONField(default=list)

    class Meta(CustomerModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "invoice", "position"], name="invoice_line_once"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Claim(CustomerModel):
    """What makes an invoice unique: this line of this contract, for these days, of this kind.

    Released by the credit note that cancels the invoice, so that it can be issued again. Two
    live claims of one line never share a day (an exclusion constraint of the migration).
    """

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="claims"
    )
    line = models.ForeignKey(
        ContractLine, models.PROTECT, db_constraint=False, related_name="claims"
    )
    kind = models.CharField(max_length=12, choices=ClaimKind)
    first_day = models.DateField()
    last_day = models.DateField()
    invoice = models.ForeignKey(Invoice, models.PROTECT, db_constraint=False, related_name="claims")
    released_by = models.ForeignKey(
        Invoice, models.PROTECT, db_constraint=False, null=True, related_name="released_claims"
    )

    class Meta(CustomerModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "line", "kind", "first_day"],
                condition=models.Q(released_by__isnull=True),
                name="claim_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "contract", "first_day"],
                condition=models.Q(released_by__isnull=True),
                name="claim_live_of_contract",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class Settlement(CustomerModel):
    """Where the money of one invoice stands: kept beside it, for the invoice itself is frozen."""

    invoice = models.OneToOneField(
        Invoice, models.PROTECT, db_constraint=False, related_name="settlement"
    )
    status = models.CharField(
        _("status"), max_length=11, choices=SettlementStatus, default=SettlementStatus.OPEN
    )
    issue_date = models.DateField()
    due_date = models.DateField()
    gross_amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    credited_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # kept by a trigger

    class Meta(CustomerModel.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    gross_amount__gte=models.F("paid_amount") + models.F("credited_amount")
                ),
                name="settlement_never_above_the_invoice",
                violation_error_message=_("This is more than what remains to be paid."),
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "status", "-issue_date", "-invoice"], name="settlement_latest"
            ),
            models.Index(fields=["provider", "updated_at", "invoice"], name="settlement_by_change"),
        ]

    def __str__(self) -> str:
        return self.status

    @property
    def remaining_amount(self) -> Decimal:
        """Euros that are still to be paid: neither received nor credited."""
        return self.gross_amount - self.paid_amount - self.credited_amount


class Payment(CustomerModel):
    """Money received for an invoice, recorded by hand; a mistake is reversed, never erased."""

    invoice = models.ForeignKey(
        Invoice, models.PROTECT, db_constraint=False, related_name="payments"
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    received_on = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=14, choices=PaymentMethod)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    request_key = models.CharField(max_length=64)  # the form's key: a double click is one payment
    reversed_on = models.DateField(_("reversed on"), null=True)
    reversed_by = models.UUIDField(null=True)

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="payment_positive",
                violation_error_message=_("A payment is above zero."),
            ),
            models.UniqueConstraint(fields=["provider", "request_key"], name="payment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class SetAside(CustomerModel):
    """A contract that a person keeps out of the invoice runs, with a reason, until brought back."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="set_asides"
    )
    reason = models.CharField(_("reason"), max_length=200)
    set_aside_at = models.DateTimeField()
    set_aside_by = models.UUIDField(null=True)
    brought_back_at = models.DateTimeField(null=True)
    brought_back_by = models.UUIDField(null=True)

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("contract set aside")
        verbose_name_plural = _("contracts set aside")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "contract"],
                condition=models.Q(brought_back_at__isnull=True),
                name="set_aside_once",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class InvoiceDocument(CustomerModel):
    """The PDF of an issued document: rendered once, stored once, with its hash."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, db_constraint=False, related_name="pdf")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()

    class Meta(CustomerModel.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.sha256


class PreparedInvoice(CustomerModel):
    """An invoice the daily run computed for a person to release (a provider's setting)."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, db_constraint=False, related_name="prepared_invoices"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    issue_day = models.DateField()
    net_amount = models.DecimalField(max_digits=12, decimal_places=2)
    vat_amount = models.DecimalField(max_digits=12, decimal_places=2)
    gross_amount = models.DecimalField(max_digits=12, decimal_places=2)
    lines = models.JSONField()
    prepared_on = models.DateField()

    class Meta(CustomerModel.Meta):
        abstract = False
        verbose_name = _("invoice to release")
        verbose_name_plural = _("invoices to release")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "contract", "first_day"], name="prepared_invoice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
