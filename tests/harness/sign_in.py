"""Signing in, in tests: by force as if one had just shown a factor, or like a person, by codes."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.signals import user_logged_in
from django.test import Client

from providers.factors import PROOF_LASTS
from tests.factories import TOTP_SECRET


def install() -> None:
    """`client.force_login(user)` signs in as somebody who has just proved who they are."""
    user_logged_in.connect(_record_proof, dispatch_uid="tests.sign_in")


def _record_proof(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if not get_authentication_records(request, user):
        record_authentication(request, user, method="password", reauthenticated=True)


def grow_stale(client: Client) -> None:
    """The person has been signed in for a while: a sensitive act asks again who they are."""
    session = client.session
    for record in session[RECORDS]:
        record["at"] -= PROOF_LASTS.total_seconds() + 1
    session.save()


def totp_code(secret: str = TOTP_SECRET, *, step: int = 0) -> str:
    """What the authenticator app shows now, or so many steps of 30 seconds from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))
