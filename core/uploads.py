"""The one place that judges a file somebody sent (R21, T30): its size, name, type and pixels.

What a file is, is read in its bytes, and its name must agree. A picture is never kept as it came:
it is decoded under limits and drawn anew, so that nothing that rode along in it (metadata, a second
format, a payload behind the pixels) survives. No name that was sent ever becomes a path: files are
kept as rows, and their names are labels.
"""

import io
import re
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from PIL import Image, ImageFile, UnidentifiedImageError

from core.errors import DomainError
from core.errors import gettext_noop as _

MEGABYTE: Final = 1_000_000
LONGEST_NAME: Final = 120
# A page of A4 at 600 dots per inch; decoded in colours it takes 105 MB.
MOST_PIXELS: Final = 35_000_000
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES: Final = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    CSV: (".csv", ".txt", ".tsv"),
    XLSX: (".xlsx",),
}
PICTURES: Final = {PNG: "PNG", JPEG: "JPEG"}
ZIP_START: Final = b"PK\x03\x04"
# Control characters, and the marks that turn the reading direction: a name shows what it is.
HIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class UploadRefused(DomainError):
    """A file that is too large, that is not what its name says, or that is not taken here."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A file once its bytes were read: what it is called, what it is, what of it may be kept."""

    name: str
    media_type: str
    content: bytes


def judge(
    name: str,
    content: bytes,
    *,
    types: Collection[str],
    most_bytes: int,
    field: str = "file",
    refusal: type[UploadRefused] = UploadRefused,
) -> Judged:
    """The file with its true type, its pictures drawn anew. Errors: `refusal` at the field.

    A workbook and a text are only recognised here: their reader looks inside (`imports.rules`).
    """
    if len(content) > most_bytes:
        raise too_large(most_bytes, field=field, refusal=refusal)
    label, media_type = plain_name(name), type_of(content, types)
    if media_type is None:
        raise _not_taken(label, field, refusal)
    check_name(name, [media_type], field=field, refusal=refusal)
    if media_type in PICTURES:
        try:
            content = redrawn(content, media_type)
        except UploadRefused as error:
            raise refusal(error.message, field=field, params=error.params) from error
    return Judged(label, media_type, content)


def check_name(
    name: str,
    types: Collection[str],
    *,
    field: str = "file",
    refusal: type[UploadRefused] = UploadRefused,
) -> None:
    """Refuse a name that does not end as one of the types does. Errors: `refusal` at the field."""
    label = plain_name(name)
    endings = {ending for media_type in types for ending in SUFFIXES[media_type]}
    if PurePath(label).suffix.lower() not in endings:
        raise _not_taken(label, field, refusal)


def _not_taken(label: str, field: str, refusal: type[UploadRefused]) -> UploadRefused:
    return refusal(
        _("The file %(name)s is not what it says it is, or is not taken here."),
        field=field,
        params={"name": label},
    )


def too_large(
    most_bytes: int, *, field: str = "file", refusal: type[UploadRefused] = UploadRefused
) -> UploadRefused:
    """The refusal itself: a form says it before anything is read."""
    return refusal(
        _("The file is larger than %(limit)s MB."),
        field=field,
        params={"limit": most_bytes // MEGABYTE},
    )


def plain_name(name: str) -> str:
    """The last part of a path, without hidden characters, of a length that a column holds.

    >>> plain_name("C:\\\\Users\\\\x\\\\contrat.pdf"), plain_name("../../etc/pass\\x00wd.pdf. ")
    ('contrat.pdf', 'passwd.pdf')
    """
    last = PurePath(HIDDEN.sub("", name.replace("\\", "/"))).name.rstrip(". ")
    stem, suffix = PurePath(last).stem, PurePath(last).suffix
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"[-LONGEST_NAME:]


def type_of(content: bytes, types: Collection[str]) -> str | None:
    """What the bytes are, among the types that are taken; None for anything else."""
    if content.startswith(b"%PDF-"):
        return PDF if PDF in types and b"%%EOF" in content[-2048:] else None
    for media_type, form in PICTURES.items():
        if media_type in types and is_picture(content, form):
            return media_type
    if content.startswith(ZIP_START):
        return XLSX if XLSX in types else None
    return CSV if CSV in types and looks_like_text(content) else None


def looks_like_text(content: bytes) -> bool:
    """No page, no document, no program: a table of values starts with none of their signs.

    >>> looks_like_text(b"Nom;Ville"), looks_like_text(b"<html>"), looks_like_text(b"MZ\\x90\\0")
    (True, False, False)
    """
    start = content[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    signs = (b"<", b"%PDF", b"%!", b"{\\rtf", b"MZ\x90", b"\x7fELF", b"#!", b"GIF8", b"\x89PNG")
    return bool(start) and not start.startswith(signs)


def is_picture(content: bytes, form: str) -> bool:
    """Read the structure, not the pixels: a huge or broken picture costs nothing."""
    try:
        with no_bombs(), Image.open(io.BytesIO(content), formats=[form]) as image:
            image.verify()
    except UploadRefused:
        return False
    return True


def redrawn(
    content: bytes,
    media_type: str,
    *,
    most_pixels: int = MOST_PIXELS,
    box: tuple[int, int] | None = None,
) -> bytes:
    """The same picture, drawn anew; within `box`, in pixels, if given. Errors: `UploadRefused`."""
    with no_bombs():
        picture = opened(content, formats=(PICTURES[media_type],), most_pixels=most_pixels)
        return written(picture, PICTURES[media_type], box=box)


def opened(content: bytes, *, formats: tuple[str, ...], most_pixels: int) -> Image.Image:
    """Its size is read from its head, before any pixel is. Errors: `UploadRefused`."""
    picture = Image.open(io.BytesIO(content), formats=formats)
    width, height = picture.size
    if width * height > most_pixels:
        raise UploadRefused(_("The picture has too many pixels: make it smaller."))
    picture.load()
    if picture.mode in ("1", "L"):  # a scan in black and white, or in greys, stays one
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def written(picture: Image.Image, form: str, *, box: tuple[int, int] | None = None) -> bytes:
    if box is not None:
        picture.thumbnail(box)
    options: dict[str, bool | int] = {"optimize": True} if box else {}
    if form == "JPEG":
        options, picture = {"quality": 92}, _without_transparency(picture)
    picture.info.clear()  # the resolution, the profile and the comments stay behind
    kept = io.BytesIO()
    picture.save(kept, format=form, **options)
    return kept.getvalue()


def _without_transparency(picture: Image.Image) -> Image.Image:
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


@contextmanager
def no_bombs() -> Iterator[None]:
    """What the decoder cannot read, or warns of, is a refusal."""
    # A process that loads the PDF library is told by it to complete pictures that are cut short.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise UploadRefused(_("This is not a PNG or JPEG picture.")) from error
