"""The doors of the portal: each view is wrapped by one, which is its rule.

A door looks up the membership that the address names, answers 404 to strangers (nothing is
said to exist), leads members to what is missing (a second factor, a fresh proof of who they are)
and answers 403 to those without the capability, then opens the provider for the length of the view
and of its rendering. A route without a door fails the permission matrix.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, cast
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from providers.enums import ProviderStatus
from providers.factors import has_factor, has_proved_lately, with_factor
from providers.models import Membership, User
from providers.permissions import Capability, Level, may
from providers.prepared import prepared
from providers.scoping import open_scope
from providers.seeing import check_reading, end, is_over, note_page, seeing_of, visit_to


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of whoever knocks; the permission matrix is generated from these."""

    side: str  # public | user | workshop | field | practice | operator
    capability: Capability | None = None
    level: Level = Level.READ
    methods: tuple[str, ...] = ("GET",)
    # Asks for a proof of who they are that is at most five minutes old.
    is_sensitive: bool = False

    @property
    def wants_factor(self) -> bool:
        """A provider's staff and the operators always have a second factor; a practice's people
        need one to change the account that is paid or debited.
        """
        if self.side in {"workshop", "field", "operator"}:
            return True
        return self.capability in BY_FACTOR and self.level is Level.WRITE


# What a practice changes with a second factor alone.
BY_FACTOR = frozenset({Capability.BANK_DETAILS})


class MemberRequest(HttpRequest):
    """A request that went through a door: the membership it was opened for is known."""

    user: User
    member: Membership


MemberView = Callable[Concatenate[MemberRequest, ...], HttpResponseBase]
View = Callable[..., HttpResponseBase]


def _with_rule(view: View, rule: Rule) -> View:
    methods = [*rule.methods, "HEAD"] if "GET" in rule.methods else list(rule.methods)
    door = require_http_methods(methods)(view)
    door.rule = rule  # type: ignore[attr-defined]
    return door


def public(*methods: str) -> Callable[[View], View]:
    """Anybody may come in."""
    return lambda view: _with_rule(view, Rule("public", methods=methods or ("GET",)))


def signed_in(*methods: str, is_sensitive: bool = False) -> Callable[[View], View]:
    """Any signed-in person, whatever their memberships."""
    rule = Rule("user", methods=methods or ("GET",), is_sensitive=is_sensitive)

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _proof_missing(request, rule) or view(request, *args, **kwargs)

        return _with_rule(login_required(door), rule)

    return wrap


def operators_only(*methods: str, is_sensitive: bool = False) -> Callable[[View], View]:
    """The platform's operators; to anybody else the page does not exist."""
    rule = Rule("operator", methods=methods or ("GET",), is_sensitive=is_sensitive)

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not getattr(request.user, "is_operator", False):
                raise Http404
            if settings.SECOND_FACTOR_REQUIRED and not has_factor(cast("User", request.user)):
                return _lead_to("account_second_factor", request, rule)
            return _proof_missing(request, rule) or view(request, *args, **kwargs)

        return _with_rule(login_required(door), rule)

    return wrap


def _lead_to(name: str, request: HttpRequest, rule: Rule) -> HttpResponseRedirect:
    """To the page that gives what is missing, and back here afterwards: a form is filled in again,
    for what it held is kept nowhere. A file is no page to come back to: to the one that offers it.
    """
    target = _page_of(request.get_full_path()) if "GET" in rule.methods else "/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: target})}")


def _page_of(address: str) -> str:
    """
    >>> _page_of("/clients/clients.csv?search=pins"), _page_of("/clients/?page=2")
    ('/clients/?search=pins', '/clients/?page=2')
    """
    path, mark, query = address.partition("?")
    page, _slash, name = path.rpartition("/")
    return f"{page}/{mark}{query}" if "." in name else address


def lead_to_proof(request: HttpRequest) -> HttpResponseRedirect | None:
    """What a sensitive page that has no rule of ours answers to whoever has no fresh proof."""
    if not request.user.is_authenticated:
        return None
    return _proof_missing(request, Rule("user", is_sensitive=True))


def _proof_missing(request: HttpRequest, rule: Rule) -> HttpResponseRedirect | None:
    user = cast("User", request.user)
    if rule.is_sensitive and not has_proved_lately(request, user, at=clock.now()):
        return _lead_to("account_reauthenticate", request, rule)
    return None


def _member_page(
    side: str, find: Callable[..., Membership]
) -> Callable[..., Callable[[MemberView], View]]:
    def door_of(
        capability: Capability,
        level: Level = Level.READ,
        methods: tuple[str, ...] = ("GET",),
        *,
        is_sensitive: bool = False,
    ) -> Callable[[MemberView], View]:
        rule = Rule(side, capability, level, methods, is_sensitive)

        def wrap(view: MemberView) -> View:
            @wraps(view)
            def door(request: HttpRequest, key: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
                visit = visit_to(request, key) if side == "practice" else None
                if visit:
                    return _as_visitor(view, request, visit, (capability, level), *args, **kwargs)
                member = find(cast("User", request.user), key)
                if rule.wants_factor and _lacks_factor(member):
                    return _lead_to("account_second_factor", request, rule)
                _check(may(member.role, capability, level))
                if missing := _proof_missing(request, rule):
                    return missing
                return _inside(view, request, member, *args, **kwargs)

            return _with_rule(login_required(door), rule)

        return wrap

    return door_of


def _lacks_factor(member: Membership) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and not member.has_factor  # type: ignore[attr-defined]


def _check(is_allowed: bool) -> None:  # noqa: FBT001  what it asks
    if not is_allowed:
        raise PermissionDenied(_("Your role does not give access to this page."))


def _as_visitor(
    view: MemberView,
    request: HttpRequest,
    visit: dict[str, Any],
    asked: tuple[Capability, Level],
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    """Run the view for a person of the provider who sees the space as the practice does."""
    at, seeing = clock.now(), seeing_of(cast("User", request.user), visit)
    if seeing is None:
        raise Http404
    if is_over(visit, at):
        end(request, at=at)
        slug = seeing.staff.provider.slug
        return HttpResponseRedirect(reverse("workshop:see_as", args=[slug, visit["customer"]]))
    check_reading(request)
    _check(may(seeing.member.role, *asked) and seeing.allows(*asked))
    request.seeing = seeing  # type: ignore[attr-defined]
    with open_scope(seeing.member.provider_id, seeing.member.customer_id):
        note_page(request, seeing, at=at)
        return _inside(view, request, seeing.member, *args, **kwargs)


def _inside(
    view: MemberView, request: HttpRequest, member: Membership, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Run and render the view with the member's provider (and practice) open, by its clocks."""
    member_request = cast("MemberRequest", request)
    member_request.member = member
    house = timezone.override(ZoneInfo(member.provider.zone))
    with open_scope(member.provider_id, member.customer_id), house:
        response = view(member_request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response = response.render()
    return response


def _active(user_id: Any) -> Any:
    return Membership.objects.select_related("provider").filter(
        user=user_id, is_active=True, provider__status=ProviderStatus.ACTIVE
    )


def _in_place(user_id: Any, **place: Any) -> Any:
    """The memberships of a place, each with whether its person has others."""
    others = _active(user_id).exclude(pk=OuterRef("pk"))
    found = with_factor(_active(user_id).filter(**place)).annotate(has_others=Exists(others))
    return found.order_by("pk")[:1]


@prepared
def _of_workshop(*, user_id: Any, slug: Any) -> Any:
    return _in_place(user_id, provider__slug=slug, customer_id=None)


@prepared
def _of_practice(*, user_id: Any, customer_id: Any) -> Any:
    return _in_place(user_id, customer_id=customer_id)


def _come_in(members: list[Membership]) -> Membership:
    if not members:
        raise Http404
    return members[0]


def provider_member(user: User, slug: str) -> Membership:
    """The person's membership on the provider's side; 404 for anybody else."""
    return _come_in(_of_workshop(user_id=user.pk, slug=slug))


def customer_member(user: User, customer_id: UUID) -> Membership:
    """The person's membership of a practice; 404 for anybody else."""
    return _come_in(_of_practice(user_id=user.pk, customer_id=customer_id))


# `/atelier/<slug>/…`, `/terrain/<slug>/…` and `/c/<customer>/…`: the first argument of the
# address is the membership's, and never reaches the view.
workshop_page = _member_page("workshop", provider_member)
field_page = _member_page("field", provider_member)
practice_page = _member_page("practice", customer_member)


def memberships_of(user: User) -> list[Membership]:
    """Every place a person may go to."""
    return list(_active(user.pk).order_by("provider__slug", "role"))


__all__ = [
    "MemberRequest",
    "Rule",
    "customer_member",
    "field_page",
    "lead_to_proof",
    "memberships_of",
    "operators_only",
    "practice_page",
    "provider_member",
    "public",
    "signed_in",
    "workshop_page",
]
