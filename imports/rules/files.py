"""A file of values, whichever of its forms it came in."""

import hashlib
from dataclasses import dataclass

from core.uploads import CSV, XLSX, judge
from imports.rules.tables import LARGEST_BYTES, Table, TableRefused
from imports.rules.text_files import read_text_file
from imports.rules.workbooks import read_workbook


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What is kept of a file: its name, its hash, and its values as text. Its bytes are not."""

    name: str
    sha256: str
    size: int
    table: Table


def read_file(name: str, content: bytes) -> ReadFile:
    """The table in a file. Errors: `TableRefused` at `file`."""
    judged = judge(name, content, types=(CSV, XLSX), most_bytes=LARGEST_BYTES, refusal=TableRefused)
    read = read_workbook if judged.media_type == XLSX else read_text_file
    sha256 = hashlib.sha256(content).hexdigest()
    return ReadFile(judged.name, sha256, len(content), read(content))
