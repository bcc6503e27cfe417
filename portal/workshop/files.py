"""How files leave: as attachments that no browser opens on this site's behalf (R21)."""

from collections.abc import Iterator

from django.http import (
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header, parse_etags, quote_etag

from providers.doors import MemberRequest

# Should a browser show it all the same, it runs nothing and reaches nothing.
SANDBOX = "sandbox; default-src 'none'"


def stored_file(
    request: MemberRequest, content: bytes, *, name: str, media_type: str, sha256: str
) -> HttpResponseBase:
    """A file kept with its hash: asked for again with that hash, it is not sent again."""
    etag = quote_etag(sha256)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse
    if etag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=media_type)
    response["ETag"] = etag
    return attachment(response, name)


def streamed_file(
    pieces: Iterator[bytes] | Iterator[str], *, name: str, media_type: str
) -> HttpResponseBase:
    return attachment(StreamingHttpResponse(pieces, content_type=media_type), name)


def attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-cache"
    return response
