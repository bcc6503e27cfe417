"""What all pages of the workshop share: their navigation, their answers, their day."""

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypeVar
from uuid import uuid4

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import DomainError
from portal.addresses import page_url
from portal.components import Crumb, NavigationItem, Text
from portal.operations import once
from portal.sections import Section, items_of
from portal.workshop.editing import EditForm, clash_context
from portal.workshop.forms import refuse
from providers.doors import MemberRequest
from providers.models import Membership
from providers.permissions import Capability, Level, may
from providers.versions import ChangedMeanwhile

T = TypeVar("T")

SEE_OTHER = 303
CONFLICT = 409
UNPROCESSABLE = 422
FORM_KEY: Final = "form_key"


SECTIONS: Final = (
    Section(
        "home",
        gettext_lazy("Today"),
        "sun",
        Capability.CUSTOMERS,
        gettext_lazy("What waits for a decision today, and the dates to come."),
    ),
    Section(
        "customers",
        gettext_lazy("Customers"),
        "building-2",
        Capability.CUSTOMERS,
        gettext_lazy("Practices with their people, sites, equipment and contracts."),
    ),
    Section(
        "contracts",
        gettext_lazy("Contracts"),
        "file-pen",
        Capability.CONTRACTS,
        gettext_lazy("Every contract by its state; a signed one is read, never edited."),
    ),
    Section(
        "revenue",
        gettext_lazy("Reports"),
        "chart-column",
        Capability.REVENUE,
        gettext_lazy("What recurring contracts bring in, why it moves, and what is late."),
    ),
    Section(
        "invoicing",
        gettext_lazy("To invoice"),
        "calendar-clock",
        Capability.INVOICING,
        gettext_lazy("Invoices that are prepared: look at them, then issue them."),
    ),
    Section(
        "invoices",
        gettext_lazy("Invoices"),
        "receipt-euro",
        Capability.INVOICES,
        gettext_lazy("Issued invoices and credit notes, their PDFs and their payments."),
    ),
    Section(
        "offers",
        gettext_lazy("Offers"),
        "package",
        Capability.OFFERS,
        gettext_lazy("The catalogue: each offer, its versions, its clauses and its prices."),
    ),
    Section(
        "index",
        gettext_lazy("Syntec index"),
        "chart-line",
        Capability.INDEX,
        gettext_lazy("Values of the Syntec index and the revisions that wait for one."),
    ),
    Section(
        "jobs",
        gettext_lazy("Long jobs"),
        "loader",
        Capability.JOBS,
        gettext_lazy("Runs, archives and imports that take a while, and how they ended."),
    ),
    Section(
        "journal",
        gettext_lazy("Journal"),
        "scroll-text",
        Capability.AUDIT,
        gettext_lazy("Who did what and who read what, and when."),
    ),
    Section(
        "mails",
        gettext_lazy("Messages sent"),
        "mail",
        Capability.MAILS,
        gettext_lazy("Messages the portal sent, and those that came back."),
    ),
    Section(
        "settings",
        gettext_lazy("Settings"),
        "settings",
        Capability.LEGAL_IDENTITY,
        gettext_lazy("Your house: identity, brand, numbers, members, keys of programs."),
    ),
)


def url(member: Membership, name: str, *args: object) -> str:
    """The address of a page of the open workshop."""
    return page_url(f"workshop:{name}", member.provider.slug, *args)


def navigation(member: Membership, current: str) -> list[NavigationItem]:
    return items_of(member, SECTIONS, url, current)


def page(
    request: MemberRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    section: str,
    status: int = 200,
) -> HttpResponse:
    """Draw a page of the workshop; a form that came back with errors is sent with 422."""
    member = request.member
    shared = {
        "navigation": navigation(member, section),
        "space_name": _("Workshop"),
        "home_url": url(member, "home"),
        "space_base": "workshop/base.html",
    }
    name = template if "/" in template else f"workshop/{template}"
    return render(request, name, {**shared, **context}, status=status)


def go(address: str) -> HttpResponseRedirect:
    """After a form: the next page is read by GET, so that reloading it sends nothing again."""
    response = HttpResponseRedirect(address)
    response.status_code = SEE_OTHER
    return response


def today(member: Membership) -> date:
    """The provider's own day: it is already tomorrow in La Réunion when Paris goes to bed."""
    return clock.today(member.provider.zone)


def may_write(member: Membership, capability: Capability) -> bool:
    """Whether to show the button; the door of the page it leads to asks again."""
    return may(member.role, capability, Level.WRITE)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form sent; an empty one was sent all the same."""
    return request.POST if request.method == "POST" else None


def attempt(request: MemberRequest, form: BaseForm, act: Callable[[], T]) -> T | None:
    """Do what a form asks once it is sent and well filled in; a refusal is shown at its field.

    When somebody saved in between, `form_page` shows both versions.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except ChangedMeanwhile as error:
        if not isinstance(form, EditForm):
            raise
        form.clash = error
        return None
    except DomainError as error:
        refuse(form, error)
        return None


def attempt_once(request: MemberRequest, form: BaseForm, make: Callable[[], str]) -> str | None:
    """`attempt` for what makes something new; `make` returns the address that it leads to.

    A double click sends the same form twice: it is one act, and both lead to what was made. Whoever
    goes back and writes something else sends another. `form_page(…, is_once=True)` draws the key; a
    program that sends none does it each time.
    """
    drawn, by = request.POST.get(FORM_KEY, ""), request.user.pk
    if not drawn:
        return attempt(request, form, make)

    def act() -> str:
        key = _digest_of(request.path, drawn, form)
        return once(user_id=by, key=key, at=clock.now(), make=make)

    return attempt(request, form, act)


def _digest_of(path: str, drawn: str, form: BaseForm) -> str:
    """What tells this sending from any other: the form that was drawn, and what it says."""
    sent = repr((path, drawn, sorted(form.cleaned_data.items())))
    return sha256(sent.encode("utf-8", "backslashreplace")).hexdigest()


def new_key() -> str:
    """What tells one sending of a form from another."""
    return uuid4().hex


def form_page(
    request: MemberRequest,
    form: BaseForm,
    *,
    title: Text,
    submit: Text,
    crumbs: list[Crumb],
    section: str,
    template: str = "layouts/form.html",
    is_once: bool = False,
    draw: Callable[..., HttpResponse] = page,
    **context: Any,
) -> HttpResponse:
    """A page that is one form; with errors it comes back as it was filled in, with 422, and with
    both versions and 409 when somebody saved in between.
    """
    values = {
        "form": form,
        "title": title,
        "submit": submit,
        "crumbs": crumbs,
        "cancel_url": crumbs[-1].url,
        "eyebrow": "",
        "lead": "",
        "more": (),
        "is_danger": False,
        "form_key": new_key() if is_once else "",
        **context,
    }
    if isinstance(form, EditForm) and form.clash is not None:
        values |= clash_context(form, form.clash)
        return page(request, "conflict.html", values, section=section, status=CONFLICT)
    status = UNPROCESSABLE if form.errors else 200
    return draw(request, template, values, section=section, status=status)
