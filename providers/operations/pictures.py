"""The logo of a house: a picture that somebody sent, made small and drawn anew."""

from typing import Final

from core.errors import gettext_noop as _
from core.uploads import UploadRefused, no_bombs, opened, written

LARGEST_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 16_000_000
LOGO_BOX: Final = (900, 300)  # pixels: sharp on paper at 76 x 25 mm


class PictureRefused(UploadRefused):
    """Neither PNG nor JPEG, damaged, or too large to be opened safely."""


def logo_of(content: bytes, *, field: str = "logo") -> bytes:
    """The picture as a PNG that fits the head of a page. Errors: `PictureRefused`."""
    if len(content) > LARGEST_BYTES:
        raise PictureRefused(_("The picture is larger than 2 MB."), field=field)
    try:
        with no_bombs():
            picture = opened(content, formats=("PNG", "JPEG"), most_pixels=MOST_PIXELS)
            return written(picture, "PNG", box=LOGO_BOX)
    except UploadRefused as error:
        raise PictureRefused(error.message, field=field, params=error.params) from error
