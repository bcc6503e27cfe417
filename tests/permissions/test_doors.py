"""The doors themselves: what they ask, in which order, and what is open behind them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
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
from providers.factors import has_proved_lately
from providers.models import Customer, Membership, Provider, User
from providers.permissions import Capability, Level
from providers.scoping import Scope, open_scope, scope_or_none
from tests.factories import a_customer, a_member, a_provider, an_operator

View = Callable[..., Any]
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner(db: None) -> Membership:
    with open_scope(a_provider("", slug="maison").id):
        return a_member(Role.OWNER)


@pytest.fixture
def manager(owner: Membership) -> Membership:
    """Of a practice of the same provider."""
    with open_scope(owner.provider_id):
        return a_member(Role.PRACTICE_MANAGER, customer=a_customer())


def ask(view: View, user: Any, *args: Any, method: str = "get", proved: float = 0.0) -> Any:
    """As somebody who gave their password so many seconds ago."""
    request = getattr(RequestFactory(), method)("/page/?a=1")
    request.user, request.session = user, {}
    if user.is_authenticated:
        record_authentication(request, user, method="password")
        request.session[RECORDS][0]["at"] = NOW.timestamp() - proved
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
    operator = an_operator()
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


# --- The second factor ----------------------------------------------------------------------------

TO_ENROL = "/compte/second-facteur/mise-en-place/?next=%2Fpage%2F%3Fa%3D1"


def test_staff_without_a_factor_are_led_to_one_and_back(owner: Membership) -> None:
    view = workshop_page(Capability.COVERAGE)(scope_seen)
    Authenticator.objects.all().delete()
    assert ask(view, owner.user, "maison").headers["Location"] == TO_ENROL
    with pytest.raises(Http404):
        ask(view, owner.user, "elsewhere")


def test_recovery_codes_alone_are_no_factor(owner: Membership) -> None:
    Authenticator.objects.update(type=Authenticator.Type.RECOVERY_CODES)
    view = workshop_page(Capability.COVERAGE)(scope_seen)
    assert ask(view, owner.user, "maison").status_code == 302
    Authenticator.objects.update(type=Authenticator.Type.WEBAUTHN)
    assert ask(view, owner.user, "maison").status_code == 200


def test_an_operator_without_a_factor_is_led_to_one(db: None) -> None:
    view = operators_only()(answer)
    bare = User.objects.create_superuser("operateur@portal.example")
    assert ask(view, bare).headers["Location"] == TO_ENROL


def test_a_practice_needs_a_factor_for_the_account_alone(manager: Membership) -> None:
    reading = practice_page(Capability.COVERAGE)(scope_seen)
    assert ask(reading, manager.user, manager.customer_id).status_code == 200
    account = practice_page(Capability.BANK_DETAILS, Level.WRITE)(scope_seen)
    assert ask(account, manager.user, manager.customer_id).headers["Location"] == TO_ENROL


def test_the_demonstration_does_without(owner: Membership, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    Authenticator.objects.all().delete()
    view = workshop_page(Capability.COVERAGE)(scope_seen)
    assert ask(view, owner.user, "maison").status_code == 200


def test_a_form_sent_without_a_factor_comes_back_to_a_page_that_can_be_read(
    owner: Membership,
) -> None:
    Authenticator.objects.all().delete()
    act = workshop_page(Capability.COVERAGE, Level.READ, ("POST",))(scope_seen)
    assert ask(act, owner.user, "maison", method="post").headers["Location"].endswith("next=%2F")


# --- A fresh proof for a sensitive act ------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "status"), [(299.0, 200), (300.0, 200), (301.0, 302)])
def test_a_sensitive_act_asks_again_after_five_minutes(
    owner: Membership, seconds: float, status: int
) -> None:
    page = workshop_page(Capability.COVERAGE, is_sensitive=True)(scope_seen)
    assert ask(page, owner.user, "maison", proved=seconds).status_code == status
    own = signed_in(is_sensitive=True)(answer)
    assert ask(own, owner.user, proved=seconds).status_code == status
    ordinary = workshop_page(Capability.COVERAGE)(scope_seen)
    assert ask(ordinary, owner.user, "maison", proved=seconds).status_code == 200


def test_a_code_sent_by_mail_proves_nothing_to_whoever_has_better(owner: Membership) -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    record_authentication(request, owner.user, method="code")
    assert not has_proved_lately(request, owner.user, at=NOW)
    owner.user.set_unusable_password()
    assert not has_proved_lately(request, owner.user, at=NOW)
    Authenticator.objects.all().delete()
    assert has_proved_lately(request, owner.user, at=NOW)


def test_a_proof_of_somebody_else_proves_nothing(owner: Membership, manager: Membership) -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    record_authentication(request, manager.user, method="password")
    assert not has_proved_lately(request, owner.user, at=NOW)
