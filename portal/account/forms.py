"""What people type to sign in and about their account. A guess is counted before it is checked."""

import struct
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    SetPasswordForm,
    default_token_generator,
)
from allauth.account.models import EmailAddress
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import context
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import clock
from providers.models import User
from providers.operations.factors import use_code
from providers.throttle import take

EMAIL = _("e-mail address")
CODE = forms.TextInput(
    attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
)


def _plain(field: forms.Field, label: Any) -> None:
    """Our words above the control, and nothing inside it."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self.fields["login"], EMAIL)
        _plain(self.fields["password"], _("password"))
        del self.fields["remember"]

    def clean(self) -> Any:
        self.cleaned_data["remember"] = False
        return super().clean()


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self.fields["email"], EMAIL)

    def clean_email(self) -> Any:
        take(context.request, "mail", self.cleaned_data["email"])
        return super().clean_email()

    def save(self, request: HttpRequest, **options: Any) -> Any:
        """As long for an address that nobody has: its link is made too, and thrown away (T25)."""
        if not self.users:
            nobody = User()
            EmailAddress.objects.filter(user_id=nobody.pk, email=nobody.email).exists()
            token = default_token_generator.make_token(nobody)
            account_adapter().get_reset_password_from_key_url(f"{nobody.pk.hex}-{token}")
        return super().save(request, **options)


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self.fields["email"], EMAIL)

    def clean_email(self) -> Any:
        take(context.request, "mail", self.cleaned_data["email"])
        return super().clean_email()


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(label=_("code"), max_length=40, widget=CODE)

    def clean_code(self) -> Any:
        stage = LoginStageController.enter(context.request, LoginByCodeStage.key)
        attempt = take(context.request, "code", stage.state.get("email", "") if stage else "")
        code = super().clean_code()
        attempt.give_back()
        return code


class NewPasswordForm(SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain(self.fields["password1"], _("new password"))
        _plain(self.fields["password2"], _("the same once more"))


class CodeForm(forms.Form):
    """Six digits of an app, or a recovery code."""

    code = forms.CharField(label=_("code"), max_length=40, widget=CODE)
    is_again = False

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def clean_code(self) -> str:
        attempt = take(context.request, "factor", self.user.email)
        code: str = self.cleaned_data["code"]
        used = use_code(user_id=self.user.pk, code=code, at=clock.now())
        if used is None:
            raise mfa_adapter().validation_error("incorrect_code")
        attempt.give_back()
        self.authenticator = used
        return code

    def save(self) -> None:
        post_authentication(context.request, self.authenticator, reauthenticated=self.is_again)


class CodeAgainForm(CodeForm):
    is_again = True


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("code that the app shows"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> Any:
        attempt = take(context.request, "factor", self.user.email)
        code = super().clean_code()
        attempt.give_back()
        return code


# What the library raises on an answer that no device ever gave.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, RecursionError, struct.error)


def _readable(check: Any) -> Any:
    """The answer of a device, looked at; one that cannot even be read is a wrong one."""
    try:
        return check()
    except UNREADABLE as error:
        raise mfa_adapter().validation_error("incorrect_code") from error


class CredentialField(forms.JSONField):
    """What a device answered, in JSON; numbers or depths that Python refuses are a wrong answer."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        return _readable(lambda: super(CredentialField, self).to_python(value))

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except UNREADABLE:
            return ""


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Any:
        return _counted(self.user, super().clean_credential)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Any:
        return _counted(self.user, super().clean_credential)


class PasskeyAloneForm(LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)


def _counted(user: User, check: Any) -> Any:
    attempt = take(context.request, "factor", user.email)
    checked = _readable(check)
    attempt.give_back()
    return checked


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Always one that can sign in alone: the device asks for a finger, a face or its code."""

    credential = CredentialField()
    name = forms.CharField(
        label=_("name of the passkey"),
        required=False,
        max_length=60,
        help_text=_("So that you know which device it is: “Telephone”, “Key on my key ring”."),
    )

    def clean(self) -> Any:
        return _readable(super().clean)


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("name of the passkey"), max_length=60)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("name", "language")


class NewAddressForm(forms.Form):
    email = forms.EmailField(
        label=_("new e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        email: str = account_adapter().clean_email(self.cleaned_data["email"])
        return email.lower()
