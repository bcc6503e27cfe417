"""An undefined variable in one of our templates fails the test instead of printing nothing."""

import inspect
from pathlib import Path
from typing import Any

from django.template import engines
from django.template.base import FilterExpression, Node

OURS = Path(__file__).resolve().parent.parent.parent


class UndefinedVariable(AssertionError):
    """A template printed a variable that its view did not give."""


class Refuse(str):
    """An empty text, which Django asks whether it is empty just when a variable is missing."""

    __slots__ = ()

    def __bool__(self) -> bool:
        _refuse_in_ours()
        return False

    def __contains__(self, text: object) -> bool:
        """Asked by `blocktranslate`, which looks for a place to print the variable's name."""
        _refuse_in_ours()
        return False


def _refuse_in_ours() -> None:
    template, variable = _in_use()
    if template and _is_ours(template):
        raise UndefinedVariable(f"{variable} is undefined in {template}")


def _in_use() -> tuple[str, str]:
    """The file that is being rendered and what it wants to print, from the frames below us."""
    variable = "a variable"
    for frame in inspect.stack(context=0):
        self = frame.frame.f_locals.get("self")
        if isinstance(self, FilterExpression):
            variable = self.token
        elif isinstance(self, Node) and getattr(self, "origin", None):
            return str(self.origin.name), variable
    return "", variable


def _is_ours(template: str) -> bool:
    """Templates of installed packages are not ours to mend, even when they lie in the checkout."""
    path = Path(template)
    return path.is_relative_to(OURS) and "site-packages" not in path.parts


def install() -> None:
    backend: Any = engines["django"]
    backend.engine.string_if_invalid = Refuse()
