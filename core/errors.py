"""The one root of every business refusal."""

from collections.abc import Mapping


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogue without Django; it is translated where it is shown."""
    return message


class DomainError(Exception):
    """A refusal a person can read: an English sentence, the field it concerns and a stable code.

    `message` is untranslated, with `%(name)s` places that `params` fill: the catalogue holds it.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        code: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or type(self).__name__
        self.params: Mapping[str, object] = params or {}

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message
