"""What every page's frame needs, whoever draws it; registered as a context processor.

A view's own context wins over these values: it passes `navigation` and may replace any other.
"""

from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Subquery, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.addresses import page_url, space_url
from portal.bell import Bell, list_url
from portal.components import Brand, Link, NavigationItem
from portal.job_pill import newest_at_work, running_job
from portal.practice.queries import unpaid_of_practice
from portal.workshop.keyboard import Palette, palette_of
from providers.enums import Language
from providers.models import Customer, ProviderProfile, User
from providers.operations.notifications import unread_of
from providers.permissions import Capability, Level, may
from providers.prepared import prepared
from providers.scoping import current_scope, scope_or_none

PRODUCT = Brand(name="Clausier")
APPEARANCES = ("auto", "light", "dark")
APPEARANCE_COOKIE = "appearance"
NOBODY = UUID(int=0)
# What pages say of the provider: another column would be one more question.
FACE: Final = (
    "trade_name", "brand_color", "phone", "email", "set_up_at", "holidays", "invoicing_mode",
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    user, profile = getattr(request, "user", None), face_of(request)
    return {
        "appearance": appearance_of(request),
        "bell": _bell(request, profile),
        "brand": brand_of(profile) if profile else PRODUCT,
        "space_name": getattr(profile, "practice", None) or "",
        "home_url": "/",
        "switch_url": _switch_url(request),
        "help_url": _help_url(request),
        "palette": _palette(request),
        "navigation": (),
        "running_job": _running_job(request, profile),
        "setting_up": _setting_up(request, profile),
        "account_name": str(user) if user and user.is_authenticated else "",
        "current_path": request.get_full_path() if request.method == "GET" else "/",
        "current_language": get_language() or settings.LANGUAGE_CODE,
        "languages": Language.choices,
        "is_sign_up_open": settings.OPEN_SIGN_UP,
        "version": settings.VERSION,
        "seeing": getattr(request, "seeing", None),
    }


def _palette(request: HttpRequest) -> Palette | None:
    """The search belongs to the provider's people."""
    member = getattr(request, "member", None)
    if member is None or member.customer_id is not None:
        return None
    return palette_of(member, has_shortcuts=cast("User", request.user).has_shortcuts)


def _switch_url(request: HttpRequest) -> str:
    """Where to choose another place; nothing for whoever has one alone, or sees as a customer."""
    member = getattr(request, "member", None)
    return page_url("switcher") if getattr(member, "has_others", False) else ""


def _help_url(request: HttpRequest) -> str:
    """The help of the open space, else that of the portal: every page leads to one."""
    member = getattr(request, "member", None)
    return page_url("help") if member is None else space_url(request, member, "help")


def appearance_of(request: HttpRequest) -> str:
    """Light, dark, or what the reader's system says."""
    chosen = request.COOKIES.get(APPEARANCE_COOKIE, "")
    return chosen if chosen in APPEARANCES else "auto"


def face_of(request: HttpRequest) -> ProviderProfile | None:
    """The open provider's face; with it the practice's name, what is unread, unpaid and at work.

    None where no provider is open. Asked once for a page: the frame and its navigation share it.
    """
    if scope_or_none() is None:
        return None
    if not hasattr(request, "face"):
        member = getattr(request, "member", None)
        found = _face(user_id=member.user_id if member else NOBODY)
        request.face = found[0] if found else None  # type: ignore[attr-defined]
    return cast("ProviderProfile | None", request.face)  # type: ignore[attr-defined]


@prepared
def _face(*, user_id: Any) -> QuerySet[ProviderProfile]:
    face = ProviderProfile.objects.only(*FACE)
    practice = Customer.objects.filter(id__in=[current_scope().customer_id])
    return face.annotate(
        practice=Subquery(practice.values("name")),
        unread=unread_of(user_id),
        unpaid=unpaid_of_practice() if current_scope().customer_id else Value(0),
        job=Subquery(newest_at_work()),
    )


def _bell(request: HttpRequest, profile: ProviderProfile | None) -> Bell | None:
    """None outside a space."""
    member = getattr(request, "member", None)
    if member is None or profile is None:
        return None
    return Bell(list_url(request, member), getattr(profile, "unread", 0))


def _running_job(request: HttpRequest, profile: ProviderProfile | None) -> Link | None:
    member = getattr(request, "member", None)
    return running_job(member, getattr(profile, "job", None)) if member is not None else None


def _setting_up(request: HttpRequest, profile: ProviderProfile | None) -> NavigationItem | None:
    """The way back to the checklist from wherever a step leads, until it is put away."""
    member = getattr(request, "member", None)
    if member is None or profile is None or profile.set_up_at is not None:
        return None
    if not may(member.role, Capability.LEGAL_IDENTITY, Level.WRITE):
        return None
    address = page_url("workshop:setup", member.provider.slug)
    return NavigationItem(_("Setting up"), address, request.path == address, icon="list-checks")


def brand_of(profile: ProviderProfile) -> Brand:
    return Brand(
        name=profile.trade_name,
        stylesheet_url=reverse("brand_css", args=[profile.brand_color.lstrip("#")]),
        phone=profile.phone,
        email=profile.email,
        is_set_up=profile.set_up_at is not None,
    )
