"""The few addresses that belong to the frame of the pages: color, appearance, language, notices."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control

from portal.brand import brand_css
from portal.shell import APPEARANCE_COOKIE, APPEARANCES
from providers.doors import public
from providers.enums import Language

ONE_YEAR = 365 * 24 * 3600


@public()
@cache_control(public=True, max_age=24 * 3600)
def brand_stylesheet(request: HttpRequest, color: str) -> HttpResponse:
    """The accent of a brand. The color is the address, so that it tells nothing of any provider."""
    return HttpResponse(brand_css(f"#{color}"), content_type="text/css; charset=utf-8")


@public("POST")
def choose_appearance(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    chosen = request.POST.get("appearance", "")
    if chosen in APPEARANCES:
        _remember(response, APPEARANCE_COOKIE, chosen)
    return response


@public("POST")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in this browser and, for a signed-in person, with their account."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in Language:
        remember_language(response, chosen)
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


@public()
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@public()
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the choice was made on, never to another site."""
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(target if is_ours else "/")
    response.status_code = 303
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    _remember(response, settings.LANGUAGE_COOKIE_NAME, language)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=ONE_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
