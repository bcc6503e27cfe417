"""Why a document could not be drawn; whoever asked for it parks it with the reason."""

from core.errors import DomainError, gettext_noop


class RenderingFailed(DomainError):
    """The page could not be turned into a PDF."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            gettext_noop("The document could not be drawn: %(reason)s"), params={"reason": reason}
        )


class AssetRefused(RenderingFailed):
    """The page asked for something outside its closed set: a remote address, a file, a data URL."""


class RenderingTooLong(RenderingFailed):
    """The time allowed was over; the process that drew was killed."""


class RenderingTooLarge(RenderingFailed):
    """The page needed more memory than a document may use; the process that drew is gone."""
