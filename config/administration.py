"""The back door of the global tables: no sign-in form of its own, the same second factor."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse

from providers.factors import has_factor
from providers.models import User


class OperatorsSite(AdminSite):
    site_header = site_title = "Clausier"

    def has_permission(self, request: HttpRequest) -> bool:
        is_operator = getattr(request.user, "is_operator", False)
        return super().has_permission(request) and is_operator and not _lacks_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseRedirect:
        """Strangers sign in where everybody does; whoever is in and may not, finds nothing."""
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        query = urlencode({REDIRECT_FIELD_NAME: target})
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
        if getattr(request.user, "is_operator", False) and _lacks_factor(request):
            return HttpResponseRedirect(f"{reverse('account_second_factor')}?{query}")
        raise Http404

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))


def _lacks_factor(request: HttpRequest) -> bool:
    user = request.user
    return settings.SECOND_FACTOR_REQUIRED and isinstance(user, User) and not has_factor(user)
