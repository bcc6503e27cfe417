"""Who was asked to come in. Of a token its hash alone is kept: a row opens nothing."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from providers.enums import Language, Role
from providers.models.directory import PROVIDER_ROLES, Provider
from providers.tenancy import TenantManager, TenantModel, TenantQuerySet, new_id

TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random and long: a plain hash cannot be searched through."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


PENDING = models.Q(accepted_at=None, revoked_at=None)


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; it may be too old."""
        return self.filter(PENDING)


InvitationManager = TenantManager.from_queryset(InvitationQuerySet)


class Invitation(TenantModel):
    """A role offered to an e-mail address, on the provider's side or for one of its practices."""

    customer_column = "customer_id"

    customer = models.ForeignKey(
        "providers.Customer", models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    token_hash = models.CharField(max_length=64, editable=False)
    invited_by = models.UUIDField(editable=False)
    invited_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.UUIDField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = InvitationManager()

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["provider", "token_hash"], name="invitation_token"),
            models.UniqueConstraint(
                fields=["provider", "customer", "email"],
                condition=PENDING,
                nulls_distinct=False,
                name="invitation_pending_once",
                violation_error_message=_("This person is invited already."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_in_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=PROVIDER_ROLES, customer__isnull=True)
                | models.Q(role__in=Role.practice(), customer__isnull=False),
                name="invitation_role_on_its_side",
                violation_error_message=_(
                    "A practice role names its practice, a provider role none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """Whether it may still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at


class HouseInvitation(models.Model):
    """Somebody is asked, or asked, to open a house of their own: no provider exists yet.

    Global, because it comes before any provider; its only personal text is the address that the
    person will sign in with.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    preset = models.CharField(_("preset"), max_length=40, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Null: they signed up themselves.
    invited_by = models.UUIDField(_("invited by"), null=True, editable=False)
    invited_at = models.DateTimeField(_("invited on"), editable=False)
    expires_at = models.DateTimeField(_("good until"), editable=False)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, editable=False)
    provider = models.ForeignKey(
        Provider, models.PROTECT, verbose_name=_("provider"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("invitation to open a house")
        verbose_name_plural = _("invitations to open a house")
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=PENDING, name="house_invitation_pending_once"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="house_invitation_email_in_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """Whether it may still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at
