"""What hangs on a practice: its contacts, its sites, its equipment, each on a page of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from core import clock
from fleet.access import get_equipment_for, get_site_for
from fleet.models import Equipment, Site
from fleet.operations import (
    add_equipment,
    add_site,
    remove_equipment,
    remove_site,
    update_equipment,
    update_site,
)
from fleet.queries import sites_of
from portal.components import Action, Crumb, Text
from portal.equipment_sheets import equipment_file
from portal.listing.exports import CSV, XLSX
from portal.readings import opened
from portal.workshop.frame import attempt, attempt_once, form_page, go, posted, today, url
from portal.workshop.practice_forms import ContactForm, EquipmentForm, RemovalForm, SiteForm
from providers.access import get_contact_for, get_customer_for
from providers.doors import MemberRequest, workshop_page
from providers.models import Contact, Customer, Membership
from providers.operations import add_contact
from providers.operations.contacts import remove_contact, update_contact
from providers.permissions import Capability, Level
from providers.versions import version_of

writers = partial(workshop_page, Capability.CUSTOMERS, Level.WRITE, ("GET", "POST"))


def _crumbs(member: Membership, customer: Customer) -> list[Crumb]:
    return [
        Crumb(_("Customers"), url(member, "customers")),
        Crumb(customer.name, url(member, "customer", customer.pk)),
    ]


def _part_page(
    request: MemberRequest,
    customer: Customer,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    title: Text,
    submit: Text,
    done: Text,
    is_new: bool = False,
    **context: Any,
) -> HttpResponse:
    """One form about one thing of a practice; done, it leads back to the practice.

    `act` is given what was filled in, the instant and the person.
    """
    opened(request, customer)
    crumbs = _crumbs(request.member, customer)
    now, by = clock.now(), request.user.pk

    def do() -> str:
        act(**form.cleaned_data, at=now, by=by)
        return crumbs[-1].url

    if (attempt_once if is_new else attempt)(request, form, do):
        messages.success(request, str(done))
        return go(crumbs[-1].url)
    return form_page(
        request,
        form,
        is_once=is_new,
        title=title,
        submit=submit,
        crumbs=crumbs,
        section="customers",
        **context,
    )


def _edit_page(
    request: MemberRequest,
    part: Contact | Site | Equipment,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    title: Text,
    removal: str,
) -> HttpResponse:
    """The form about something that is there, and the way to the page that removes it."""
    address = url(request.member, removal, part.pk)
    return _part_page(
        request,
        part.customer,
        form,
        act,
        title=title,
        submit=_("Save"),
        done=_("The changes are saved."),
        more=[Action(_("Remove"), address, "trash-2", is_danger=True)],
    )


def _new(act: Callable[..., Any]) -> Callable[..., Any]:
    """Something new has no version yet."""

    def made(**values: Any) -> Any:
        del values["version"]
        return act(**values)

    return made


# --- Contacts -----------------------------------------------------------------------------------
@writers()
def contact_new(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    customer = get_customer_for(request.member, customer_id, write=True)
    return _part_page(
        request,
        customer,
        ContactForm(posted(request)),
        _new(partial(add_contact, customer_id=customer.pk)),
        title=_("New contact"),
        submit=_("Add the contact"),
        done=_("The contact is added."),
        is_new=True,
    )


@writers()
def contact_edit(request: MemberRequest, contact_id: UUID) -> HttpResponse:
    contact = get_contact_for(request.member, contact_id, write=True)
    initial = {**model_to_dict(contact), "version": version_of(contact)}
    return _edit_page(
        request,
        contact,
        ContactForm(posted(request), initial=initial),
        partial(update_contact, contact_id=contact.pk),
        title=_("Edit the contact"),
        removal="contact_remove",
    )


@writers()
def contact_remove(request: MemberRequest, contact_id: UUID) -> HttpResponse:
    contact = get_contact_for(request.member, contact_id, write=True)
    return _part_page(
        request,
        contact.customer,
        forms.Form(posted(request)),
        partial(remove_contact, contact_id=contact.pk),
        title=_("Remove %s") % contact.name,
        lead=_("What the history says of this person is kept for a while, then erased."),
        submit=_("Remove the contact"),
        done=_("The contact is removed."),
        is_danger=True,
    )


# --- Sites --------------------------------------------------------------------------------------
@writers()
def site_new(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    customer = get_customer_for(request.member, customer_id, write=True)
    return _part_page(
        request,
        customer,
        SiteForm(posted(request)),
        _new(partial(add_site, customer_id=customer.pk)),
        title=_("New site"),
        submit=_("Add the site"),
        done=_("The site is added."),
        is_new=True,
    )


@writers()
def site_edit(request: MemberRequest, site_id: UUID) -> HttpResponse:
    site = get_site_for(request.member, site_id, write=True)
    initial = {**model_to_dict(site), "version": version_of(site)}
    return _edit_page(
        request,
        site,
        SiteForm(posted(request), initial=initial),
        partial(update_site, site_id=site.pk),
        title=_("Edit the site"),
        removal="site_remove",
    )


@writers()
def site_remove(request: MemberRequest, site_id: UUID) -> HttpResponse:
    site = get_site_for(request.member, site_id, write=True)
    return _part_page(
        request,
        site.customer,
        forms.Form(posted(request)),
        partial(remove_site, site_id=site.pk),
        title=_("Remove %s") % site.name,
        submit=_("Remove the site"),
        done=_("The site is removed."),
        is_danger=True,
    )


# --- Equipment ----------------------------------------------------------------------------------
@writers()
def equipment_new(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    customer = get_customer_for(request.member, customer_id, write=True)
    return _part_page(
        request,
        customer,
        EquipmentForm(posted(request), sites=sites_of(customer)),
        _new(partial(add_equipment, customer_id=customer.pk)),
        title=_("New equipment"),
        lead=_("A price that depends on the equipment counts it from the next period on."),
        submit=_("Add the equipment"),
        done=_("The equipment is added."),
        is_new=True,
    )


@writers()
def equipment_edit(request: MemberRequest, equipment_id: UUID) -> HttpResponse:
    found = get_equipment_for(request.member, equipment_id, write=True)
    initial = {**model_to_dict(found), "site_id": found.site_id, "version": version_of(found)}
    form = EquipmentForm(posted(request), initial=initial, sites=sites_of(found.customer))
    return _edit_page(
        request,
        found,
        form,
        partial(update_equipment, equipment_id=found.pk),
        title=_("Edit the equipment"),
        removal="equipment_remove",
    )


@writers()
def equipment_remove(request: MemberRequest, equipment_id: UUID) -> HttpResponse:
    """Out of service after a day; what was invoiced for it stays."""
    found = get_equipment_for(request.member, equipment_id, write=True)
    form = RemovalForm(posted(request), initial={"last_day": today(request.member)})
    return _part_page(
        request,
        found.customer,
        form,
        partial(remove_equipment, equipment_id=found.pk),
        title=_("Take %s out of service") % found.label,
        submit=_("Take it out of service"),
        done=_("The equipment is out of service."),
        is_danger=True,
    )


@workshop_page(Capability.CUSTOMERS)
def customer_equipment_csv(request: MemberRequest, customer_id: UUID) -> HttpResponseBase:
    return equipment_file(request, get_customer_for(request.member, customer_id), CSV)


@workshop_page(Capability.CUSTOMERS)
def customer_equipment_xlsx(request: MemberRequest, customer_id: UUID) -> HttpResponseBase:
    return equipment_file(request, get_customer_for(request.member, customer_id), XLSX)
