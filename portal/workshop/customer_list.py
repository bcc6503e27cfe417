"""The list of customers."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import CharField, DateTimeField, Q, QuerySet
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.components import Action, Badge, Empty, Link, Tone
from portal.listing.description import Found, Line, ListColumn, ListDescription, ListFilter, ListTab
from portal.listing.files import file_acts
from portal.lists import ListOrder
from portal.workshop import queries
from portal.workshop.forms import CustomerFilter
from portal.workshop.frame import may_write, url
from providers.enums import CustomerKind
from providers.models import Customer, Membership
from providers.permissions import Capability


def _lines(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.annotate(is_under_contract=queries.under_contract())


def _status(line: Line[Customer]) -> Badge:
    if getattr(line.row, "is_under_contract", False):
        return Badge(_("Under contract"), Tone.SUCCESS)
    return Badge(_("Without contract"))


def new_customer(member: Membership) -> Action | None:
    new = Action(_("New customer"), url(member, "customer_new"), icon="plus")
    return new if may_write(member, Capability.CUSTOMERS) else None


def _nobody(found: Found[Customer]) -> Empty:
    if found.is_filtered:
        return Empty(
            _("No customer matches these filters"),
            _("The list looks at the start of names, without accents or capitals."),
            icon="search",
        )
    return Empty(
        _("No customer yet"),
        _("A practice, a group or a practitioner: whoever signs a contract with you."),
        action=new_customer(found.request.member),
        icon="building-2",
    )


def _kind_said(values: Mapping[str, Any]) -> str:
    return capfirst(str(CustomerKind(values["kind"]).label))


COLUMNS: Final = (
    ListColumn[Customer](
        "name",
        gettext_lazy("Customer"),
        lambda line: Link(line.row.name, url(line.member, "customer", line.row.pk)),
        order=ListOrder("sort_key", CharField()),
        is_row_header=True,
    ),
    ListColumn[Customer](
        "kind", gettext_lazy("Kind"), lambda line: capfirst(line.row.get_kind_display())
    ),
    ListColumn[Customer]("siren", "SIREN", lambda line: line.row.siren or None),
    ListColumn[Customer](
        "street", gettext_lazy("Street"), lambda line: line.row.street or None, is_shown=False
    ),
    ListColumn[Customer](
        "town",
        gettext_lazy("Town"),
        lambda line: f"{line.row.postal_code} {line.row.city}".strip(),
        order=ListOrder("postal_code", CharField()),
    ),
    ListColumn[Customer](
        "email", gettext_lazy("E-mail address"), lambda line: line.row.email or None, is_shown=False
    ),
    ListColumn[Customer](
        "phone", gettext_lazy("Telephone"), lambda line: line.row.phone or None, is_shown=False
    ),
    ListColumn[Customer](
        "created",
        gettext_lazy("Customer since"),
        lambda line: localdate(line.row.created_at),
        order=ListOrder("created_at", DateTimeField(), is_descending=True),
        is_shown=False,
    ),
    ListColumn[Customer]("status", gettext_lazy("Status"), _status),
)

CUSTOMERS: Final = ListDescription[Customer](
    code="customers",
    path="clients/",
    file_name=gettext_lazy("customers"),
    capability=Capability.CUSTOMERS,
    title=gettext_lazy("Customers"),
    status_label=gettext_lazy("Customers by status"),
    columns=COLUMNS,
    tabs={
        "all": ListTab(gettext_lazy("All"), lambda today: Q()),
        "under_contract": ListTab(
            gettext_lazy("Under contract"), lambda today: Q(queries.under_contract())
        ),
        "without": ListTab(
            gettext_lazy("Without contract"), lambda today: ~Q(queries.under_contract())
        ),
    },
    form=CustomerFilter,
    filters={
        "search": ListFilter(queries.named, lambda values: str(values["search"])),
        "kind": ListFilter(lambda kind: Q(kind=kind), _kind_said),
        "postal_code": ListFilter(
            lambda start: Q(postal_code__startswith=start),
            lambda values: f"{values['postal_code']}…",
        ),
    },
    rows=Customer.objects.all,
    lines=_lines,
    sort="name",
    empty=_nobody,
    row_name=str,
    action=new_customer,
    acts=file_acts("customers"),
)
