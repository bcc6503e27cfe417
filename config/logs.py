"""Logs: one line per request with its number, no personal data.

The number goes back to the reader in `X-Request-Id` (and on the page of an error 500), so that
what somebody reports can be found. Of people and houses a line holds ids alone. In the JSON form,
that of every installation that serves people, three more things keep texts of theirs out: a path
is told by its route, a library's message without what it was filled with, and a failure by its type
and its frames (a database, for one, quotes the row in its message).
"""

import time
from collections.abc import Callable, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from django.apps import apps
from django.http import HttpRequest, HttpResponse

from config.traces import told_failure

Event = MutableMapping[str, Any]

log = structlog.get_logger("clausier.requests")

# Whose messages are written by us, about ids alone.
OURS: Final = (
    "clausier", "config", "core", "providers", "fleet", "contracts", "billing", "imports",
    "portal", "scenarios",
)  # fmt: skip
UNTOLD: Final = "…"


class RequestNumberMiddleware:
    """Number each request, and tell once it is over: who (by id), where (no query), how long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        from config.metrics import count_request, is_probe

        self.get_response, self.count, self.is_probe = get_response, count_request, is_probe

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, began = uuid4().hex[:16], time.perf_counter()
        request.request_number = number  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = self.get_response(request)
        response["X-Request-Id"] = number
        if not self.is_probe(request):
            seconds = time.perf_counter() - began
            self.count(request, response, seconds)
            _tell(request, response, seconds)
        return response


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    member = getattr(request, "member", None)
    # Asking for the person would ask the database; whoever was needed is there already.
    person = member.user_id if member else getattr(getattr(request, "_cached_user", None), "pk", "")
    log.info(
        "request",
        method=request.method,
        path=told_path(request),
        status=response.status_code,
        milliseconds=round(seconds * 1000),
        user=str(person) if person else None,
        provider=str(member.provider_id) if member else None,
    )


def told_path(request: HttpRequest) -> str:
    """The route with its ids, numbers and days; slugs, tokens and keys are left out.

    An address that leads nowhere is somebody's own text, and is not told at all.
    """
    match = getattr(request, "resolver_match", None)
    if match is None:
        return UNTOLD
    parts = []
    for part in match.route.split("/"):
        name = part.partition(":")[2] or part[1:]
        value = match.kwargs.get(name.rstrip(">")) if part.startswith("<") else part
        parts.append(str(value) if isinstance(value, UUID | int | date) else _plain(part))
    return "/" + "/".join(parts)


def _plain(part: str) -> str:
    return UNTOLD if "<" in part else part


# --- How a line is made ---------------------------------------------------------------------------


def add_provider(logger: Any, name: str, event: Event) -> Event:
    """The provider that is open while the line is written."""
    if apps.ready and "provider" not in event:
        from providers.scoping import scope_or_none

        if scope := scope_or_none():
            event["provider"] = str(scope.provider_id)
    return event


def keep_few_extras(logger: Any, name: str, event: Event) -> Event:
    """Of what libraries hand over beside their message, the few things that name nobody."""
    record = event.get("_record")
    if record is not None and (status := getattr(record, "status_code", None)) is not None:
        event["status"] = status
    data = getattr(record, "data", None)
    if isinstance(data, dict) and record is not None and record.name.startswith("celery"):
        event.update(task=data.get("name"), task_id=data.get("id"))
    return event


def leave_fillings_out(logger: Any, name: str, event: Event) -> Event:
    """A library's message as it stands in its source: "Not Found: %s"."""
    record = event.get("_record")
    if record is not None and record.name.partition(".")[0] not in OURS:
        event["event"] = str(record.msg)
        event["line"] = f"{Path(record.pathname).name}:{record.lineno}"
    return event


def tell_failure(logger: Any, name: str, event: Event) -> Event:
    """A failure by type and frames, its causes before it."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["failure"] = told_failure(error)
    event.pop("exc_text", None)
    return event


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_provider,
    keep_few_extras,
]
_JSON: Final[list[Any]] = [tell_failure, structlog.processors.JSONRenderer()]
_CONSOLE: Final[list[Any]] = [
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
]


def logging_settings(*, level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, as JSON or for a person's eyes."""
    structlog.configure(
        processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    is_json = form == "json"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_shared, leave_fillings_out] if is_json else _shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(_JSON if is_json else _CONSOLE),
                ],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # Each request is told once, by the middleware; an error still comes with its trace.
            "django.server": {"level": "WARNING", "propagate": True, "handlers": []},
            "django.request": {"level": "ERROR", "propagate": True, "handlers": []},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
