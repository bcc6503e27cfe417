"""The doors themselves: what they ask, in which order, and what is open behind them."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory

from providers.doors import (
    MemberRequest,
    customer_member,
    memberships_of,
    operators_only,
    practice_page,
    provider_member,
    public,
    signed_in,
    workshop_page,
)
from providers.enums import ProviderStatus, Role
from providers.models import Customer, Membership, Provider, User
from providers.permissions import Capability, Level
from providers.scoping import Scope, open_scope, scope_or_none
from tests.factories import a_customer, a_member, a_provider

View = Callable[..., Any]


@pytest.fixture
def owner(db: None) -> Membership:
    with open_scope(a_provider("", slug="maison").id):
        return a_member(Role.OWNER)


@pytest.fixture
def manager(owner: Membership) -> Membership:
    """Of a practice of the same provider."""
    with open_scope(owner.provider_id):
        return a_member(Role.PRACTICE_MANAGER, customer=a_customer())


def ask(view: View, user: Any, *args: Any, method: str = "get") -> Any:
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    return view(request, *args)


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def scope_seen(request: MemberRequest) -> HttpResponse:
    scope = scope_or_none()
    assert scope is not None
    return HttpResponse(f"{scope.provider_id} {scope.customer_id}")


def test_the_provider_is_open_behind_the_door_and_closed_after(owner: Membership) -> None:
    view = workshop_page(Capability.COVERAGE)(scope_seen)
    assert ask(view, owner.user, "maison").content.decode() == f"{owner.provider_id} None"
    assert scope_or_none() is None


def test_a_practice_is_open_within_its_provider(manager: Membership) -> None:
    view = practice_page(Capability.COVERAGE)(scope_seen)
    seen = ask(view, manager.user, manager.customer_id).content.decode()
    assert seen == f"{manager.provider_id} {manager.customer_id}"


def test_a_page_that_draws_itself_late_is_drawn_inside(owner: Membership) -> None:
    class Late(SimpleTemplateResponse):
        @property
        def rendered_content(self) -> Any:
            return str(scope_or_none() == Scope(owner.provider_id))

    def view(request: MemberRequest) -> Late:
        return Late("x.html")

    assert ask(workshop_page(Capability.COVERAGE)(view), owner.user, "maison").content == b"True"


def test_the_method_is_asked_before_anything_else(owner: Membership) -> None:
    view = workshop_page(Capability.COVERAGE)(scope_seen)
    for method in ("post", "put", "patch", "delete", "options"):
        assert ask(view, AnonymousUser(), "nowhere", method=method).status_code == 405
    assert ask(view, owner.user, "maison", method="head").status_code == 200


def test_nobody_is_sent_to_the_sign_in_page() -> None:
    view = workshop_page(Capability.COVERAGE)(scope_seen)
    for door in (view, signed_in()(answer), operators_only()(answer)):
        assert ask(door, AnonymousUser(), "maison").status_code == 302
    assert ask(public()(answer), AnonymousUser()).content == b"in"


def test_a_role_without_the_level_is_refused(owner: Membership) -> None:
    owner.role = Role.ACCOUNTANT
    owner.save()
    assert ask(workshop_page(Capability.CONTRACTS)(scope_seen), owner.user, "maison")
    view = workshop_page(Capability.CONTRACTS, Level.WRITE)(scope_seen)
    with pytest.raises(PermissionDenied):
        ask(view, owner.user, "maison")


def test_operators_alone_pass_the_operators_door(owner: Membership) -> None:
    view = operators_only()(answer)
    with pytest.raises(Http404):
        ask(view, owner.user)
    owner.user.is_operator = True
    assert ask(view, owner.user).content == b"in"


def test_an_operator_is_no_member(owner: Membership) -> None:
    operator = User.objects.create_superuser("operateur@portal.example")
    with pytest.raises(Http404):
        provider_member(operator, "maison")
    assert memberships_of(operator) == []


def test_a_suspended_provider_opens_no_door(owner: Membership, manager: Membership) -> None:
    assert provider_member(owner.user, "maison") == owner
    assert customer_member(manager.user, cast("Any", manager.customer_id)) == manager
    Provider.objects.update(status=ProviderStatus.SUSPENDED)
    _is_shut(owner, manager)


def test_a_membership_taken_away_opens_no_door(owner: Membership, manager: Membership) -> None:
    Membership.objects.update(is_active=False)
    _is_shut(owner, manager)


def _is_shut(owner: Membership, manager: Membership) -> None:
    with pytest.raises(Http404):
        provider_member(owner.user, "maison")
    with pytest.raises(Http404):
        customer_member(manager.user, cast("Any", manager.customer_id))
    assert memberships_of(owner.user) == memberships_of(manager.user) == []


def test_sides_are_not_confused(owner: Membership, manager: Membership) -> None:
    """A practice's manager is no staff, and the staff do not enter a practice's space."""
    with pytest.raises(Http404):
        provider_member(manager.user, "maison")
    with pytest.raises(Http404):
        customer_member(owner.user, cast("Any", manager.customer_id))


def test_an_error_behind_the_door_undoes_its_writes(owner: Membership) -> None:
    def view(request: MemberRequest) -> HttpResponse:
        a_customer("Cabinet perdu")
        raise Http404

    with pytest.raises(Http404):
        ask(workshop_page(Capability.COVERAGE)(view), owner.user, "maison")
    with open_scope(owner.provider_id):
        assert not Customer.objects.exists()
