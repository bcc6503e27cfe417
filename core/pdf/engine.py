"""The drawing itself, in the child process only; no other module knows the layout library."""

import hashlib
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML, VERSION, Attachment
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from core.pdf.fonts import covered_characters, printable
from core.pdf.job import Embedded, Job
from core.pdf.xmp import rdf_block

VARIANT = "pdf/a-3a"
CREATOR = "Clausier"
PRODUCER = f"WeasyPrint {VERSION}"
SCHEME = "asset:"
IMAGE_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"<svg ": "image/svg+xml",
}
LINK_SCHEMES = ("https:", "http:", "mailto:", "tel:")


class Refused(FatalURLFetchingError):  # type: ignore[misc]
    """Outside the closed set. Not an `Exception`: the library must not swallow it."""


class Faulty(Exception):
    """The library went on over an error: an image left out, a figure without its text."""


class Complaints(logging.Handler):
    """Collects the errors that the library only logs; an archived document has none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._heard: list[str] = []
        logging.getLogger("weasyprint").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())

    def forget(self) -> None:
        self._heard.clear()

    def check(self) -> None:
        if self._heard:
            raise Faulty(self._heard[0])


class ClosedSet:
    """Answers for the images of the job only; it has no code that opens an address or a file."""

    _fail_on_errors = True

    def __init__(self, images: dict[str, bytes]) -> None:
        self._images = images

    def __call__(self, url: str) -> URLFetcherResponse:
        image = self._images.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if image is None:
            raise Refused(url[:200])
        return URLFetcherResponse(url, image, {"Content-Type": _image_type(image)})


class ArchiveMetadata(DocumentMetadata):  # type: ignore[misc]
    """Metadata of the job, written as one RDF block."""

    def __init__(self, job: Job) -> None:
        created = job.metadata.created_at.isoformat(timespec="seconds")
        super().__init__(
            title=job.title,
            authors=[job.metadata.author],
            description=job.metadata.subject,
            generator=CREATOR,
            created=created,
            modified=created,
            lang=job.language,
        )
        self._job = job

    def generate_rdf_metadata(self, *_: object, **__: object) -> bytes:
        return rdf_block(self._job, creator=CREATOR, producer=PRODUCER, created=self.created)


class Engine:
    """Fonts and stylesheets are read once and serve every page that follows."""

    def __init__(self) -> None:
        folder = Path(os.environ["FONTCONFIG_FILE"]).parent
        self._covered = covered_characters(folder)
        self._fonts = FontConfiguration()
        self._stylesheets: dict[str, CSS] = {}
        self._complaints = Complaints()

    def draw(self, job: Job) -> bytes:
        self._complaints.forget()
        document = self._lay_out(job)
        _keep_text_and_links(document)
        document.metadata = ArchiveMetadata(job)
        created = job.metadata.created_at
        result: bytes = document.write_pdf(
            finisher=_name_files_once,
            pdf_variant=VARIANT,
            attachments=[_attachment(item, created) for item in job.attachments],
        )
        self._complaints.check()
        return result

    def _lay_out(self, job: Job) -> Any:
        text = printable(job.html, self._covered)
        page = HTML(string=text, url_fetcher=ClosedSet(dict(job.assets.images)))
        page.etree_element.set("lang", job.language)
        return page.render(
            font_config=self._fonts,
            stylesheets=[self._stylesheet(text) for text in job.assets.stylesheets],
            pdf_variant=VARIANT,
        )

    def _stylesheet(self, text: str) -> CSS:
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self._stylesheets:
            self._stylesheets[key] = CSS(
                string=text, font_config=self._fonts, url_fetcher=ClosedSet({})
            )
        return self._stylesheets[key]


def _keep_text_and_links(document: Any) -> None:
    """A page may neither embed a file nor hold a form; harmless links stay."""
    for page in document.pages:
        page.forms = {None: []}
        page.links = [link for link in page.links if _is_harmless(*link[:2])]


def _is_harmless(kind: str, target: object) -> bool:
    return kind == "internal" or (
        kind == "external" and str(target).lower().startswith(LINK_SCHEMES)
    )


def _name_files_once(_: object, pdf: Any) -> None:
    """The library lists each associated file twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _attachment(item: Embedded, created: datetime) -> Attachment:
    return Attachment(
        string=item.content,
        name=item.name,
        relationship=item.relationship,
        description=item.description,
        created=created,
        modified=created,
        url_fetcher=ClosedSet({}),
    )


def _image_type(image: bytes) -> str:
    for signature, kind in IMAGE_SIGNATURES.items():
        if image.startswith(signature):
            return kind
    raise Refused("an image that is neither PNG nor JPEG nor SVG")
