"""What changes of an account itself, whatever the memberships."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.models import User
from providers.operations.refusals import refused_as


class AddressTaken(DomainError):
    """Another account signs in with this address."""


@transaction.atomic
def change_email(*, user_id: UUID, email: str) -> User:
    """Sign in with another address from now on. Error: `AddressTaken`."""
    user = User.objects.select_for_update().get(id=user_id)
    user.email = email.strip().lower()
    taken = AddressTaken(_("This address cannot be used."), field="email")
    with refused_as({"providers_user_email_key": taken}):
        user.save(update_fields=["email"])
    user.keep_address()
    return user


def end_sessions(*, user_id: UUID, but: str = "") -> None:
    """Sign a person out everywhere, but for the session with that key."""
    for session in UserSession.objects.filter(user=user_id).exclude(session_key=but):
        session.end()
