"""What stands behind something that was given: a letter, a key, a code, the operators' site.

Added to the world of the matrix for this package alone; by route, who opens it with what.
"""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.test import Client
from django.urls import reverse

from portal.account.profile import SALT
from providers.enums import Role
from providers.models import DueWork, Preference, Provider, User
from providers.operations import invite
from providers.operations.houses import ask_for_house
from providers.scoping import open_scope
from tests.factories import PASSWORD, a_member
from tests.harness import cache
from tests.harness.passkeys import give_passkey
from tests.letters import token_to
from tests.permissions.asking import Desk
from tests.permissions.routes import Route, routes
from tests.permissions.world import NOW, Actor, World

INVITED: Final = "invite.hostile@portal.example"
KNOWN: Final = "connu.hostile@portal.example"
Given = dict[str, list[tuple[str, dict[str, Any]]]]


def give(desk: Desk, world: World) -> None:
    """Hands everything out; what each route was given stands in `world.given` afterwards."""
    world.given.update(_letters(world) | _keys(world) | _codes(desk, world))
    world.given.update(_administration(world))


def invited(world: World, house: str, email: str, *, days: int = 0) -> str:
    """The token of a letter; one that was written long ago is over."""
    owner = world.actors[f"{house}-owner"].user
    assert owner is not None
    with open_scope(world.providers[house].id):
        invite(email=email, role=Role.TECHNICIAN, at=NOW - timedelta(days=days), by=owner.pk)
        return token_to(email)


def _letters(world: World) -> Given:
    """Invitations of both kinds, to a new person and to somebody known; a new address."""
    owner = world.actors["a-owner"].user
    assert owner is not None
    known = User.objects.create_user(KNOWN, name="Connu", password=PASSWORD)
    world.actors["invited"] = Actor("invited", None, (("a", Role.TECHNICIAN),))
    world.actors["known"] = Actor("known", known, (("a", Role.TECHNICIAN),))
    to_new, to_known = (invited(world, "a", email) for email in (INVITED, KNOWN))
    house, another = (ask_for_house(email=email, at=NOW) for email in (INVITED, KNOWN))
    wanted = signing.dumps([str(owner.pk), owner.email, f"neuve.{INVITED}"], salt=SALT)
    return {
        "invitation": [
            ("invited", {"house": "maison-a", "token": to_new}),
            ("known", {"house": "maison-a", "token": to_known}),
        ],
        "house_invitation": [
            ("invited", {"token": house.token}),
            ("known", {"token": another.token}),
        ],
        "account_confirm_address": [("a-owner", {"token": wanted})],
    }


# --- Keys and codes -------------------------------------------------------------------------------


def _keys(world: World) -> Given:
    """Somebody of A's staff who signs in with a passkey."""
    keyed = _somebody(world, "a-keyed")
    key = give_passkey(keyed)
    return {
        "mfa_edit_webauthn": [("a-keyed", {"pk": key.pk})],
        "mfa_remove_webauthn": [("a-keyed", {"pk": key.pk})],
        "mfa_reauthenticate_webauthn": [("a-keyed", {})],
    }


def _codes(desk: Desk, world: World) -> Given:
    """Browsers that opened the link of a new password, and that wait for the code of a letter."""
    forgetful = _somebody(world, "a-forgetful")
    link = f"{user_pk_to_url_str(forgetful)}-{default_token_generator.make_token(forgetful)}"
    opening, waiting = Client(), Client()
    cache.begin()  # nobody is throttled
    uidb36, _, key = link.partition("-")
    kept = opening.get(reverse("account_reset_password_from_key", args=[uidb36, key]))
    waiting.post(reverse("account_request_login_code"), {"email": forgetful.email})
    for name, browser in (("opening", opening), ("waiting", waiting)):
        world.actors[name] = Actor(name, None)
        desk.sessions[name] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    uidb36, _, key = urlsplit(kept["Location"]).path.strip("/").split("/")[-1].partition("-")
    return {
        "account_reset_password_from_key": [("opening", {"uidb36": uidb36, "key": key})],
        "account_confirm_login_code": [("waiting", {})],
    }


def _somebody(world: World, name: str) -> User:
    with open_scope(world.providers["a"].id):
        member = a_member(Role.OWNER, email=f"{name}@{INVITED.partition('@')[2]}")
    world.actors[name] = Actor(name, member.user, (("a", Role.OWNER),))
    return member.user


# --- The operators' site --------------------------------------------------------------------------


def _administration(world: World) -> Given:
    """Each of its pages, about one row of each table."""
    rows = _rows(world)
    return {
        route.name: [("operator", {each: _known(route, rows)[each] for each in route.parameters})]
        for route in routes()
        if route.is_admin and route.name != "admin:"
    }


def _known(route: Route, rows: dict[str, Any]) -> dict[str, Any]:
    """What the parameters of a page may be: its row is that of its table."""
    table = route.name.removeprefix("admin:").rpartition("_")[0]
    row = rows.get(table) or rows["providers_user"]
    kind = ContentType.objects.get_for_model(row)
    return {"object_id": row.pk, "content_type_id": kind.pk, "app_label": "providers"}


def _rows(world: World) -> dict[str, Any]:
    """One of each table, made where the world has none; A's owner's where it is somebody's."""
    user, provider = world.actors["a-owner"].user, world.providers["a"]
    assert user is not None
    kind = ContentType.objects.get_for_model(User)
    DueWork.objects.create(provider=provider, kind="hostile", day=NOW.date(), claimed_at=NOW)
    Preference.objects.create(user=user, event="e", email="AT_ONCE", in_portal=True)
    EmailAddress.objects.get_or_create(user=user, email=user.email)
    UserSession.objects.create(user=user, session_key=uuid4().hex, ip="192.0.2.1", data={})
    LogEntry.objects.create(user=user, content_type=kind, object_id=user.pk.hex, action_flag=CHANGE)
    own = {User: user, Provider: provider}
    return {
        model._meta.label_lower.replace(".", "_"): own.get(model) or _first(model, user)
        for model in admin.site._registry
    }


def _first(model: Any, user: User) -> Any:
    names = {field.name for field in model._meta.get_fields()}
    own = {"user": user} if "user" in names else {}
    return model._default_manager.filter(**own).order_by("pk").first()
