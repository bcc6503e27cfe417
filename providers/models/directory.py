"""The global directory: readable with no provider open, and holding no personal text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.enums import ProviderStatus, Role
from providers.models.people import User
from providers.tenancy import new_id

PROVIDER_ROLES = tuple(role for role in Role if role not in Role.practice())


class Provider(models.Model):
    """A tenant (prestataire). What concerns it alone is in `ProviderProfile`, behind the walls."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris")
    status = models.CharField(
        _("status"), max_length=12, choices=ProviderStatus, default=ProviderStatus.ACTIVE
    )

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """A person's role with a provider, on its own side or for one of its customers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("user"), related_name="memberships"
    )
    provider = models.ForeignKey(
        Provider, models.PROTECT, verbose_name=_("provider"), related_name="memberships"
    )
    customer_id = models.UUIDField(_("customer"), null=True, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "provider", "customer_id"],
                nulls_distinct=False,
                name="membership_once",
                violation_error_message=_("This person already has a role there."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=PROVIDER_ROLES, customer_id__isnull=True)
                | models.Q(role__in=Role.practice(), customer_id__isnull=False),
                name="membership_role_on_its_side",
                violation_error_message=_(
                    "A practice role names its practice, a provider role none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


class DueWork(models.Model):
    """One piece of a provider's scheduled work for one of its local days, done exactly once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(
        Provider, models.CASCADE, verbose_name=_("provider"), related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=20)
    day = models.DateField(_("day"))
    claimed_at = models.DateTimeField(_("begun on"))
    done_at = models.DateTimeField(_("done on"), null=True)

    class Meta:
        verbose_name = _("work of a day")
        verbose_name_plural = _("works of the days")
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "day"], name="due_work_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
