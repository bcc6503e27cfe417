"""What a request may carry: bodies beyond the largest files are refused before they are read."""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Two scans of 10 MB with their form, and what multipart adds.
LARGEST_BODY: Final = 24 * 1024 * 1024


class BoundedUploads(FileUploadHandler):
    """The first handler: it stores nothing, and stops what is too large at its announcement.

    A body that announces less than it sends is cut at what it announced by the server itself.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST_BODY:
            raise RequestDataTooBig("the body is larger than any file that is taken")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # handed on to the handlers that keep it

    def file_complete(self, file_size: int) -> None:
        return None
