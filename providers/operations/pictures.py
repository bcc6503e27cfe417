"""A picture somebody sent: opened by a decoder, made small, and drawn anew before it is kept.

What is kept has been written here: nothing that rode along in the file (metadata, a second format,
a payload behind the image) survives.
"""

import io
import warnings
from typing import Final

from PIL import Image, UnidentifiedImageError

from core.errors import DomainError
from core.errors import gettext_noop as _

LARGEST_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 16_000_000
LOGO_BOX: Final = (900, 300)  # pixels: sharp on paper at 76 x 25 mm


class PictureRefused(DomainError):
    """Neither PNG nor JPEG, damaged, or too large to be opened safely."""


def logo_of(content: bytes, *, field: str = "logo") -> bytes:
    """The picture as a PNG that fits the head of a page. Errors: `PictureRefused`."""
    if len(content) > LARGEST_BYTES:
        raise PictureRefused(_("The picture is larger than 2 MB."), field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _opened(content, field)
            picture.thumbnail(LOGO_BOX)
            return _written(picture)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise PictureRefused(_("This is not a PNG or JPEG picture."), field=field) from error


def _opened(content: bytes, field: str) -> Image.Image:
    """Its size is read from its head, before any pixel is."""
    picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise PictureRefused(_("The picture has too many pixels: make it smaller."), field=field)
    picture.load()
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _written(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, format="PNG", optimize=True)
    return kept.getvalue()
