"""The text of an answer, whatever it is wrapped in: pages, sheets, PDFs, archives."""

import io
import zipfile
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from django.http import HttpResponse, StreamingHttpResponse
from pypdf import PdfReader


def body_of(response: Any) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(cast("Iterable[bytes]", response.streaming_content))
    return bytes(cast("HttpResponse", response).content)


def text_of(response: Any) -> str:
    """What somebody could read: the body, taken apart, and the headers."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{text_in(body_of(response))}".lower()


@cache
def text_in(content: bytes) -> str:
    raw = content.decode("utf-8", errors="replace")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [f"{name} {text_in(packed.read(name))}" for name in packed.namelist()]
        return "\n".join(parts)
    if content.startswith(b"%PDF") and b"startxref" in content:
        return raw + "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return raw
