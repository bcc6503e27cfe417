from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.enums import EmailChoice
from providers.models.people import User
from providers.tenancy import TenantModel


class Notification(TenantModel):
    """One line that tells one person of an event: shown under the bell, kept for the digest."""

    customer_column = "customer_id"

    customer = models.ForeignKey(
        "providers.Customer", models.PROTECT, null=True, db_constraint=False, related_name="+"
    )
    user_id = models.UUIDField()
    event = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    is_shown = models.BooleanField(default=True)
    awaits_digest = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "user_id", "event", "key"], name="notification_once"
            )
        ]
        indexes = [
            models.Index(fields=["provider", "user_id", "-id"], name="notification_latest"),
            models.Index(
                fields=["provider", "user_id"],
                condition=models.Q(read_at__isnull=True, is_shown=True),
                name="notification_unread",
            ),
            models.Index(fields=["provider", "at"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(models.Model):
    """How one person, wherever they work, wants to be told of one event. No personal text."""

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("user"), related_name="preferences"
    )
    event = models.CharField(_("event"), max_length=40)
    email = models.CharField(_("by e-mail"), max_length=10, choices=EmailChoice)
    in_portal = models.BooleanField(_("in the portal"))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.email}"
