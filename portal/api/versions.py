"""Two people, one row: a change names the version it was made from (ETag and If-Match)."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request

from portal.api.door import reply
from portal.api.problems import Problem
from providers.versions import Dated, version_of


def etag_of(row: Dated) -> str:
    return quote_etag(version_of(row))


def check_version(asked: Request, row: Dated) -> None:
    """Refuse a change that does not say from which version, or says an old one.

    The row was read under lock by whoever calls this.
    """
    header = asked.headers.get("If-Match", "")
    if not header:
        raise Problem("precondition_required")
    known = parse_etags(header)
    if "*" not in known and etag_of(row) not in known:
        raise Problem("changed_meanwhile", headers={"ETag": etag_of(row)})


def versioned(row: Dated, data: Any, *, status: int = 200, **headers: str) -> HttpResponse:
    """An answer about one row, with the version to send back."""
    return reply(data, status=status, headers={"ETag": etag_of(row), **headers})
