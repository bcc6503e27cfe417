"""For whoever looks after the safety of the site: whom to tell, and what browsers refused to load.

Of a refusal is kept which rule, on which page (by its route, never its address), and whether what
was refused is ours; anybody may send a report, so that nothing of its own words is kept.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.csrf import csrf_exempt

from core import clock
from providers.doors import public
from providers.meters import count_one
from providers.visitors import address_of, network_of

log = structlog.get_logger("portal.safety")

VALID_FOR: Final = timedelta(days=180)  # RFC 9116 asks for less than a year
LARGEST_REPORT: Final = 16 * 1024
REPORTS_A_MINUTE: Final = 20
AT_ONCE: Final = 5  # of one body
KEYWORDS: Final = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self"})
UNTOLD: Final = "other"


@public()
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell of a fault. It is not there while nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + VALID_FOR
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.BASE_URL}{reverse('security_txt')}",
    )
    return HttpResponse("\n".join((*lines, "")), content_type="text/plain; charset=utf-8")


@csrf_exempt
@public("POST")
def policy_reports(request: HttpRequest) -> HttpResponse:
    """What a browser says that the content policy refused; the answer is the same for anything."""
    network = network_of(address_of(request))
    if count_one(f"policy:{network}").used <= REPORTS_A_MINUTE:
        for report in list(_reports(request))[:AT_ONCE]:
            log.warning("policy_refusal", **_told(report))
    return HttpResponse(status=204)


def _reports(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """Those of the body, in the old form or the new one; none of what is neither, or is large."""
    length = request.headers.get("Content-Length") or ""
    if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_REPORT:
        return
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError, OSError):
        return
    for found in body if isinstance(body, list) else [body]:
        report = (found.get("csp-report") or found.get("body")) if isinstance(found, dict) else None
        if isinstance(report, dict):
            yield report


def _told(report: dict[str, Any]) -> dict[str, str]:
    def said(*names: str) -> str:
        found = next((report[name] for name in names if report.get(name)), "")
        return found if isinstance(found, str) else ""

    directive = said("effective-directive", "effectiveDirective", "violated-directive")
    return {
        "directive": _directive(directive),
        "page": _page(said("document-uri", "documentURL")),
        "refused": _source(said("blocked-uri", "blockedURL")),
    }


def _directive(text: str) -> str:
    """One of the policy's own, `script-src-elem` and the like being parts of `script-src`."""
    known = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    name = text.partition(" ")[0].removesuffix("-elem").removesuffix("-attr")
    return name if name in known else UNTOLD


def _page(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name or UNTOLD
    except (Resolver404, ValueError):
        return UNTOLD


def _source(text: str) -> str:
    """A keyword, this very site, or elsewhere: an address may say what its reader looks at."""
    if text in KEYWORDS:
        return text
    is_own = text == settings.BASE_URL or text.startswith(f"{settings.BASE_URL}/")
    return "own" if is_own else "elsewhere"
