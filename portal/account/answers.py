"""How the pages of the door answer: 422 to a form with faults, 429 to too many tries, 503 when
tries cannot be counted. The words are the same whoever asks, and whether the account exists or not.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.views.decorators.cache import never_cache
from redis import RedisError

from providers.doors import lead_to_proof
from providers.throttle import CounterDown, Throttled

View = Callable[..., HttpResponseBase]


def careful(view: View, *, is_sensitive: bool = False) -> View:
    """A page of the door; a sensitive one wants a fresh proof of who they are."""

    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        missing = lead_to_proof(request) if is_sensitive else None
        try:
            return missing or _drawn(request, view(request, *args, **values))
        except Throttled as error:
            return too_many(request, error.wait)
        except (CounterDown, RedisError):
            return render(request, "account/closed.html", status=HTTPStatus.SERVICE_UNAVAILABLE)

    return answered


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """Nothing was looked at, so nothing can be learned from it."""
    minutes = -(-wait // 60)
    page = render(
        request, "account/too_many.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    page.headers["Retry-After"] = str(minutes * 60)
    return page


def _drawn(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Rendered while a failure of the counters can still be answered."""
    if not isinstance(response, SimpleTemplateResponse):
        return response
    form = (response.context_data or {}).get("form")
    if request.method == "POST" and form is not None and form.errors:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return response if response.is_rendered else response.render()
