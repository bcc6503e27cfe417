"""The list of customers."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import CharField, DateTimeField, Q, QuerySet
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.french import fold
from portal.components import Action, Badge, Empty, Link, Pair, Tone
from portal.formats import town
from portal.listing.description import Found, Line, ListColumn, ListDescription, ListFilter, ListTab
from portal.listing.files import file_acts
from portal.lists import ListOrder
from portal.workshop import queries
from portal.workshop.forms import CustomerFilter
from portal.workshop.frame import may_write, url
from providers.enums import CustomerKind
from providers.models import Customer, Membership
from providers.models.customers import NEEDED_ON_INVOICES
from providers.permissions import Capability


def _lines(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.annotate(is_under_contract=queries.under_contract())


def _status(line: Line[Customer]) -> Badge | Pair:
    is_under_contract = getattr(line.row, "is_under_contract", False)
    status = (
        Badge(_("Under contract"), Tone.SUCCESS)
        if is_under_contract
        else Badge(_("Without contract"))
    )
    return status if line.row.is_identity_complete else Pair(status, incomplete())


def incomplete() -> Badge:
    """Of a customer that no invoice can name."""
    return Badge(_("To be completed"), Tone.WARNING)


def new_customer(member: Membership) -> Action | None:
    new = Action(_("New customer"), url(member, "customer_new"), icon="plus")
    return new if may_write(member, Capability.CUSTOMERS) else None


def import_customers(member: Membership) -> Action | None:
    """From a file; whoever may import may write customers too."""
    address = f"{url(member, 'import_new')}?kind=customers"
    found = Action(_("Import from a file"), address, icon="file-up")
    return found if may_write(member, Capability.IMPORTS) else None


def _beside(member: Membership) -> list[Action]:
    found = import_customers(member)
    if found is None:
        return []
    return [found, Action(_("Imports done"), url(member, "imports"), icon="history")]


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
        other=import_customers(found.request.member),
    )


def _kind_said(values: Mapping[str, Any]) -> str:
    return capfirst(str(CustomerKind(values["kind"]).label))


INCOMPLETE: Final = reduce(or_, (Q(**{name: ""}) for name in NEEDED_ON_INVOICES))
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
        "reference",
        gettext_lazy("Your reference"),
        lambda line: line.row.reference or None,
        is_shown=False,
    ),
    ListColumn[Customer](
        "street", gettext_lazy("Street"), lambda line: line.row.street or None, is_shown=False
    ),
    ListColumn[Customer](
        "town",
        gettext_lazy("Town"),
        lambda line: town(line.row),
        export=lambda line: f"{line.row.postal_code} {line.row.city}".strip(),
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
        "incomplete": ListTab(gettext_lazy("To be completed"), lambda today: INCOMPLETE),
    },
    form=CustomerFilter,
    filters={
        "search": ListFilter(
            lambda start: Q(sort_key__begins=start),
            lambda values: str(values["search"]),
            parts=lambda words: (fold(words),),
        ),
        "kind": ListFilter(lambda kind: Q(kind=kind), _kind_said),
        "postal_code": ListFilter(
            lambda start: Q(postal_code__begins=start),
            lambda values: f"{values['postal_code']}…",
        ),
    },
    rows=Customer.objects.all,
    lines=_lines,
    sort="name",
    empty=_nobody,
    row_name=str,
    action=new_customer,
    also=_beside,
    acts=file_acts("customers"),
)
