"""The link that ends one kind of message for one person, without signing in."""

from uuid import UUID

from django.conf import settings
from django.core import signing

SALT = "unsubscribe"
PATH = "/desabonnement/"


class NoSuchLink(ValueError):
    """A token that this portal has not made."""


def unsubscribe_url(user_id: UUID, event: str) -> str:
    token = signing.dumps([user_id.hex, event], salt=SALT)
    return f"{settings.BASE_URL}{PATH}{token}/"


def read_token(token: str) -> tuple[UUID, str]:
    """Whom and what a link is about; it never expires, as old messages are read late.

    Errors: `NoSuchLink`.
    """
    try:
        user_id, event = signing.loads(token, salt=SALT)
        return UUID(hex=user_id), str(event)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoSuchLink(token[:20]) from error
