"""The programming interface: who holds a token, and the first answer to each keyed request."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.models.customers import Customer
from providers.tenancy import TenantModel


class ApiToken(TenantModel):
    """A key to the programming interface; its secret was shown once, its hash alone is kept.

    `scopes` says read or write for each resource. Whoever made it lends it their rights: it never
    does what they may not do at the moment it is used. With a practice it sees that one
    alone, as the practice's own manager does.
    """

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=6)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("rights"), default=dict)
    practice = models.ForeignKey(
        Customer, models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    made_by = models.UUIDField()
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.UUIDField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.UniqueConstraint(fields=["provider", "digest"], name="api_token_once")
        ]

    def __str__(self) -> str:
        return self.name


class KeptAnswer(TenantModel):
    """What the first request with an idempotency key was answered, kept beside what it did.

    `digest` is that of the whole request: the same key with another one is refused.
    """

    token = models.ForeignKey(ApiToken, models.PROTECT, db_constraint=False, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("kept answer")
        constraints = [
            models.UniqueConstraint(fields=["provider", "token", "key"], name="kept_answer_once")
        ]
        indexes = [models.Index(fields=["provider", "at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return self.key
