"""The environment, read once, typed, and refused when it says something else than expected."""

import os
from collections.abc import Mapping
from pathlib import Path

TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}
# Django's own bar for a secret (its check W009).
SECRET_LENGTH, SECRET_VARIETY = 50, 5
# Of what a machine shows to be let in.
SHORTEST_TOKEN = 24
WEAK_WORDS = ("change-me", "changeme", "django-insecure", "example", "secret-key")


class BadEnvironment(RuntimeError):
    """A variable is missing or does not have one of the expected forms."""


class Environment:
    """Typed access to variables; `NAME_FILE` gives the value of `NAME` from a file."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str | None = None) -> str:
        """The value, from the variable or from the file that `NAME_FILE` points to."""
        value = self._variables.get(name, "") or self._from_file(name)
        if value:
            return value
        if default is None:
            raise BadEnvironment(f"{name} is not set")
        return default

    def _from_file(self, name: str) -> str:
        path = self._variables.get(f"{name}_FILE", "")
        if not path:
            return ""
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadEnvironment(f"{name}_FILE cannot be read: {error}") from error

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "").lower()
        if not value:
            return default
        if value not in TRUE | FALSE:
            raise BadEnvironment(f"{name} is true or false, not {value!r}")
        return value in TRUE

    def integer(self, name: str, *, default: int) -> int:
        value = self.text(name, "")
        if not value:
            return default
        try:
            return int(value)
        except ValueError as error:
            raise BadEnvironment(f"{name} is a whole number, not {value!r}") from error

    def choice(self, name: str, allowed: tuple[str, ...], *, default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise BadEnvironment(f"{name} is one of {', '.join(allowed)}, not {value!r}")
        return value

    def listing(self, name: str, *, default: list[str]) -> list[str]:
        """Comma-separated values."""
        value = self.text(name, "")
        return [item.strip() for item in value.split(",") if item.strip()] if value else default

    def secret(self, name: str) -> str:
        """A secret that is long and varied enough, or a refusal to start."""
        value = self.text(name, "")
        if not value:
            raise BadEnvironment(
                f"{name} is not set: give a random text of {SECRET_LENGTH} or more"
            )
        if is_weak(value):
            raise BadEnvironment(f"{name} is weak: give a random text of {SECRET_LENGTH} or more")
        return value


def is_weak(secret: str) -> bool:
    """Whether a secret is too short, too uniform, or one of the examples.

    >>> is_weak("change-me-" * 10), is_weak("a" * 60), is_weak("0f5e1c9a7b3d" * 5)
    (True, True, False)
    """
    return (
        len(secret) < SECRET_LENGTH
        or len(set(secret)) < SECRET_VARIETY
        or any(word in secret.lower() for word in WEAK_WORDS)
    )
