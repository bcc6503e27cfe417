"""The dates that a signed contract always has, for code that could not go on without them."""

from typing import TypeVar

from core.errors import DomainError
from core.errors import gettext_noop as _

T = TypeVar("T")


class ContractIncomplete(DomainError):
    """A signed contract without something that its signature gave it: a person must look."""


def kept(value: T | None, name: str) -> T:
    """The value, which is there; else the contract is parked rather than guessed."""
    if value is None:
        raise ContractIncomplete(
            _("The contract has lost its %(name)s."), field=name, params={"name": name}
        )
    return value
