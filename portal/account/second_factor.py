"""The second factor: what it is made of, setting it up, and the codes for the day it is lost."""

from typing import Any, cast

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core import clock
from portal.account.sessions import end_others
from providers.doors import signed_in
from providers.factors import has_factor
from providers.models import User
from providers.operations.factors import renew_recovery_codes, use_code

# Where the person was going: kept in the session while they enrol, read by the pages that follow.
GOING_TO = "going_to"


@signed_in()
def set_up(request: HttpRequest) -> HttpResponse:
    """Why a second factor is wanted, and which ones there are."""
    target = safe_target(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
    if has_factor(cast("User", request.user)):
        return HttpResponseRedirect(target)
    request.session[GOING_TO] = target
    return render(request, "account/second_factor_set_up.html")


@signed_in()
def index(request: HttpRequest) -> HttpResponse:
    rows = Authenticator.objects.filter(user=cast("User", request.user)).order_by("created_at")
    found: dict[str, list[Any]] = {kind: [] for kind in Authenticator.Type.values}
    for row in rows:
        found[row.type].append(row)
    codes = found["recovery_codes"][0].data["migrated_codes"] if found["recovery_codes"] else []
    values = {
        "app": found["totp"][0] if found["totp"] else None,
        "passkeys": found["webauthn"],
        "codes": len(codes),
        "has_factor": bool(found["totp"] or found["webauthn"]),
    }
    return render(request, "account/second_factor.html", values)


@never_cache
@signed_in("GET", "POST", is_sensitive=True)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shown once, in the answer that makes them: only their hashes are kept."""
    user = cast("User", request.user)
    if not has_factor(user):
        return HttpResponseRedirect(reverse("mfa_index"))
    codes = []
    if request.method == "POST":
        codes = renew_recovery_codes(user_id=user.pk, at=clock.now())
        end_others(request)
    going_to = request.session.pop(GOING_TO, "/") if codes else "/"
    return render(request, "account/recovery_codes.html", {"codes": codes, "going_to": going_to})


@signed_in("POST")
def download_codes(request: HttpRequest) -> HttpResponse:
    """The codes of the page that one is looking at, as a file: nothing else could give them."""
    codes = request.POST.get("codes", "")[:400].split()
    kept = [code for code in codes if code.replace("-", "").isalnum() and code.isascii()]
    head = _("Recovery codes for %(site)s (%(email)s). Each is good once.") % {
        "site": settings.BASE_URL,
        "email": cast("User", request.user).email,
    }
    text = "\n".join([head, "", *kept, ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="clausier-codes.txt"'
    return response


class ActivateAppView(ActivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        """The code that was typed is used up, as any other."""
        response: HttpResponse = super().form_valid(form)
        user = cast("User", self.request.user)
        use_code(user_id=user.pk, code=form.cleaned_data["code"], at=clock.now())
        return response

    def get_success_url(self) -> str:
        return after_enrolment(self.request)


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """The device keeps the key with the account's name, and asks who is there."""
        known: dict[str, Any] = super().get_context_data(**values)
        options = begin_registration(self.request.user, passwordless=True)
        return {**known, **values, "js_data": {"creation_options": options}}

    def get_success_url(self) -> str:
        return after_enrolment(self.request)


def after_enrolment(request: HttpRequest) -> str:
    """First the recovery codes, for whoever has none yet."""
    user = cast("User", request.user)
    kind = Authenticator.Type.RECOVERY_CODES
    has_codes = Authenticator.objects.filter(user=user, type=kind).exists()
    return reverse("mfa_index" if has_codes else "account_recovery_codes")


def end_others_after_change(sender: Any, request: HttpRequest, **known: Any) -> None:
    """Whoever came in by what is changed has to come in again, on every other device."""
    end_others(request)


for signal in (signals.authenticator_added, signals.authenticator_removed):
    signal.connect(end_others_after_change, dispatch_uid="clausier.sessions")


def safe_target(request: HttpRequest, target: str) -> str:
    """The address if it is one of ours, else the first page."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if is_ours else "/"
