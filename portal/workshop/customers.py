"""Customers: the list, one of them, a new one."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db.models import CharField
from django.forms import model_to_dict
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Fact,
    Link,
    Pair,
    Row,
    Table,
    Tone,
)
from portal.lists import ListOrder, capped_counts, listed
from portal.workshop import queries, tables
from portal.workshop.forms import CustomerForm, NameSearch
from portal.workshop.frame import attempt, form_page, go, may_write, page, posted, today, url
from portal.workshop.journal import journal_of
from providers.access import get_customer_for
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.models import Customer, Membership
from providers.operations import register_customer, update_customer
from providers.permissions import Capability, Level, may

BY_NAME: Final = ListOrder("sort_key", CharField())
TABS: Final[dict[str, Promise]] = {
    "all": gettext_lazy("All"),
    "under_contract": gettext_lazy("Under contract"),
    "without": gettext_lazy("Without contract"),
}


@workshop_page(Capability.CUSTOMERS)
def customers(request: MemberRequest) -> HttpResponse:
    form = NameSearch(request.GET)
    words = form.cleaned_data["search"] if form.is_valid() else ""
    found, tab = queries.customers(words), request.GET.get("status", "all")
    counts = capped_counts({code: queries.customers_of_tab(found, code) for code in TABS})
    chosen = queries.customers_of_tab(found, tab)
    rows = listed(chosen.annotate(is_under_contract=queries.under_contract()), BY_NAME, request)
    new = Action(_("New customer"), url(request.member, "customer_new"), icon="plus")
    context = {
        "action": new if may_write(request.member, Capability.CUSTOMERS) else None,
        "tabs": tables.tabs(request, TABS, counts, current=tab),
        "form": form,
        "reset_url": request.path,
        "chips": tables.search_chips(request, words),
        "table": _table(request.member, rows.rows, is_filtered=bool(words)),
        "pages": rows.page,
    }
    return page(request, "customers.html", context, section="customers")


def _table(member: Membership, rows: Sequence[Customer], *, is_filtered: bool) -> Table:
    columns = (
        Column(_("Customer"), is_row_header=True, sorted="ascending"),
        Column(_("Kind")),
        Column("SIREN"),
        Column(_("Town")),
        Column(_("Status")),
    )
    return Table(
        _("Customers"),
        columns,
        [_row(member, customer) for customer in rows],
        _nobody(member, is_filtered=is_filtered),
    )


def _row(member: Membership, customer: Customer) -> Row:
    is_under_contract = getattr(customer, "is_under_contract", False)
    status = (
        Badge(_("Under contract"), Tone.SUCCESS)
        if is_under_contract
        else Badge(_("Without contract"))
    )
    return Row(
        (
            Link(customer.name, url(member, "customer", customer.pk)),
            capfirst(customer.get_kind_display()),
            customer.siren or None,
            f"{customer.postal_code} {customer.city}".strip(),
            status,
        )
    )


def _nobody(member: Membership, *, is_filtered: bool) -> Empty:
    if is_filtered:
        return Empty(
            _("No customer’s name starts like this"),
            _("The list looks at the start of names, without accents or capitals."),
        )
    new = Action(_("New customer"), url(member, "customer_new"), icon="plus")
    return Empty(
        _("No customer yet"),
        _("A practice, a group or a practitioner: whoever signs a contract with you."),
        action=new if may_write(member, Capability.CUSTOMERS) else None,
        icon="building-2",
    )


@workshop_page(Capability.CUSTOMERS)
def customer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    found = get_customer_for(request.member, customer_id)
    member = request.member
    record_read(found, at=clock.now())
    is_writer = may_write(member, Capability.CUSTOMERS)
    prepare = f"{url(member, 'contract_prepare')}?customer={found.pk}"
    context = {
        "crumbs": _crumbs(member),
        "customer": found,
        "eyebrow": capfirst(found.get_kind_display()),
        "facts": _facts(found),
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
        "invoices_url": f"{url(member, 'invoices')}?search={quote(found.name)}",
    }
    return page(request, "customer.html", context, section="customers")


def _acts(member: Membership, customer: Customer) -> Iterator[Action]:
    if may_write(member, Capability.CUSTOMERS):
        yield Action(_("Edit"), url(member, "customer_edit", customer.pk), icon="pencil")
    if may(member.role, Capability.AUDIT):
        yield journal_of(member, customer.pk)


def _crumbs(member: Membership, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Customers"), url(member, "customers")), *more]


def _facts(customer: Customer) -> list[Fact]:
    town = f"{customer.postal_code} {customer.city}".strip()
    return [
        Fact(_("Address"), Pair(customer.street, town) if customer.street else town),
        Fact("SIREN", customer.siren or None),
        Fact(_("E-mail address"), customer.email or None),
        Fact(_("Telephone"), customer.phone or None),
    ]


@workshop_page(Capability.CUSTOMERS, Level.WRITE, methods=("GET", "POST"))
def customer_new(request: MemberRequest) -> HttpResponse:
    form = CustomerForm(posted(request))
    now, by = clock.now(), request.user.pk
    made = attempt(request, form, lambda: register_customer(**form.cleaned_data, at=now, by=by))
    if made:
        messages.success(request, _("%(name)s is registered.") % {"name": made.name})
        return go(url(request.member, "customer", made.pk))
    return form_page(
        request,
        form,
        title=_("New customer"),
        submit=_("Register the customer"),
        crumbs=_crumbs(request.member),
        section="customers",
    )


@workshop_page(Capability.CUSTOMERS, Level.WRITE, methods=("GET", "POST"))
def customer_edit(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    found = get_customer_for(request.member, customer_id, write=True)
    here = url(request.member, "customer", found.pk)
    form = CustomerForm(posted(request), initial=model_to_dict(found))
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
