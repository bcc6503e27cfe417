"""Opening a house of one's own: the page of the invitation, and signing up where that is open."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.operations.founding import found_house
from contracts.rules.presets import load_preset
from core import clock
from core.errors import DomainError
from portal.components import Fact
from portal.house_letters import send_house_letter
from portal.invitations import (
    NewPersonForm,
    come_in,
    drawn,
    form_for,
    over_page,
    person_of,
    signed_in_user,
    standing,
)
from portal.workshop.forms import refuse
from portal.workshop.frame import UNPROCESSABLE, go, posted
from providers.doors import public
from providers.models import HouseInvitation, Membership
from providers.operations import InvitationOver
from providers.operations.houses import ask_for_house, find_house_invitation

# Letters in an hour: to one address, and asked for from one place.
MOST_TO_ADDRESS, MOST_FROM_PLACE, HOUR = 3, 10, 3600


class HouseFields(forms.Form):
    """How the house is called and where it lies; who issues its documents is asked inside."""

    trade_name = forms.CharField(
        label=gettext_lazy("name of your house"),
        max_length=120,
        help_text=gettext_lazy("What your customers read at the top of their space."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    slug = forms.RegexField(
        label=gettext_lazy("its address on this portal"),
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and dashes, as in mon-atelier. It stays."),
        error_messages={"invalid": gettext_lazy("Small letters, digits and dashes alone.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class NewOwnerForm(NewPersonForm, HouseFields):
    field_order = ("name", "password", "language", "trade_name", "slug")


class SignUpForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@public("GET", "POST")
def house_invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = find_house_invitation(token, at=clock.now())
    if found is None:
        return over_page(request)
    user = signed_in_user(request)
    form = form_for(request, found.email, user, found.language, new=NewOwnerForm, known=HouseFields)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            member = _found(token, request, form)
        except InvitationOver:
            return over_page(request)
        except DomainError as error:
            refuse(form, error)
        else:
            start = reverse("workshop:setup", args=[member.provider.slug])
            return come_in(request, member, is_new=user is None, to=start)
    context = {
        "title": _("Open your house"),
        "facts": _facts(found),
        "accept": _("Open my house"),
        **standing(request, found.email, form),
    }
    return drawn(request, "portal/house_invitation.html", context, form)


def _found(token: str, request: HttpRequest, form: forms.Form) -> Membership:
    return found_house(
        token=token,
        slug=form.cleaned_data["slug"],
        trade_name=form.cleaned_data["trade_name"],
        at=clock.now(),
        user=signed_in_user(request),
        person=person_of(form),
    )


def _facts(found: HouseInvitation) -> list[Fact]:
    facts = [Fact(_("Your e-mail address"), found.email, hint=_("It is what you sign in with."))]
    if found.preset:
        name = load_preset(found.preset).name
        hint = _("Its offers wait inside, with sample prices that you confirm or change.")
        facts.append(Fact(_("Starts from"), name, hint=hint))
    return [*facts, Fact(_("Valid until"), found.expires_at)]


# --- Signing up -----------------------------------------------------------------------------------


@public("GET", "POST")
def sign_up(request: HttpRequest) -> HttpResponse:
    """Where sign-up is closed, the page says by whom one is invited."""
    if not settings.OPEN_SIGN_UP:
        return render(request, "account/signup_closed.html")
    form = SignUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            _write(request, form.cleaned_data["email"])
        except DomainError as error:
            refuse(form, error)
        else:
            return go(reverse("sign_up_sent"))
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "portal/sign_up.html", {"form": form}, status=status)


def _write(request: HttpRequest, email: str) -> None:
    """A letter, unless many have left: then the same answer, for it tells nothing of anybody."""
    place = get_adapter().get_client_ip(request)
    too_many = [
        _is_beyond(f"sign-up:{place}", MOST_FROM_PLACE),
        _is_beyond(f"sign-up:{email.lower()}", MOST_TO_ADDRESS),
    ]
    if not any(too_many):
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        send_house_letter(ask_for_house(email=email, at=clock.now(), language=language))


def _is_beyond(key: str, most: int) -> bool:
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > most
    except ValueError:  # its hour ended between the two lines
        return False


@public()
def sign_up_sent(request: HttpRequest) -> HttpResponse:
    if not settings.OPEN_SIGN_UP:
        return redirect("sign_up")
    return render(request, "portal/sign_up_sent.html")
