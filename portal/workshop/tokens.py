"""Keys to the programming interface: made, shown once, listed, revoked."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import DateTimeField
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from portal.components import Action, Badge, Column, Crumb, Empty, Link, Pair, Row, Table, Tone
from portal.errors import RIGHTS
from portal.lists import ListOrder, listed
from portal.workshop import queries
from portal.workshop.frame import attempt, attempt_once, form_page, go, page, posted, url
from providers.access import get_token_for
from providers.doors import MemberRequest, workshop_page
from providers.models import ApiToken, Customer, Membership
from providers.operations.api_tokens import LIFETIMES, RESOURCES, make_token, revoke_token
from providers.permissions import Capability, Level
from providers.queries import names_of

NEWEST_FIRST: Final = ListOrder("made_at", DateTimeField(), is_descending=True)
WORDS: Final[dict[str, Promise]] = {
    "read": gettext_lazy("reads"),
    "write": gettext_lazy("reads and changes"),
}
READ_ONLY: Final = (Capability.OFFERS,)


class RightField(forms.ChoiceField):
    """One right of a token: none is an answer too, and one right at least is needed in all."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class TokenForm(forms.Form):
    """What a token is for; each resource has its right, none to begin with."""

    name = forms.CharField(
        label=gettext_lazy("name"),
        max_length=80,
        help_text=gettext_lazy("The program that will use it: accounting, telephone exchange…"),
    )
    practice: "forms.ModelChoiceField[Customer]" = forms.ModelChoiceField(
        label=gettext_lazy("one practice only"),
        queryset=None,  # set once a provider is open
        required=False,
        empty_label=gettext_lazy("All customers"),
        help_text=gettext_lazy("The token then only reads what the manager of this practice may."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("good for"),
        coerce=int,
        choices=lambda: [(days, _("%s days") % days) for days in LIFETIMES],
        initial=90,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["practice"].queryset = Customer.objects.order_by("sort_key", "id")  # type: ignore[attr-defined]
        for code in RESOURCES:
            levels = [("", _("no right")), ("read", WORDS["read"])]
            if code not in READ_ONLY:
                levels.append(("write", WORDS["write"]))
            self.fields[code.value] = RightField(
                label=str(RIGHTS[code]), choices=levels, widget=forms.RadioSelect
            )

    @property
    def scopes(self) -> dict[str, str]:
        chosen = {code.value: self.cleaned_data[code.value] for code in RESOURCES}
        return {code: word for code, word in chosen.items() if word}


@workshop_page(Capability.API_TOKENS)
def tokens(request: MemberRequest) -> HttpResponse:
    rows = listed(queries.tokens(), NEWEST_FIRST, request)
    return page(request, "tokens.html", _list(request, rows.rows, rows.page), section="settings")


def _list(request: MemberRequest, rows: list[ApiToken], pages: Any) -> dict[str, Any]:
    member, now = request.member, clock.now()
    makers = names_of(row.made_by for row in rows)
    columns = (
        Column(_("Token"), is_row_header=True),
        Column(_("Rights")),
        Column(_("Made by")),
        Column(_("Last used")),
        Column(_("Status")),
        Column(_("Act"), is_numeric=False),
    )
    empty = Empty(
        _("No token yet"),
        _("A token lets another program work here with some of your rights."),
        action=Action(_("New token"), url(member, "token_new"), icon="plus"),
        icon="key-round",
    )
    lines = [_row(member, row, makers.get(row.made_by, ""), now) for row in rows]
    return {
        "crumbs": _crumbs(member)[:1],
        "action": Action(_("New token"), url(member, "token_new"), icon="plus"),
        "docs_url": reverse("api_docs"),
        "table": Table(_("Tokens"), columns, lines, empty),
        "pages": pages,
    }


def _row(member: Membership, token: ApiToken, maker: str, now: datetime) -> Row:
    whose = token.practice.name if token.practice else _("All customers")
    revoke = Link(_("Revoke"), url(member, "token_revoke", token.pk), token.name)
    is_good = token.revoked_at is None and token.expires_at > now
    return Row(
        (
            Pair(token.name, f"…_{token.prefix}…"),
            Pair(_rights(token), whose),
            maker or None,
            token.last_used_at,
            Pair(_state(token, now), token.revoked_at or token.expires_at),
            revoke if is_good else None,
        )
    )


def _rights(token: ApiToken) -> str:
    said = [
        f"{RIGHTS[code]} ({WORDS[token.scopes[code]]})"
        for code in RESOURCES
        if token.scopes.get(code) in WORDS
    ]
    return capfirst(", ".join(said))


def _state(token: ApiToken, now: datetime) -> Badge:
    if token.revoked_at is not None:
        return Badge(_("Revoked"), Tone.DANGER)
    if token.expires_at <= now:
        return Badge(_("Expired"), Tone.WARNING)
    return Badge(_("Good until"), Tone.SUCCESS)


def _crumbs(member: Membership) -> list[Crumb]:
    return [
        Crumb(_("Settings"), url(member, "settings")),
        Crumb(_("Programming interface"), url(member, "tokens")),
    ]


@workshop_page(Capability.API_TOKENS, Level.WRITE, methods=("GET", "POST"), is_sensitive=True)
def token_new(request: MemberRequest) -> HttpResponse:
    """The token is said on the answer itself: it is kept nowhere, so no page can say it again."""
    member, form, now = request.member, TokenForm(posted(request)), clock.now()
    said: list[tuple[ApiToken, str]] = []

    def make() -> str:
        said.append(_made(form, member, now))
        return url(member, "tokens")

    if address := attempt_once(request, form, make):
        return _say(request, *said[0]) if said else _said_before(request, address)
    return form_page(
        request,
        form,
        is_once=True,
        title=_("New token"),
        lead=_("It never does more than you may do yourself at the moment it is used."),
        submit=_("Make the token"),
        crumbs=_crumbs(member),
        section="settings",
    )


def _say(request: MemberRequest, token: ApiToken, text: str) -> HttpResponse:
    member = request.member
    context = {"crumbs": _crumbs(member), "token": token, "text": text}
    context |= {"back_url": url(member, "tokens"), "docs_url": reverse("api_docs")}
    answer = page(request, "token_made.html", context, section="settings", status=201)
    answer["Cache-Control"] = "no-store"
    return answer


def _said_before(request: MemberRequest, address: str) -> HttpResponse:
    """The form came twice: one token was made, and its text went with the first answer."""
    text = _(
        "The form was sent twice: one token was made. Its text is said once; if you have not kept "
        "it, revoke this token and make another."
    )
    messages.warning(request, text)
    return go(address)


def _made(form: TokenForm, member: Membership, now: datetime) -> tuple[ApiToken, str]:
    practice = form.cleaned_data["practice"]
    return make_token(
        name=form.cleaned_data["name"],
        scopes=form.scopes,
        days=form.cleaned_data["days"],
        customer_id=practice.pk if practice else None,
        at=now,
        by=member.user_id,
    )


@workshop_page(Capability.API_TOKENS, Level.WRITE, methods=("GET", "POST"), is_sensitive=True)
def token_revoke(request: MemberRequest, token_id: UUID) -> HttpResponse:
    member, token = request.member, get_token_for(request.member, token_id, write=True)
    form, now = forms.Form(posted(request)), clock.now()
    if attempt(
        request,
        form,
        lambda: revoke_token(token_id=token.pk, at=now, by=request.user.pk),
    ):
        messages.success(request, _("The token %s is revoked.") % token.name)
        return go(url(member, "tokens"))
    return form_page(
        request,
        form,
        title=_("Revoke the token %s") % token.name,
        lead=_("The program that uses it is refused from its next request on."),
        submit=_("Revoke the token"),
        is_danger=True,
        crumbs=_crumbs(member),
        section="settings",
    )
