"""Who one is: name, language, password, and the address that one signs in with."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_change import finalize_password_change
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import DomainError
from portal.account.forms import NewAddressForm, NewPasswordForm, ProfileForm
from portal.account.sessions import SEE_OTHER, end_others
from portal.formats import sentence
from portal.frame_views import remember_language
from providers.doors import signed_in
from providers.models import User
from providers.operations.account import change_email
from providers.throttle import take

SALT, LASTS = "clausier.address", 24 * 3600
UNPROCESSABLE = 422


def _go(name: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name))
    response.status_code = SEE_OTHER
    return response


def _form_page(request: HttpRequest, template: str, form: Any, **values: Any) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    return render(request, f"account/{template}", {"form": form, **values}, status=status)


@signed_in("GET", "POST")
def profile(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method != "POST" or not form.is_valid():
        user.refresh_from_db(fields=["name", "language"])
        return _form_page(request, "profile.html", form)
    user.save(update_fields=["name", "language"])
    messages.success(request, _("Your profile is kept."))
    response = _go("account_profile")
    remember_language(response, user.language)
    return response


@signed_in("GET", "POST", is_sensitive=True)
def password(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, "password_change.html", form)
    form.save()
    finalize_password_change(request, user)
    end_others(request)
    return _go("account_profile")


@signed_in("GET", "POST", is_sensitive=True)
def address(request: HttpRequest) -> HttpResponse:
    """Ask for another address: a link goes there, and nothing changes before it is opened."""
    user = cast("User", request.user)
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, "address.html", form)
    wanted = form.cleaned_data["email"]
    take(request, "mail", user.email)
    # To an address that somebody has already, nothing goes; the page says the same.
    if not User.objects.filter(email=wanted).exists():
        token = signing.dumps([str(user.pk), user.email, wanted], salt=SALT)
        link = request.build_absolute_uri(reverse("account_confirm_address", args=[token]))
        get_adapter().send_mail("account/email/new_address", wanted, {"link": link})
    messages.success(request, _("A message has left for the new address: open its link."))
    return _go("account_profile")


@signed_in("GET", "POST")
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the message, opened by the person who asked for it."""
    user = cast("User", request.user)
    wanted = _wanted(user, token)
    if wanted is None or request.method != "POST":
        return render(request, "account/address_confirm.html", {"wanted": wanted})
    before = user.email
    try:
        change_email(user_id=user.pk, email=wanted)
    except DomainError as error:
        messages.error(request, sentence(error))
        return _go("account_profile")
    end_others(request)
    get_adapter().send_mail("account/email/address_changed", before, {"email": wanted})
    messages.success(request, _("You now sign in with this address."))
    return _go("account_profile")


def _wanted(user: User, token: str) -> str | None:
    """The address in a link: good for a day, for the one who asked, and once."""
    try:
        owner, before, wanted = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(wanted) if (owner, before) == (str(user.pk), user.email) else None
