"""Which practice a row of a file belongs to: by reference, by SIREN, or by name and postcode."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import fold
from imports.kinds.base import ImportColumn, Values
from imports.kinds.numbers import siren_of
from imports.rules.values import read_postcode
from providers.models import Customer

PRACTICE: Final = (
    ImportColumn(
        "customer_siren",
        gettext_lazy("SIREN of the customer"),
        ("siren", "siren client", "customer siren", "siren du cabinet", "n siren"),
        siren_of,
        is_own=False,
        examples=("910000017", "", "910000033"),
    ),
    ImportColumn(
        "customer_reference",
        gettext_lazy("reference of the customer"),
        (
            "reference client",
            "code client",
            "customer reference",
            "customer code",
            "n client",
            "numero client",
            "reference du client",
        ),
        is_own=False,
        examples=("", "C-0002", ""),
    ),
    ImportColumn(
        "customer_name",
        gettext_lazy("name of the customer"),
        (
            "client",
            "cabinet",
            "raison sociale",
            "nom du client",
            "nom du cabinet",
            "customer",
            "customer name",
            "practice",
        ),
        is_own=False,
        examples=("Cabinet des Mimosas", "Maison de santé du Port", "Dr Camille Exemple"),
    ),
    ImportColumn(
        "customer_postal_code",
        gettext_lazy("postcode of the customer"),
        ("code postal", "cp", "code postal client", "customer postcode", "postcode"),
        read_postcode,
        is_own=False,
        examples=("83480", "97490", "83600"),
    ),
)


class PracticeUnknown(DomainError):
    """No practice, or more than one, answers to what a row says."""


def practice_of(values: Values) -> Customer:
    """The practice that a row names. Errors: `PracticeUnknown` at the column that names it."""
    reference, siren = values.get("customer_reference"), values.get("customer_siren")
    if reference:
        return _one(Customer.objects.filter(reference=reference), "customer_reference", reference)
    if siren:
        return _one(Customer.objects.filter(siren=siren), "customer_siren", siren)
    name, postal_code = values.get("customer_name"), values.get("customer_postal_code")
    if not name:
        raise PracticeUnknown(
            _("Say whose row this is: a SIREN, a reference, or a name with its postcode."),
            field="customer_name",
        )
    rows = Customer.objects.filter(sort_key=fold(name))
    if postal_code:
        rows = rows.filter(postal_code=postal_code)
    return _one(rows, "customer_name", name)


def _one(rows: QuerySet[Customer], column: str, said: str) -> Customer:
    found = list(rows.order_by("id")[:2])
    if not found:
        raise PracticeUnknown(
            _("No customer answers to %(said)s: import the customers first."),
            field=column,
            params={"said": said},
        )
    if len(found) > 1:
        raise PracticeUnknown(
            _("Several customers answer to %(said)s: give their SIREN or reference."),
            field=column,
            params={"said": said},
        )
    return found[0]
