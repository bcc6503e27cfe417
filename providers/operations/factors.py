"""Second factors: using a code once, and the recovery codes that stand in for a lost device."""

import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.crypto import salted_hmac

# Digits and letters that nobody takes for one another; ten of them hold 49 bits.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH, COUNT = 10, 10
STEP_SECONDS, TOLERANCE = 30, 1
# What a hash begins with, so that nothing takes it for a text to decipher.
MARK = "hmac-sha256:"


@transaction.atomic
def use_code(*, user_id: UUID, code: str, at: datetime) -> Authenticator | None:
    """The factor that a typed code belongs to, or None; a code is good once.

    The row is held while it is looked at, so that of two who send the same code one is refused.
    """
    typed = re.sub(r"[\s-]", "", code).lower()
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    rows = Authenticator.objects.select_for_update().filter(user=user_id, type__in=kinds)
    for row in rows.order_by("id"):
        uses = _use_totp if row.type == Authenticator.Type.TOTP else _use_recovery_code
        if uses(row, typed, at):
            row.save(update_fields=["data"])
            return row
    return None


def _use_totp(row: Authenticator, typed: str, at: datetime) -> bool:
    """One step of 30 seconds early or late, and never a step that was used, or one before it."""
    secret, now = decrypt(row.data["secret"]), int(at.timestamp()) // STEP_SECONDS
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        shown = format_hotp_value(hotp_value(secret, step))
        if hmac.compare_digest(shown.encode(), typed.encode(errors="replace")):
            is_fresh = step > int(row.data.get("last_step", 0))
            row.data["last_step"] = max(step, int(row.data.get("last_step", 0)))
            return is_fresh
    return False


def _use_recovery_code(row: Authenticator, typed: str, at: datetime) -> bool:
    hashed, kept = _hash(typed), list(row.data.get("migrated_codes", ()))
    if hashed not in kept:
        return False
    kept.remove(hashed)
    row.data["migrated_codes"] = kept
    return True


@transaction.atomic
def renew_recovery_codes(*, user_id: UUID, at: datetime) -> list[str]:
    """Ten new codes in place of the old; what is kept are their hashes, so this is the only time
    that they can be read.
    """
    codes = [_invent() for _ in range(COUNT)]
    hashes = [_hash(code.replace("-", "")) for code in codes]
    Authenticator.objects.update_or_create(
        user_id=user_id,
        type=Authenticator.Type.RECOVERY_CODES,
        defaults={"data": {"migrated_codes": hashes}, "created_at": at},
    )
    return codes


def _invent() -> str:
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def _hash(code: str) -> str:
    digest = salted_hmac("clausier.recovery", code, algorithm="sha256").hexdigest()
    return f"{MARK}{digest}"
