from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.enums import MailState
from providers.tenancy import TenantModel


class Mail(TenantModel):
    """One e-mail as it was written: kept before it is sent, and what became of it since.

    Its practice, where it concerns one, reads what it received; the others belong to the staff.
    """

    customer_column = "customer_id"

    customer = models.ForeignKey(
        "providers.Customer", models.PROTECT, null=True, db_constraint=False, related_name="+"
    )
    event = models.CharField(_("event"), max_length=40)
    key = models.CharField(max_length=120)  # what it is about: the same is sent once
    recipient = models.EmailField(_("recipient"))
    user_id = models.UUIDField(null=True, blank=True)
    language = models.CharField(max_length=2)
    message_id = models.CharField(max_length=200)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField()
    html = models.TextField()
    secret = models.CharField(max_length=500, blank=True)  # in the text, until it has left
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=MailState, default=MailState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(_("answer of the mail server"), blank=True)
    posted_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("message sent")
        verbose_name_plural = _("messages sent")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event", "key", "recipient"], name="mail_once"
            )
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="mail_latest"),
            models.Index(fields=["provider", "customer", "-id"], name="mail_of_practice"),
            models.Index(fields=["provider", "recipient"], name="mail_to_address"),
        ]

    def __str__(self) -> str:
        return self.subject


class RefusedAddress(TenantModel):
    """An address that does not take our messages: not written to until a person has looked."""

    email = models.EmailField(_("e-mail address"))
    mail_id = models.UUIDField()
    answer = models.TextField(blank=True)
    refused_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")
        constraints = [
            models.UniqueConstraint(fields=["provider", "email"], name="refused_address_once")
        ]

    def __str__(self) -> str:
        return self.email
