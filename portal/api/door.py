"""The door of the programming interface: a token, its rights, its limit, then the view.

In this order: 405, 429 for whoever guesses at tokens, 401, 429, 403, 406, then whatever the view
finds (404 for what is not theirs before the body is even read). Sessions count for nothing here.
The provider of the token, and its practice if it has one, are open for the length of the view, in
one transaction.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core import clock
from portal.api.limits import Allowance, Guess, spend_one
from portal.api.problems import Problem, answer, missing_right, problem_of
from providers.audit import through_token
from providers.doors import Rule
from providers.models import Membership
from providers.operations.api_tokens import Bearer, TokenRefused, bearer_of
from providers.operations.kept_answers import KeyUsedBefore, StillRunning, find_answer, keep_answer
from providers.permissions import Capability, Level
from providers.presence import answering_for
from providers.scoping import open_scope
from providers.throttle import Throttled

READING: Final = ("GET", "HEAD")
KEY: Final = re.compile(r"[!-~]{1,255}")
KEPT_HEADERS: Final = ("Location", "ETag")
BEARER: Final = {"WWW-Authenticate": 'Bearer realm="Clausier"'}


class StrictJson(JSONParser):
    """JSON and nothing else, however deep it is nested."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error


class ApiView(APIView):
    """One address of the programming interface; its methods are those it defines.

    Django's own session, its forms and their tokens play no part: see `dispatch`.
    """

    capability: ClassVar[Capability]
    parser_classes = (StrictJson,)
    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    bearer: Bearer
    allowance: Allowance | None = None
    format_kwarg = None  # the framework's: no format in addresses

    @classmethod
    def as_view(cls, **options: Any) -> Any:
        view: Any = super().as_view(**options)
        view.rule = Rule("api", cls.capability, methods=cls.methods())
        return view

    @classmethod
    def methods(cls) -> tuple[str, ...]:
        return tuple(m for m in ("GET", "POST", "PATCH", "DELETE") if hasattr(cls, m.lower()))

    @property
    def member(self) -> Membership:
        return self.bearer.member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.args, self.kwargs = args, kwargs
        self.request = asked = self.initialize_request(request, *args, **kwargs)
        try:
            response = self._answer(request, asked)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            response = answer(request, problem)
        return self._finished(response)

    def _answer(self, request: HttpRequest, asked: Request) -> HttpResponseBase:
        method = str(request.method)
        if method not in self._allowed():
            raise Problem("method_not_allowed", headers={"Allow": ", ".join(self._allowed())})
        self._let_in(request)
        with open_scope(self.member.provider_id, self.member.customer_id):
            if not self.bearer.may(self.capability, _level_of(method)):
                raise Problem("forbidden", detail=missing_right())
            self._check_form(request, asked)
            handler = getattr(self, "get" if method == "HEAD" else method.lower())
            with answering_for(self.member.user), through_token(self.bearer.token_id):
                if method != "POST":
                    return cast("HttpResponseBase", handler(asked, **self.kwargs))
                return self._once(request, lambda: handler(asked, **self.kwargs))

    def _allowed(self) -> list[str]:
        own = self.methods()
        return [*own, "HEAD"] if "GET" in own else [*own]

    def _let_in(self, request: HttpRequest) -> None:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        text = text.strip() if scheme.lower() == "bearer" else ""
        try:
            guess = Guess.of(request, text)
        except Throttled as error:
            wait = {"Retry-After": str(error.wait)}
            raise Problem("too_many_requests", headers=wait) from error
        try:
            self.bearer = bearer_of(text, at=now())
        except TokenRefused as error:
            guess.was_wrong()
            raise Problem("unauthenticated", headers=BEARER) from error
        guess.was_right()
        request.member = self.member  # type: ignore[attr-defined]  # told by the log
        self.allowance = spend_one(self.bearer.token_id)
        if self.allowance.is_spent:
            wait = {"Retry-After": str(self.allowance.reset)}
            raise Problem("too_many_requests", headers=wait)

    def _check_form(self, request: HttpRequest, asked: Request) -> None:
        self.perform_content_negotiation(asked)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.API_LARGEST_BODY:
            raise Problem("too_large")

    def _once(self, request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
        """A POST is done once for its key; a refusal changes nothing and is not kept."""
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            raise Problem("key_missing")
        digest = _digest(request)
        try:
            kept = find_answer(token_id=self.bearer.token_id, key=key, digest=digest)
        except StillRunning as error:
            raise Problem("running", headers={"Retry-After": "1"}) from error
        except KeyUsedBefore as error:
            raise Problem("key_reused") from error
        if kept is not None:
            replayed = {**kept.headers, "Idempotent-Replayed": "true"}
            return _written(kept.body["text"], status=kept.status, headers=replayed)
        response = act()
        keep_answer(
            token_id=self.bearer.token_id,
            key=key,
            digest=digest,
            status=response.status_code,
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            body={"text": response.content.decode()},
            at=now(),
        )
        return response

    def _finished(self, response: HttpResponseBase) -> HttpResponseBase:
        if self.allowance is not None:
            for name, value in self.allowance.headers().items():
                response[name] = value
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def body(self, asked: Request) -> Any:
        """The JSON body; what is sent as something else is refused."""
        if asked.content_type.partition(";")[0].strip() != "application/json":
            raise UnsupportedMediaType(asked.content_type)
        return asked.data

    def no_words(self, asked: Request, form: type[BaseSerializer[Any]]) -> None:
        """Of an act that needs none: no body at all, or an object with nothing in it."""
        if asked.body:
            form(data=self.body(asked)).is_valid(raise_exception=True)

    @property
    def key_of_act(self) -> str:
        """The key of the business act itself, for what must never happen twice (R3)."""
        key = self.request.headers.get("Idempotency-Key", "")
        return hashlib.sha256(f"{self.bearer.token_id} {key}".encode()).hexdigest()


def now() -> Any:
    return clock.now()


def _level_of(method: str) -> Level:
    return Level.READ if method in READING else Level.WRITE


def _digest(request: HttpRequest) -> str:
    """Of the whole request: the same key for another address is another request too."""
    seen = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    seen.update(request.body)
    return seen.hexdigest()


def reply(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """An answer, written while the provider is open."""
    return _written(JSONRenderer().render(data), status=status, headers=headers or {})


def _written(text: str | bytes, *, status: int, headers: dict[str, str]) -> HttpResponse:
    every = {"Content-Type": "application/json", **headers}
    return HttpResponse(text, status=status, headers=every)


class PdfRenderer(BaseRenderer):
    """For the negotiation alone: the bytes are sent as they were stored."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"
