"""Every refusal in one form: `application/problem+json` (RFC 9457), in the reader's language.

`code` is stable and `type` leads to its line in the documentation. `errors` says where: a JSON
pointer into the body, or `?name` for a parameter of the address.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from core.errors import DomainError
from portal.formats import sentence

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of refusal: its status and what it means."""

    status: int
    title: Promise
    meaning: Promise


KINDS: Final[dict[str, Kind]] = {
    "malformed": Kind(
        400, gettext_lazy("Malformed request"), gettext_lazy("The body is not valid JSON.")
    ),
    "key_missing": Kind(
        400,
        gettext_lazy("Idempotency key missing"),
        gettext_lazy("Send an Idempotency-Key of 1 to 255 visible characters with every POST."),
    ),
    "unauthenticated": Kind(
        401,
        gettext_lazy("No valid token"),
        gettext_lazy("Send “Authorization: Bearer” with a token that is still good."),
    ),
    "forbidden": Kind(
        403,
        gettext_lazy("Not allowed"),
        gettext_lazy("The token, or whoever made it, does not have this right."),
    ),
    "not_found": Kind(
        404,
        gettext_lazy("Not found"),
        gettext_lazy("There is nothing at this address for this token."),
    ),
    "method_not_allowed": Kind(
        405,
        gettext_lazy("Method not allowed"),
        gettext_lazy("The Allow header says which methods this address has."),
    ),
    "not_acceptable": Kind(
        406,
        gettext_lazy("Not acceptable"),
        gettext_lazy("The answer does not exist in a media type that you accept."),
    ),
    "not_ready": Kind(
        409,
        gettext_lazy("Not ready"),
        gettext_lazy("What you ask for is being prepared, or cannot be computed as things stand."),
    ),
    "running": Kind(
        409,
        gettext_lazy("Still running"),
        gettext_lazy("The first request with this key is still running: ask again."),
    ),
    "changed_meanwhile": Kind(
        412,
        gettext_lazy("Changed meanwhile"),
        gettext_lazy("Read it again: its ETag is not the one you sent in If-Match."),
    ),
    "too_large": Kind(413, gettext_lazy("Too large"), gettext_lazy("A body holds 256 kB at most.")),
    "unsupported_media_type": Kind(
        415,
        gettext_lazy("Unsupported media type"),
        gettext_lazy("Send application/json."),
    ),
    "invalid": Kind(
        422,
        gettext_lazy("Invalid values"),
        gettext_lazy("Some values do not have the form that is described; see errors."),
    ),
    "refused": Kind(
        422,
        gettext_lazy("Refused"),
        gettext_lazy("A rule of the trade refuses it; the code of each error names the rule."),
    ),
    "key_reused": Kind(
        422,
        gettext_lazy("Key used for another request"),
        gettext_lazy("An Idempotency-Key belongs to one request: take a new one."),
    ),
    "precondition_required": Kind(
        428,
        gettext_lazy("If-Match needed"),
        gettext_lazy("Send the ETag that you read in If-Match."),
    ),
    "too_many_requests": Kind(
        429,
        gettext_lazy("Too many requests"),
        gettext_lazy("Wait for as many seconds as Retry-After says."),
    ),
    "server_error": Kind(
        500,
        gettext_lazy("Something went wrong"),
        gettext_lazy("It is our fault; the request number lets us find it."),
    ),
}


class Problem(Exception):
    """A refusal on its way to the reader."""

    def __init__(
        self,
        code: str,
        *,
        errors: Iterable[Mapping[str, str]] = (),
        detail: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.errors, self.detail = code, list(errors), detail
        self.headers = dict(headers or {})


def is_for_programs(request: HttpRequest) -> bool:
    """Whether a refusal is read by a program: the pages of the documentation are not."""
    return request.path.startswith(f"{PREFIX}v1")


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The refusal as it is sent."""
    kind = KINDS[problem.code]
    body: dict[str, Any] = {
        "type": f"{reverse('api_docs')}#{problem.code}",
        "title": str(kind.title),
        "status": kind.status,
        "code": problem.code,
        "detail": problem.detail or str(kind.meaning),
        "instance": f"urn:request:{getattr(request, 'request_number', '')}",
        "errors": problem.errors,
    }
    text = json.dumps(body, ensure_ascii=False)
    response = HttpResponse(text, status=kind.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def problem_of(error: Exception) -> Problem | None:
    """What an exception is to the reader; None for what is our own fault."""
    found: Problem | None = None
    match error:
        case Problem():
            found = error
        case DomainError():
            found = refusal(error)
        case exceptions.ValidationError():
            found = Problem("invalid", errors=_errors(error.detail))
        case Http404():
            found = Problem("not_found")
        case PermissionDenied():
            found = Problem("forbidden")
        case exceptions.APIException():
            found = _of_framework(error)
    return found


def refusal(error: DomainError) -> Problem:
    """A business refusal: its own code, at the field it concerns."""
    said = sentence(error)
    pointer = f"/{error.field}" if error.field else ""
    found = {"pointer": pointer, "code": error.code, "message": said}
    return Problem("refused", errors=[found], detail=said)


def _of_framework(error: exceptions.APIException) -> Problem:
    code = {
        HTTPStatus.BAD_REQUEST: "malformed",
        HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
        HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    }[HTTPStatus(error.status_code)]
    return Problem(code)


def _errors(detail: Any, pointer: str = "") -> list[dict[str, str]]:
    """The framework's nested refusals, one after the other with their pointers."""
    if isinstance(detail, Mapping):
        return [
            row
            for name, inner in detail.items()
            for row in _errors(inner, pointer if name == "non_field_errors" else _at(pointer, name))
        ]
    if isinstance(detail, list) and any(isinstance(row, Mapping | list) for row in detail):
        return [
            row
            for place, inner in enumerate(detail)
            for row in _errors(inner, f"{pointer}/{place}")
        ]
    found = detail if isinstance(detail, list) else [detail]
    return [{"pointer": pointer, "code": row.code, "message": str(row)} for row in found]


def _at(pointer: str, name: object) -> str:
    """A JSON pointer; a parameter of the address keeps its question mark."""
    said = str(name).replace("~", "~0").replace("/", "~1")
    return said if said.startswith("?") else f"{pointer}/{said}"


def missing_right() -> str:
    return _("This token does not have the right to do this.")
