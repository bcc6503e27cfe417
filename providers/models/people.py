from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from providers.enums import Language
from providers.tenancy import new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        user.keep_address()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The platform operator; sees the global tables only."""
        return self.create_user(
            email, password, is_operator=True, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known once over the whole portal; what they may do is in their memberships."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("An account already uses this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.FRENCH
    )
    has_shortcuts = models.BooleanField(_("shortcuts of a single key"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("comes into the administration"), default=False)
    is_operator = models.BooleanField(_("platform operator"), default=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def keep_address(self, *, is_verified: bool = False) -> None:
        """Write the line that allauth keeps of the address, as soon as the account has it.

        Left to allauth, it is written when the first letter is asked for, and that slower answer
        tells that the address is known (T25).
        """
        from allauth.account.models import EmailAddress  # it refers to this very class

        EmailAddress.objects.filter(user=self).delete()
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=is_verified)
