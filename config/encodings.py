"""What is sent to the portal is UTF-8, whatever else a header announces.

The framework looks a body's charset up among all of Python's codecs, some of which are no
encodings of text: a form "in zlib" broke down in the middle of its reading.
"""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

UTF_8: Final = "utf-8"


class Utf8Alone:
    """Refuse a charset that no page and no program of ours asks for, before anything is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        charset = (request.content_params or {}).get("charset", UTF_8)
        if charset.lower().replace("_", "-") in (UTF_8, "utf8"):
            return self.get_response(request)
        request.encoding = UTF_8  # for the page that says so
        raise BadRequest("a charset that is not UTF-8")
