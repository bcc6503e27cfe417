"""The page of an invitation: public, found by its token, the same page for all that is not valid.

Reading it changes nothing: mail programs follow links by themselves.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import DomainError
from portal.components import Fact
from portal.frame_views import remember_language
from portal.people import WHAT
from portal.switcher import place_url
from portal.workshop.forms import refuse
from portal.workshop.frame import UNPROCESSABLE, go
from providers.doors import public
from providers.enums import Language, ProviderStatus
from providers.models import Customer, Invitation, Membership, Provider, User
from providers.operations import InvitationOver, NewPerson, accept_invitation, find_invitation
from providers.queries import profile
from providers.scoping import open_scope

NOT_FOUND = 404


class NewPersonForm(forms.Form):
    """Who comes in for the first time. One password, seen by nobody: it can be reset by mail."""

    name = forms.CharField(
        label=gettext_lazy("your name"),
        max_length=120,
        help_text=gettext_lazy("First name and surname, as colleagues know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("Twelve characters or more; a sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=Language.choices)

    def person(self) -> NewPerson:
        data = self.cleaned_data
        return NewPerson(name=data["name"], password=data["password"], language=data["language"])


def signed_in_user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@public("GET", "POST")
def invitation(request: HttpRequest, house: str, token: str) -> HttpResponse:
    provider = Provider.objects.filter(slug=house, status=ProviderStatus.ACTIVE).first()
    if provider is None:
        return over_page(request)
    with open_scope(provider.pk):
        found = find_invitation(token, at=clock.now())
        if found is not None:
            return _answer(request, found, token)
    return over_page(request)


def over_page(request: HttpRequest) -> HttpResponse:
    """Unknown, accepted, revoked, too old: one page, which knows nothing of any of them."""
    return render(request, "portal/invitation_over.html", status=NOT_FOUND)


def _answer(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    user = signed_in_user(request)
    form = form_for(request, found.email, user, found.language)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            member = accept_invitation(
                token=token, at=clock.now(), user=user, person=person_of(form)
            )
        except InvitationOver:
            return over_page(request)
        except DomainError as error:
            refuse(form, error)
        else:
            return come_in(request, member, is_new=user is None)
    context = {
        "title": _("Join %s") % _place(found),
        "place": _place(found),
        "facts": _facts(found),
        "accept": _("Accept the invitation"),
        **standing(request, found.email, form),
    }
    return drawn(request, "portal/invitation.html", context, form)


def _place(found: Invitation) -> str:
    if found.customer_id:
        return Customer.objects.get(id=found.customer_id).name
    return profile().trade_name


def _facts(found: Invitation) -> list[Fact]:
    role = capfirst(found.get_role_display())
    return [
        Fact(_("Your role"), role, hint=WHAT[found.role]),  # type: ignore[index]
        Fact(_("Your e-mail address"), found.email, hint=_("It is what you sign in with.")),
        Fact(_("Valid until"), found.expires_at),
    ]


# --- What the page of any invitation asks ---------------------------------------------------------


def form_for(
    request: HttpRequest,
    email: str,
    user: User | None,
    language: str,
    *,
    new: Callable[..., forms.Form] = NewPersonForm,
    known: Callable[..., forms.Form] = forms.Form,
) -> forms.Form | None:
    """What is asked of a new person, and of the one it is for; nothing of anybody else."""
    data = request.POST if request.method == "POST" else None
    if user is not None:
        return known(data) if user.email == email else None
    if User.objects.filter(email=email).exists():
        return None
    return new(data, initial={"language": language})


def person_of(form: forms.Form) -> NewPerson | None:
    return form.person() if isinstance(form, NewPersonForm) else None


def standing(request: HttpRequest, email: str, form: forms.Form | None) -> dict[str, Any]:
    """Who is reading, and what they do first when it is not for them to accept as they are."""
    back = urlencode({"next": request.path})
    return {
        "email": email,
        "is_signed_in": request.user.is_authenticated,
        "signed_in_as": getattr(request.user, "email", ""),
        "sign_in_url": f"{reverse('account_login')}?{back}",
        "here": request.path,
        "is_new": isinstance(form, NewPersonForm),
    }


def drawn(
    request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form | None
) -> HttpResponse:
    is_refused = form is not None and bool(form.errors)
    values = {**context, "form": form or forms.Form(), "may_accept": form is not None}
    return render(request, template, values, status=UNPROCESSABLE if is_refused else 200)


def come_in(
    request: HttpRequest, member: Membership, *, is_new: bool, to: str = ""
) -> HttpResponse:
    """To the place; a new person is signed in, for the letter and the password prove who it is."""
    address = to or place_url(member)
    if not is_new:
        return go(address)
    user = member.user
    login = Login(user=user, redirect_url=address, email=user.email)
    perform_password_login(request, {"email": user.email}, login)
    response = go(address)
    remember_language(response, user.language)
    return response
