"""Logs: one line per request with its number, no personal data.

The number goes back to the reader in `X-Request-Id` (and on the page of an error 500), so that
what somebody reports can be found.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("clausier.requests")

_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
]


class RequestNumberMiddleware:
    """Number each request, and tell once it is over: who (by id), where (no query), how long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, began = uuid4().hex[:16], time.perf_counter()
        request.request_number = number  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = self.get_response(request)
        response["X-Request-Id"] = number
        member = getattr(request, "member", None)
        log.info(
            "request",
            method=request.method,
            path=_told(request),
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000),
            user=str(member.user_id) if member else None,
            provider=str(member.provider_id) if member else None,
        )
        return response


def _told(request: HttpRequest) -> str:
    """The path, without the token that opens an invitation."""
    match = getattr(request, "resolver_match", None)
    token = match.kwargs.get("token") if match else None
    return request.path.replace(str(token), "…") if token else request.path


def logging_settings(*, level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, as JSON or for a person's eyes."""
    structlog.configure(
        processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderer,
                ],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # Each request is told once, by the middleware; an error still comes with its trace.
            "django.server": {"level": "WARNING", "propagate": True, "handlers": []},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
