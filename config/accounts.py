"""How allauth behaves here: nobody signs up unasked, every try is counted, secrets are sealed."""

import base64
import hashlib
from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.account_mail import AccountLetters
from core import clock
from providers.at_hand import found_at_hand
from providers.factors import has_proved_lately
from providers.models import User
from providers.operations.factors import MARK
from providers.prepared import prepared
from providers.throttle import Attempt, take
from providers.visitors import address_of, remember_device


class ByInvitationOnly(AccountLetters):
    """Accounts are made by a provider or the platform, never by whoever finds the page."""

    _attempt: Attempt | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "0.0.0.0"  # noqa: S104  nobody's address, for sockets of files

    def is_safe_url(self, url: Any) -> bool:
        """Where to go afterwards; an address that nothing can read leads nowhere."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before the password is hashed: `Throttled` is answered where the views are wrapped."""
        self._attempt = take(request, "password", str(credentials.get("email", "")))

    def _rollback_login_failed_rl_usage(self) -> None:
        if self._attempt:
            self._attempt.give_back()

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        remember_device(request, response, user.email)
        return response

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """A sign-in of a moment ago is as good a proof as another one now."""
        request = context.request
        user = cast("User", request.user)
        return not has_proved_lately(request, user, at=clock.now())


@prepared
def _person(*, user_id: Any) -> Any:
    return User.objects.filter(pk=user_id)


class People(AuthenticationBackend):  # type: ignore[misc]
    """Theirs, but for how the person of a session is found: at hand, else by a prepared query."""

    def get_user(self, user_id: Any) -> User | None:
        user = found_at_hand(user_id) or next(iter(_person(user_id=user_id)), None)
        return user if user and self.user_can_authenticate(user) else None


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of authenticator apps lie in the database under the key of the installation."""

    def encrypt(self, text: str) -> str:
        return _safe().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        if encrypted_text.startswith(MARK):
            return encrypted_text
        return _safe().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "Clausier"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  allauth's name
        return _("My passkey")


def _safe() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"clausier.factors" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
