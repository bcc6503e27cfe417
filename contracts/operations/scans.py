"""A file that proves something: what it is, is read in its bytes, never in its name."""

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from PIL import Image

from core.errors import DomainError
from core.errors import gettext_noop as _

LARGEST_BYTES: Final = 10_000_000
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
SUFFIXES: Final = {PDF: {".pdf"}, PNG: {".png"}, JPEG: {".jpg", ".jpeg"}}
IMAGE_FORMATS: Final = {PNG: "PNG", JPEG: "JPEG"}


class ScanRefused(DomainError):
    """A file that is too large, or that is not the PDF, PNG or JPEG it says it is."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as it was handed over."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CheckedScan:
    """The same file once its bytes were read."""

    name: str
    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_scan(scan: Scan, *, field: str = "scan") -> CheckedScan:
    """The file with its true type. Errors: `ScanRefused` at the field."""
    if len(scan.content) > LARGEST_BYTES:
        raise ScanRefused(_("The file is larger than 10 MB."), field=field)
    media_type = _type_of(scan.content)
    name = _plain_name(scan.name)
    if media_type is None or PurePath(name).suffix.lower() not in SUFFIXES[media_type]:
        raise ScanRefused(
            _("The file %(name)s is not the PDF, PNG or JPEG that it says it is."),
            field=field,
            params={"name": name},
        )
    return CheckedScan(name, scan.content, media_type)


def _plain_name(name: str) -> str:
    """The last part of the path, without control characters, of a length the column holds."""
    last = PurePath(name.replace("\\", "/")).name
    plain = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", last)
    stem, suffix = PurePath(plain).stem, PurePath(plain).suffix
    return f"{stem[: 120 - len(suffix)]}{suffix}"[-120:]


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in content[-2048:] else None
    for media_type, form in IMAGE_FORMATS.items():
        if _is_image(content, form):
            return media_type
    return None


def _is_image(content: bytes, form: str) -> bool:
    """Read the structure, not the pixels: a huge or broken picture costs nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as image:
                image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return False
    return True
