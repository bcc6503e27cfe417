"""The doors of the portal: each view is wrapped by one, which is its rule.

A door looks up the membership that the address names, answers 404 to strangers (nothing is
said to exist) and 403 to members without the capability, then opens the provider for the
length of the view and of its rendering. A route without a door fails the permission matrix.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from providers.enums import ProviderStatus
from providers.models import Membership, User
from providers.permissions import Capability, Level, may
from providers.scoping import open_scope


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of whoever knocks; the permission matrix is generated from these."""

    side: str  # public | user | workshop | field | practice | operator
    capability: Capability | None = None
    level: Level = Level.READ
    methods: tuple[str, ...] = ("GET",)


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


def signed_in(*methods: str) -> Callable[[View], View]:
    """Any signed-in person, whatever their memberships."""
    return lambda view: _with_rule(login_required(view), Rule("user", methods=methods or ("GET",)))


def operators_only(*methods: str) -> Callable[[View], View]:
    """The platform's operators; to anybody else the page does not exist."""

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not getattr(request.user, "is_operator", False):
                raise Http404
            return view(request, *args, **kwargs)

        return _with_rule(login_required(door), Rule("operator", methods=methods or ("GET",)))

    return wrap


def _member_page(
    side: str, find: Callable[..., Membership]
) -> Callable[..., Callable[[MemberView], View]]:
    def door_of(
        capability: Capability, level: Level = Level.READ, methods: tuple[str, ...] = ("GET",)
    ) -> Callable[[MemberView], View]:
        def wrap(view: MemberView) -> View:
            @wraps(view)
            def door(request: HttpRequest, key: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
                member = find(cast("User", request.user), key)
                if not may(member.role, capability, level):
                    raise PermissionDenied(_("Your role does not give access to this page."))
                return _inside(view, request, member, *args, **kwargs)

            return _with_rule(login_required(door), Rule(side, capability, level, methods))

        return wrap

    return door_of


def _inside(
    view: MemberView, request: HttpRequest, member: Membership, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Run and render the view with the member's provider (and practice) open."""
    member_request = cast("MemberRequest", request)
    member_request.member = member
    with open_scope(member.provider_id, member.customer_id):
        response = view(member_request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response = response.render()
    return response


def _active(user: User) -> Any:
    return Membership.objects.select_related("provider").filter(
        user=user, is_active=True, provider__status=ProviderStatus.ACTIVE
    )


def provider_member(user: User, slug: str) -> Membership:
    """The person's membership on the provider's side; 404 for anybody else."""
    member = _active(user).filter(provider__slug=slug, customer_id=None).first()
    if member is None:
        raise Http404
    return cast("Membership", member)


def customer_member(user: User, customer_id: UUID) -> Membership:
    """The person's membership of a practice; 404 for anybody else."""
    member = _active(user).filter(customer_id=customer_id).first()
    if member is None:
        raise Http404
    return cast("Membership", member)


# `/atelier/<slug>/…`, `/terrain/<slug>/…` and `/c/<customer>/…`: the first argument of the
# address is the membership's, and never reaches the view.
workshop_page = _member_page("workshop", provider_member)
field_page = _member_page("field", provider_member)
practice_page = _member_page("practice", customer_member)


def memberships_of(user: User) -> list[Membership]:
    """Every place a person may go to."""
    return list(_active(user).order_by("provider__slug", "role"))


__all__ = [
    "MemberRequest",
    "Rule",
    "customer_member",
    "field_page",
    "memberships_of",
    "operators_only",
    "practice_page",
    "provider_member",
    "public",
    "signed_in",
    "workshop_page",
]
