"""Bootstrap, taken from its pip package and made fit for a policy without `data:` and inline code.

The package's stylesheet is never served as it is. A hardened copy is generated beside the other
working files of the checkout (never committed) and found like any static file, so that
`runserver`, WhiteNoise and `collectstatic` with hashed names all see the same thing.
"""

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles.finders import BaseStorageFinder
from django.core.files.storage import FileSystemStorage

STYLESHEET = "vendor/bootstrap.css"
IMAGES = "bootstrap"
# Raise it when `harden` changes what it writes: the working copy is named after it.
EDITION = "1"

DATA_IMAGE = re.compile(r'url\("data:image/svg\+xml,([^"]*)"\)')
DARK_RULE = re.compile(r"(?<=\})\[data-bs-theme=dark\][^{},]*\{[^{}]*\}")
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")


class UnfitStylesheet(RuntimeError):
    """The packaged stylesheet is not the one that the hardening was written for."""


@dataclass(frozen=True, slots=True)
class Hardened:
    """A stylesheet and the images that were taken out of it, by file name."""

    css: str
    images: dict[str, str]


def harden(css: str) -> Hardened:
    """Take the images out, and let the dark theme follow the reader's system on screen only.

    >>> done = harden('}[data-bs-theme=dark] a{b:url("data:image/svg+xml,%3csvg/%3e")}')
    >>> done.images
    {'d4dc566691.svg': '<svg/>'}
    >>> print(done.css.replace("{[", "{\\n["))
    }@media screen{
    [data-bs-theme=dark] a{b:url("bootstrap/d4dc566691.svg")}}
    @media screen and (prefers-color-scheme:dark){
    [data-bs-theme=auto] a{b:url("bootstrap/d4dc566691.svg")}}
    """
    images: dict[str, str] = {}

    def take_out(found: re.Match[str]) -> str:
        image = unquote(found[1])
        name = f"{hashlib.sha256(image.encode()).hexdigest()[:10]}.svg"
        images[name] = image
        return f'url("{IMAGES}/{name}")'

    css = DATA_IMAGE.sub(take_out, SOURCE_MAP.sub("", css))
    css = DARK_RULE.sub(_follow_the_system, css)
    if "data:" in css or not images or "[data-bs-theme=auto]" not in css:
        raise UnfitStylesheet("the packaged Bootstrap has changed: look at portal/assets.py again")
    return Hardened(css=css, images=images)


def _follow_the_system(rule: re.Match[str]) -> str:
    dark = rule.group()
    automatic = dark.replace("[data-bs-theme=dark]", "[data-bs-theme=auto]")
    return f"@media screen{{{dark}}}\n@media screen and (prefers-color-scheme:dark){{{automatic}}}"


def packaged_stylesheet() -> str:
    # The package of the name `bootstrap-wrapper` installs this folder.
    return (files("bootstrap") / "css" / "bootstrap.min.css").read_text(encoding="utf-8")


def prepare(working_folder: Path) -> Path:
    """Write the hardened copy once; its folder is named after what it was made from."""
    source = packaged_stylesheet()
    digest = hashlib.sha256(f"{EDITION}\n{source}".encode()).hexdigest()[:16]
    target = working_folder / digest
    if not target.is_dir():
        working_folder.mkdir(parents=True, exist_ok=True)
        _write(harden(source), target)
    return target


def _write(hardened: Hardened, target: Path) -> None:
    """Fill a folder aside, then put it in place: two processes may start together."""
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix="assets-"))
    stylesheet = aside / STYLESHEET
    (stylesheet.parent / IMAGES).mkdir(parents=True)
    stylesheet.write_text(hardened.css, encoding="utf-8")
    for name, image in hardened.images.items():
        (stylesheet.parent / IMAGES / name).write_text(image, encoding="utf-8")
    aside.chmod(0o755)
    try:
        aside.rename(target)
    except OSError:
        shutil.rmtree(aside)
        if not target.is_dir():
            raise


class BootstrapFinder(BaseStorageFinder):
    """Finds `vendor/bootstrap.css` and its images; named in `STATICFILES_FINDERS`."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        folder = prepare(Path(settings.BASE_DIR) / ".data" / "assets")
        super().__init__(storage=FileSystemStorage(location=folder))
