"""One customer, and a new one."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.forms import model_to_dict
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import clock
from portal.components import (
    Action,
    Crumb,
    Empty,
    Fact,
    Pair,
)
from portal.formats import long_day, town
from portal.history import history_of
from portal.operations import note_customer_seen
from portal.readings import opened
from portal.workshop import queries, tables
from portal.workshop.forms import CustomerEditForm, CustomerForm
from portal.workshop.frame import (
    attempt,
    attempt_once,
    form_page,
    go,
    may_write,
    page,
    posted,
    today,
    url,
)
from portal.workshop.journal import journal_of, journal_url
from portal.workshop.practice_tables import parts_of
from providers.access import get_customer_for
from providers.doors import MemberRequest, workshop_page
from providers.models import Customer, Membership, RefusedAddress
from providers.models.customers import NEEDED_ON_INVOICES
from providers.operations import register_customer, update_customer
from providers.permissions import Capability, Level, may
from providers.queries import local_day
from providers.seeing import offered_role
from providers.versions import version_of

# What the history of a practice is about.
OF_A_CUSTOMER: Final = (
    "providers.customer",
    "providers.contact",
    "fleet.site",
    "fleet.equipment",
)


@workshop_page(Capability.CUSTOMERS)
def customer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    found = get_customer_for(request.member, customer_id)
    member = request.member
    opened(request, found)
    note_customer_seen(user_id=member.user_id, customer_id=found.pk, at=clock.now())
    is_writer = may_write(member, Capability.CUSTOMERS)
    prepare = f"{url(member, 'contract_prepare')}?customer={found.pk}"
    context = {
        "crumbs": _crumbs(member),
        "customer": found,
        "eyebrow": capfirst(found.get_kind_display()),
        "facts": _facts(found),
        "missing": missing_words(found),
        "edit_url": url(member, "customer_edit", found.pk) if is_writer else "",
        "action": Action(_("Prepare a contract"), prepare, icon="file-pen") if is_writer else None,
        "more": list(_acts(member, found)),
        "contracts": tables.contract_table(
            member,
            queries.contracts_of(found),
            empty=Empty(_("No contract yet"), _("Prepare one from an offer."), icon="file-text"),
            with_customer=False,
        ),
        "invoices": tables.invoice_table(
            member,
            queries.latest_invoices(customer_id=found.pk),
            today=today(member),
            empty=Empty(_("No invoice yet"), icon="receipt-euro"),
            with_customer=False,
        ),
        **parts_of(member, found),
        "history": history_of(
            member,
            Q(customer=found, subject__in=OF_A_CUSTOMER),
            journal_url=journal_url(member, found.pk),
        ),
        "invoices_url": f"{url(member, 'invoices')}?search={quote(found.name)}",
    }
    return page(request, "customer.html", context, section="customers")


def _acts(member: Membership, customer: Customer) -> Iterator[Action]:
    if may_write(member, Capability.CUSTOMERS):
        yield Action(_("Edit"), url(member, "customer_edit", customer.pk), icon="pencil")
    if may_write(member, Capability.PRACTICE_MEMBERS):
        people = url(member, "customer_people", customer.pk)
        yield Action(_("People of the practice"), people, icon="users")
    if offered_role(member.role):
        yield Action(
            _("See their space as they do"), url(member, "see_as", customer.pk), icon="eye"
        )
    if may(member.role, Capability.AUDIT):
        yield journal_of(member, customer.pk)


def _crumbs(member: Membership, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Customers"), url(member, "customers")), *more]


def _facts(customer: Customer) -> list[Fact]:
    place = town(customer)
    return [
        Fact(_("Address"), Pair(customer.street, place) if customer.street else place),
        Fact("SIREN", customer.siren or None),
        Fact(_("Your reference"), customer.reference or None),
        Fact(_("E-mail address"), customer.email or None, hint=_refusal(customer.email)),
        Fact(_("Telephone"), customer.phone or None),
    ]


def missing_words(customer: Customer) -> str:
    """What an invoice must say of the customer and cannot yet; empty when it can be invoiced."""
    words = {"siren": "SIREN", "street": _("street"), "city": _("town")}
    missing = [words[name] for name in NEEDED_ON_INVOICES if not getattr(customer, name)]
    said = _("Missing before an invoice can be issued: %(missing)s.")
    return said % {"missing": ", ".join(missing)} if missing else ""


def _refusal(email: str) -> str:
    """What to know of an address before one writes to it."""
    refused = RefusedAddress.objects.filter(email=email.lower()).first()
    if refused is None:
        return ""
    return _("Address refused on %s.") % long_day(local_day(refused.refused_at))


@workshop_page(Capability.CUSTOMERS, Level.WRITE, methods=("GET", "POST"))
def customer_new(request: MemberRequest) -> HttpResponse:
    form = CustomerForm(posted(request))
    now, by = clock.now(), request.user.pk

    def make() -> str:
        made = register_customer(**form.cleaned_data, at=now, by=by)
        return url(request.member, "customer", made.pk)

    if address := attempt_once(request, form, make):
        said = _("%(name)s is registered.") % {"name": form.cleaned_data["name"]}
        messages.success(request, said)
        return go(address)
    return form_page(
        request,
        form,
        is_once=True,
        title=_("New customer"),
        submit=_("Register the customer"),
        crumbs=_crumbs(request.member),
        section="customers",
    )


@workshop_page(Capability.CUSTOMERS, Level.WRITE, methods=("GET", "POST"))
def customer_edit(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    found = get_customer_for(request.member, customer_id, write=True)
    opened(request, found)
    here = url(request.member, "customer", found.pk)
    initial = {**model_to_dict(found), "version": version_of(found)}
    form = CustomerEditForm(posted(request), initial=initial)
    now, by = clock.now(), request.user.pk
    if attempt(
        request,
        form,
        lambda: update_customer(customer_id=found.pk, **form.cleaned_data, at=now, by=by),
    ):
        messages.success(request, _("The changes are saved."))
        return go(here)
    return form_page(
        request,
        form,
        title=_("Edit the customer"),
        submit=_("Save"),
        crumbs=_crumbs(request.member, Crumb(found.name, here)),
        section="customers",
    )
