"""What the interface says of itself: the committed description, and pages drawn from it.

The pages are plain HTML from the server: no viewer of the trade runs without inline styles.
"""

from functools import cache
from typing import Any, Final

import yaml
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from portal.api.problems import KINDS
from providers.doors import public

DESCRIPTION: Final = settings.BASE_DIR / "docs" / "openapi.yaml"
SECTIONS: Final = ("customers", "contacts", "contracts", "offers", "versions", "invoices")


@public()
def schema(request: HttpRequest) -> HttpResponseBase:
    """The description as it is committed; a test holds it equal to the views."""
    response = FileResponse(DESCRIPTION.open("rb"), content_type="application/yaml")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@public()
def docs(request: HttpRequest) -> HttpResponse:
    context = {
        "sections": sections(),
        "problems": [(code, kind) for code, kind in KINDS.items()],
        "base_url": f"{settings.BASE_URL}/api/v1",
        "limit": settings.API_REQUESTS_A_MINUTE,
    }
    return render(request, "portal/api_docs.html", context)


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    return found


@cache
def sections() -> list[dict[str, Any]]:
    """The operations by resource, ready to be drawn."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            resource = path.removeprefix("/api/v1/").partition("/")[0]
            found.setdefault(resource, []).append(_operation(path, method, operation))
    return [{"name": name, "operations": rows} for name, rows in found.items()]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "parameters": [_parameter(row) for row in operation.get("parameters", [])],
        "body": _fields(_schema_of(operation.get("requestBody", {}))),
        "answer": _answer(operation),
        "refusals": [code for code in operation["responses"] if code >= "400"],
    }


def _parameter(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "place": row["in"],
        "type": _type_of(row["schema"]),
        "is_required": row.get("required", False),
        "about": row.get("description", ""),
    }


def _answer(operation: dict[str, Any]) -> dict[str, Any]:
    status, response = next(
        (code, row) for code, row in operation["responses"].items() if code < "400"
    )
    media = next(iter(response.get("content", {})), "")
    return {"status": status, "media": media, "fields": _fields(_schema_of(response))}


def _schema_of(holder: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = next(iter(holder.get("content", {}).values()), {})
    return _resolved(content.get("schema", {}))


def _resolved(found: dict[str, Any]) -> dict[str, Any]:
    reference = found.get("$ref", "")
    schemas: dict[str, Any] = description()["components"]["schemas"]
    return schemas[reference.rpartition("/")[2]] if reference else found


def _fields(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every name of an object with what it holds."""
    required = found.get("required", ())
    return [
        {
            "name": name,
            "type": _type_of(inner),
            "is_required": name in required,
            "about": inner.get("description", ""),
        }
        for name, inner in found.get("properties", {}).items()
    ]


def _type_of(found: dict[str, Any]) -> str:
    """In a few words: `string · date`, `array of Line`."""
    if "$ref" in found:
        return str(found["$ref"]).rpartition("/")[2]
    for inner in (*found.get("allOf", ()), *found.get("oneOf", ()), *found.get("anyOf", ())):
        return _type_of(inner)
    kinds = found.get("type", "")
    said = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "array" in said:
        return f"array of {_type_of(found.get('items', {}))}"
    if values := found.get("enum"):
        return " | ".join(str(value) for value in values if value is not None)
    return " · ".join(filter(None, (said, found.get("format", ""))))
