"""The blocks of a customer's page: contacts, sites, equipment."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from fleet.models import Equipment, Site
from fleet.queries import equipment_of, sites_of
from portal.components import Action, Column, Empty, Link, Pair, Row, Table, Value
from portal.equipment_sheets import file_actions
from portal.formats import town
from portal.wording import in_service
from portal.workshop.frame import may_write, url
from providers.models import Contact, Customer, Membership
from providers.permissions import Capability
from providers.queries import contacts_of


def parts_of(member: Membership, customer: Customer) -> dict[str, Any]:
    """Three tables and, for whoever may write, what adds a row to each."""
    contacts = contacts_of(customer)
    can_write = may_write(member, Capability.CUSTOMERS)
    return {
        "contacts": _contacts(member, contacts, can_write=can_write),
        "sites": _sites(member, sites_of(customer), can_write=can_write),
        "equipment": _equipment(member, equipment_of(customer), can_write=can_write),
        "equipment_files": file_actions(
            lambda kind: url(member, f"customer_equipment_{kind}", customer.pk)
        ),
        "contact_new": _add(member, customer, "contact_new", _("Add a contact"), can_write),
        "site_new": _add(member, customer, "site_new", _("Add a site"), can_write),
        "equipment_new": _add(member, customer, "equipment_new", _("Add equipment"), can_write),
    }


def _add(
    member: Membership,
    customer: Customer,
    name: str,
    label: str,
    can_write: bool,  # noqa: FBT001  whether to show it
) -> Action | None:
    return Action(label, url(member, name, customer.pk), icon="plus") if can_write else None


def _contacts(member: Membership, rows: Iterable[Contact], *, can_write: bool) -> Table:
    columns = (
        Column(_("Name"), is_row_header=True),
        Column(_("E-mail address")),
        Column(_("Telephone")),
    )
    cells = [
        Row(
            (
                _named(row.name, url(member, "contact_edit", row.pk), row.position, can_write),
                row.email or None,
                row.phone or None,
            )
        )
        for row in rows
    ]
    empty = Empty(_("No contact yet"), _("The people one talks to at the practice."), icon="users")
    return Table(_("Contacts"), columns, cells, empty)


def _sites(member: Membership, rows: Iterable[Site], *, can_write: bool) -> Table:
    columns = (Column(_("Site"), is_row_header=True), Column(_("Address")))
    cells = [
        Row(
            (
                _named(row.name, url(member, "site_edit", row.pk), "", can_write),
                Pair(row.street, town(row)) if row.street else town(row),
            )
        )
        for row in rows
    ]
    empty = Empty(_("No site yet"), _("The address above is enough for one place."), icon="map-pin")
    return Table(_("Sites"), columns, cells, empty)


def _equipment(member: Membership, rows: Iterable[Equipment], *, can_write: bool) -> Table:
    columns = (
        Column(_("Equipment"), is_row_header=True),
        Column(capfirst(_("kind"))),
        Column(_("Site")),
        Column(_("In service")),
    )
    cells = [
        Row(
            (
                _named(
                    row.label, url(member, "equipment_edit", row.pk), row.serial_number, can_write
                ),
                Pair(capfirst(row.get_kind_display()), row.get_origin_display()),
                row.site.name if row.site else None,
                in_service(row),
            )
        )
        for row in rows
    ]
    empty = Empty(_("No equipment yet"), _("What the contract looks after."), icon="monitor")
    return Table(_("Equipment"), columns, cells, empty)


def _named(name: str, address: str, detail: str, can_write: bool) -> Value:  # noqa: FBT001
    main: Value = Link(name, address) if can_write else name
    return Pair(main, detail) if detail else main
