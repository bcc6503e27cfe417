"""How the interface describes itself: OpenAPI, written from the views and committed.

`described` says what a view takes and answers; what every address has in common (the key of a
POST, the version of a change, the limits, the refusals) is added to each by `complete`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from django.utils.text import slugify
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from portal.api.problems import KINDS, MEDIA_TYPE

V = TypeVar("V", bound=Callable[..., Any])
Form = type[serializers.Serializer[Any]]
SCOPES: Final = "Bearer token made in the workshop, under Settings › Programming interface."
EVERYWHERE: Final = (400, 401, 403, 406, 429, 500)

# An act that needs no words: nothing is sent with it, or an empty object.
NO_WORDS: Final = {
    "content": {"application/json": {"schema": {"type": "object", "additionalProperties": False}}}
}


def described(
    summary: str,
    *,
    query: Form | None = None,
    body: Form | None = None,
    rows: Form | None = None,
    shown: Form | None = None,
    made: Form | None = None,
    gone: bool = False,
    pdf: bool = False,
    waits: bool = False,
) -> Callable[[V], V]:
    """What one method takes and answers: `rows` of a list, one thing `shown` or `made`."""
    answers: dict[Any, Any] = {}
    if rows is not None:
        answers[200] = _page(rows)
    if shown is not None:
        answers[200] = shown
    if made is not None:
        answers[201] = made
    if gone:
        answers[204] = None
    if pdf:
        answers[200, "application/pdf"] = OpenApiTypes.BINARY
    options: dict[str, Any] = {"x-waits": True} if waits else {}
    return extend_schema(
        operation_id=slugify(summary).replace("-", "_"),
        summary=summary,
        description="",
        parameters=[query] if query else [],
        request=body,
        responses=answers,
        extensions=options,
    )


def _page(rows: Form) -> OpenApiResponse:
    name = rows.__name__.removesuffix("Out")
    fields = {
        "data": rows(many=True),
        "has_more": serializers.BooleanField(),
        "next": serializers.CharField(allow_null=True),
    }
    return OpenApiResponse(inline_serializer(f"{name}Page", fields))


class DescribesIds(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.api.fields.IdField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": self.target.pattern}


class DescribesCounts(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.api.fields.CountField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.target.least, "maximum": self.target.most}


# --- What every address has -------------------------------------------------------------------


def only_ours(endpoints: list[Any]) -> list[Any]:
    """The interface itself, not the pages about it."""
    return [row for row in endpoints if row[0].startswith("/api/v1/")]


def complete(result: dict[str, Any], **unused: Any) -> dict[str, Any]:
    """Add to each operation what all of its kind have."""
    components = result["components"]
    components["schemas"]["Problem"] = _problem()
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": SCOPES}
    }
    result["security"] = [{"token": []}]
    bodies = set()
    for address, methods in result["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, has_id="{" in address)
            bodies |= set(_bodies(operation))
    for name in bodies:
        components["schemas"][name]["additionalProperties"] = False
    _link(result["paths"])
    return result


def _complete(operation: dict[str, Any], method: str, *, has_id: bool) -> None:
    operation["security"] = [{"token": []}]
    operation.pop("description", None)  # the framework's, where a summary says it all
    parameters = operation.setdefault("parameters", [])
    parameters += _headers(method)
    refusals = set(EVERYWHERE) | ({404} if has_id else set())
    if operation.pop("x-waits", False):
        refusals.add(409)
    if any(row["in"] == "query" for row in parameters):
        refusals.add(422)
    if method != "get":
        refusals |= {413, 422}
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        refusals.add(415)
    if method == "post":
        operation.setdefault("requestBody", NO_WORDS)
        refusals |= {409, 415}
    if method in ("patch", "delete"):
        refusals |= {412, 428}
    for response in operation["responses"].values():
        response["description"] = response["description"] or "Done"
        response["headers"] = dict(_answer_headers(method))
    for status in sorted(refusals):
        operation["responses"][str(status)] = _refusal(status)


def _link(paths: dict[str, Any]) -> None:
    """From whatever answers with an id to every address that takes it."""
    takers: dict[str, dict[str, str]] = {}
    for address, methods in paths.items():
        for parameter in re.findall(r"{(\w+)}", address):
            taken = {operation["operationId"]: parameter for operation in methods.values()}
            takers.setdefault(parameter, {}).update(taken)
    ones = {address.rsplit("/", 2)[-2]: address for address in paths if address.endswith("}")}
    for address, methods in paths.items():
        one = ones.get(address.rsplit("/", 1)[-1])
        if one is None:
            continue
        taken = takers[one.rsplit("{", 1)[-1].rstrip("}")]
        for method, status, place in (("get", "200", "/data/0/id"), ("post", "201", "/id")):
            if method in methods:
                methods[method]["responses"][status]["links"] = {
                    name: {"operationId": name, "parameters": {id_: f"$response.body#{place}"}}
                    for name, id_ in taken.items()
                }


def _headers(method: str) -> Iterator[dict[str, Any]]:
    if method == "post":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "Sent again with the same request, it is answered as the first time.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
    if method in ("patch", "delete"):
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": "The ETag of the version that the change was made from.",
            "schema": {"type": "string", "pattern": '^(\\*|"[0-9a-f]{24}")$'},
        }


def _answer_headers(method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"):
        yield name, {"schema": {"type": "integer"}}
    yield "X-Request-Id", {"schema": {"type": "string"}}
    if method == "post":
        yield "Idempotent-Replayed", {"schema": {"type": "string"}}


def _bodies(operation: dict[str, Any]) -> Iterator[str]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if reference := content["schema"].get("$ref"):
            yield reference.rpartition("/")[2]


def _refusal(status: int) -> dict[str, Any]:
    titles = [code for code, kind in KINDS.items() if kind.status == status]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": ", ".join(titles), "content": {MEDIA_TYPE: {"schema": schema}}}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "required": ["pointer", "code", "message"],
        "properties": {"pointer": text, "code": text, "message": text},
    }
    return {
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail", "instance", "errors"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": list(KINDS)},
            "detail": text,
            "instance": text,
            "errors": {"type": "array", "items": error},
        },
    }
