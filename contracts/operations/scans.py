"""A file that proves something: a PDF, or a picture of paper, kept with its hash."""

import hashlib
from dataclasses import dataclass
from typing import Final

from core.uploads import JPEG, PDF, PNG, UploadRefused, judge

LARGEST_BYTES: Final = 10_000_000
TYPES: Final = (PDF, PNG, JPEG)


class ScanRefused(UploadRefused):
    """A file that is too large, or that is not the PDF, PNG or JPEG it says it is."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as it was handed over."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CheckedScan:
    """The same file once its bytes were read; a picture has been drawn anew."""

    name: str
    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_scan(scan: Scan, *, field: str = "scan") -> CheckedScan:
    """The file with its true type. Errors: `ScanRefused` at the field."""
    found = judge(
        scan.name,
        scan.content,
        types=TYPES,
        most_bytes=LARGEST_BYTES,
        field=field,
        refusal=ScanRefused,
    )
    return CheckedScan(found.name, found.content, found.media_type)
