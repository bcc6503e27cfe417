"""Signing in: allauth's steps, with our count of failures."""

from typing import Any, cast

from allauth.account.internal.stagekit import clear_login, stash_login
from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from providers.factors import can_prove
from providers.models import User

MOST_FAILURES = 5
FAILURES = "failures"


class SecondFactorView(AuthenticateView):  # type: ignore[misc]
    """After five wrong codes one starts again, with the password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        state = self.stage.state
        state[FAILURES] = state.get(FAILURES, 0) + 1
        if state[FAILURES] >= MOST_FAILURES:
            clear_login(self.request)
            messages.error(self.request, _("Five wrong codes: start again with your password."))
            return HttpResponseRedirect(reverse("account_login"))
        stash_login(self.request, self.stage.login)
        response: HttpResponse = super().form_invalid(form)
        return response


class AskedAgain:
    """A key that is not recognized is asked for again, on the way to the same page."""

    request: HttpRequest
    asked_by = ""

    def form_invalid(self, form: Any) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        page = reverse(self.asked_by)
        return HttpResponseRedirect(
            passthrough_next_redirect_url(self.request, page, REDIRECT_FIELD_NAME)
        )


class PasskeyAloneView(AskedAgain, LoginWebAuthnView):  # type: ignore[misc]
    asked_by = "account_login"


class PasskeyAgainView(AskedAgain, ReauthenticateWebAuthnView):  # type: ignore[misc]
    asked_by = "mfa_reauthenticate_webauthn"


@login_required
def prove(request: HttpRequest, **values: Any) -> HttpResponseBase:
    """Say again who one is; whoever has nothing but mail to say it with signs in anew."""
    if can_prove(cast("User", request.user)):
        answer: HttpResponseBase = ReauthenticateView.as_view()(request, **values)
        return answer
    target = request.GET.get(REDIRECT_FIELD_NAME, "/")
    return render(request, "account/sign_in_again.html", {"target": target})
