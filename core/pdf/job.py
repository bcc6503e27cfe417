"""What is asked of the renderer, and how it travels between the two processes."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Assets:
    """The closed set a page may use. An image is named in the page by `asset:<name>`."""

    stylesheets: tuple[str, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file carried inside the PDF; `relationship` is one of the words of ISO 32000-2, 7.11.3."""

    name: str
    content: bytes
    relationship: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says of itself.

    `xmp_descriptions` are further `rdf:Description` elements, such as those of a standard that
    the file also follows; `xmp_schemas` describe their properties, as PDF/A asks (one `rdf:li`
    each).
    """

    author: str
    subject: str
    created_at: datetime
    xmp_descriptions: tuple[str, ...] = ()
    xmp_schemas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    html: str
    title: str
    language: str
    assets: Assets
    metadata: Metadata
    attachments: tuple[Embedded, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "html": self.html,
            "title": self.title,
            "language": self.language,
            "stylesheets": self.assets.stylesheets,
            "images": {name: _to_text(image) for name, image in self.assets.images.items()},
            "author": self.metadata.author,
            "subject": self.metadata.subject,
            "created_at": self.metadata.created_at.isoformat(timespec="seconds"),
            "xmp_descriptions": self.metadata.xmp_descriptions,
            "xmp_schemas": self.metadata.xmp_schemas,
            "attachments": [
                [item.name, _to_text(item.content), item.relationship, item.description]
                for item in self.attachments
            ],
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Job":
        return cls(
            html=document["html"],
            title=document["title"],
            language=document["language"],
            assets=Assets(
                stylesheets=tuple(document["stylesheets"]),
                images={name: base64.b64decode(text) for name, text in document["images"].items()},
            ),
            metadata=Metadata(
                author=document["author"],
                subject=document["subject"],
                created_at=datetime.fromisoformat(document["created_at"]),
                xmp_descriptions=tuple(document["xmp_descriptions"]),
                xmp_schemas=tuple(document["xmp_schemas"]),
            ),
            attachments=tuple(
                Embedded(name, base64.b64decode(text), relationship, description)
                for name, text, relationship, description in document["attachments"]
            ),
        )


def _to_text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
