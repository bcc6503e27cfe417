"""The second factor of a person, and when they last proved who they are.

A factor is an authenticator app (TOTP) or a passkey. Recovery codes stand in for one that is lost
and are none by themselves; an address that receives mail never counts.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from providers.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# A sensitive act wants a proof at most so old.
PROOF_LASTS = timedelta(minutes=5)
PROOFS = frozenset({"password", "mfa"})


def has_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def with_factor(memberships: Any) -> Any:
    """The same memberships, each knowing as `has_factor` whether its person has one."""
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
    return memberships.annotate(has_factor=Exists(factors))


def can_prove(user: User) -> bool:
    """Whether there is anything but mail to prove who they are with."""
    return user.has_usable_password() or has_factor(user)


def has_proved_lately(request: HttpRequest, user: User, *, at: datetime) -> bool:
    """Whether this session saw the password or a factor in the last five minutes.

    Whoever has neither has signed in by a code sent to them: that is the best they can do, and it
    has to be as fresh.
    """
    records = get_authentication_records(request, user)
    if _is_recent(records, PROOFS, at):
        return True
    return _is_recent(records, frozenset({"code"}), at) and not can_prove(user)


def _is_recent(records: list[dict[str, Any]], methods: frozenset[str], at: datetime) -> bool:
    instants = [record["at"] for record in records if record.get("method") in methods]
    return bool(instants) and at - datetime.fromtimestamp(max(instants), UTC) <= PROOF_LASTS
