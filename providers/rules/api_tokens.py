"""What a token of the programming interface looks like: whose provider, then a secret.

The provider's id stands in the token, so that its scope can be opened before the token is looked
up: no table of tokens is readable with no provider open. The secret has 256 bits, so one quick
hash of it is enough; only that hash is kept.
"""

import re
from base64 import b32hexdecode, b32hexencode
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

# A UUID in letters of five bits: of the last one three alone are used.
SHORT = "[0-9a-v]{25}[048cgkos]"
SHAPE = re.compile(rf"clausier_({SHORT})_([A-Za-z0-9_-]{{43}})")
SHOWN = 6


@dataclass(frozen=True, slots=True)
class SplitToken:
    """A token taken apart; that it has the shape says nothing about its being good."""

    provider_id: UUID
    secret: str

    @property
    def digest(self) -> str:
        """What is kept of it."""
        return sha256(self.secret.encode()).hexdigest()

    @property
    def prefix(self) -> str:
        """What is shown of it, to tell one token from another."""
        return self.secret[:SHOWN]

    def __str__(self) -> str:
        return f"clausier_{short_of(self.provider_id)}_{self.secret}"


def short_of(identifier: UUID) -> str:
    """A UUID in 26 letters and digits that sort as it does.

    >>> short_of(UUID("0198f3a0-7c1e-7abc-9def-0123456789ab"))
    '06cf783s3ptbp7ff04hkaps9lc'
    """
    return b32hexencode(identifier.bytes).decode().rstrip("=").lower()


def long_of(short: str) -> UUID | None:
    """The UUID that was shortened so; None for anything else, other spellings of it included."""
    try:
        found = UUID(bytes=b32hexdecode(short.upper() + "======"))
    except ValueError:
        return None
    return found if short_of(found) == short else None


def split_token(text: str) -> SplitToken | None:
    found = SHAPE.fullmatch(text)
    provider_id = long_of(found[1]) if found else None
    return SplitToken(provider_id, found[2]) if found and provider_id else None
