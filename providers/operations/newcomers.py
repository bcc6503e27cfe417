"""The account of a person who comes in by an invitation: the letter that reached them proves it."""

from dataclasses import dataclass, field

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.enums import Language
from providers.models import User
from providers.operations.refusals import FieldRefused, check_fields, refused_as


class InvitationOver(DomainError):
    """Nobody may come in by this: unknown, accepted, revoked, too old, or no longer covered.

    One error for all of them, because whoever tries tokens must not learn which.
    """


class SignInFirst(DomainError):
    """The invited person has an account: it is theirs to accept, signed in."""


class WrongPerson(DomainError):
    """Somebody else is signed in than the one who was invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What somebody says of themselves when they come in for the first time."""

    name: str
    password: str = field(repr=False)
    language: str = Language.FRENCH


def over() -> InvitationOver:
    return InvitationOver(_("This invitation is no longer valid."))


def who_accepts(email: str, user: User | None, person: NewPerson | None) -> User:
    """The account that an invitation to this address opens the place to, made if need be.

    Errors: `SignInFirst`, `WrongPerson`, `FieldRefused` at `name` or `password`.
    """
    if user is not None:
        if user.email != email:
            raise WrongPerson(_("This invitation was sent to another address than yours."))
        return user
    if person is None or User.objects.filter(email=email).exists():
        raise SignInFirst(_("You already have an account: sign in to accept."))
    return _new_account(email, person)


def _new_account(email: str, person: NewPerson) -> User:
    name = person.name.strip()
    if not name:
        raise FieldRefused(_("Say your name: people see who they work with."), field="name")
    user = User(email=email, name=name, language=person.language)
    _check_password(person.password, user)
    user.set_password(person.password)
    check_fields(user)
    meanwhile = SignInFirst(_("You already have an account: sign in to accept."))
    with refused_as({"providers_user_email_key": meanwhile}):
        user.save(force_insert=True)
    user.keep_address(is_verified=True)
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise FieldRefused(" ".join(error.messages), field="password") from error
