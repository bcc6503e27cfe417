"""HTML to archival PDF, in a process that can neither reach the network nor hold up a worker.

`render` is the one door: the caller hands over the page, every stylesheet and every image it may
use, and gets the bytes of a PDF/A-3a and PDF/UA-1 file back. The same input gives the same bytes.
"""

from core.pdf.errors import AssetRefused, RenderingFailed, RenderingTooLarge, RenderingTooLong
from core.pdf.job import Assets, Embedded, Metadata
from core.pdf.renderer import Renderer, render

__all__ = [
    "AssetRefused",
    "Assets",
    "Embedded",
    "Metadata",
    "Renderer",
    "RenderingFailed",
    "RenderingTooLarge",
    "RenderingTooLong",
    "render",
]
