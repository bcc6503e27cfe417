"""Which names a view reads out of a form or an address: whoever reads is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

# A view that takes a whole form, whatever its names.
EVERYTHING: Final = "*"
read = set[str]()


class _Watched(MultiValueDict[str, Any]):
    """Tells each name that is asked for."""

    def __getitem__(self, key: Any) -> Any:
        read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: Any) -> bool:
        read.add(key)
        return super().__contains__(key)

    def _getlist(self, key: Any, *given: Any, **options: Any) -> Any:
        read.add(key)
        return super()._getlist(key, *given, **options)  # type: ignore[misc]

    def __iter__(self) -> Iterator[Any]:
        read.add(EVERYTHING)
        return super().__iter__()

    def keys(self) -> Any:
        read.add(EVERYTHING)
        return super().keys()

    def items(self) -> Any:
        read.add(EVERYTHING)
        return super().items()

    def dict(self) -> Any:
        read.add(EVERYTHING)
        return super().dict()


class _WatchedTexts(_Watched, QueryDict):
    def lists(self) -> Any:
        """Of files the framework asks this itself, to close them."""
        read.add(EVERYTHING)
        return super().lists()


@contextmanager
def watched_forms() -> Iterator[set[str]]:
    """While the body runs: the names that were read of any request's texts and files."""
    load = HttpRequest._load_post_and_files

    def load_watched(self: Any) -> None:
        load(self)
        self._post.__class__ = _WatchedTexts
        self._files.__class__ = _Watched

    read.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpRequest, "_load_post_and_files", load_watched)
        yield read


@contextmanager
def watched_addresses() -> Iterator[set[str]]:
    """While the body runs: the names that were read of any request's address."""
    plain = WSGIRequest.__dict__["GET"].func

    def watched(self: Any) -> Any:
        found = plain(self)
        found.__class__ = _WatchedTexts
        return found

    read.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequest, "GET", property(watched))
        yield read
