"""Customers: recognised by reference, by SIREN, or by exact name and postcode."""

from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import fold
from imports.kinds.base import Hand, ImportColumn, Kind, Values
from imports.kinds.choices import one_of
from imports.kinds.numbers import siren_of
from imports.rules.values import read_postcode
from providers.enums import CustomerKind
from providers.models import Customer
from providers.models.customers import NEEDED_ON_INVOICES
from providers.operations.customers import register_customer, update_customer
from providers.operations.removing import remove_customer

MORE_KINDS: Final = {
    "cabinet": CustomerKind.PRACTICE,
    "cabinet de groupe": CustomerKind.GROUP,
    "groupe": CustomerKind.GROUP,
    "msp": CustomerKind.GROUP,
    "centre de sante": CustomerKind.GROUP,
    "maison de sante": CustomerKind.GROUP,
    "praticien": CustomerKind.INDIVIDUAL,
    "individuel": CustomerKind.INDIVIDUAL,
}


NOT_INVOICED: Final = _("Without it this customer cannot be invoiced.")


class TwoCustomers(DomainError):
    """A row whose marks belong to two customers."""


class Customers(Kind):
    code = "customers"
    title = gettext_lazy("Customers")
    about = gettext_lazy(
        "A customer is recognised by your reference, by its SIREN, "
        "or by its exact name and postcode."
    )
    columns = (
        ImportColumn(
            "name",
            gettext_lazy("name"),
            ("nom", "raison sociale", "client", "cabinet", "customer", "denomination", "societe"),
            is_needed=True,
            examples=("Cabinet des Mimosas", "Maison de santé du Port", "Dr Camille Exemple"),
        ),
        ImportColumn(
            "reference",
            gettext_lazy("your reference"),
            (
                "reference",
                "code client",
                "code",
                "numero client",
                "n client",
                "ref",
                "customer code",
                "reference client",
            ),
            examples=("C-0001", "C-0002", "C-0003"),
        ),
        ImportColumn(
            "siren",
            "SIREN",
            ("siren", "n siren", "numero siren", "siret", "n siret"),
            siren_of,
            examples=("910000017", "910000025", "91000003300027"),
            help_text=gettext_lazy("Nine digits; of a SIRET the first nine are taken."),
        ),
        ImportColumn(
            "kind",
            gettext_lazy("kind"),
            ("type", "categorie", "nature"),
            one_of(CustomerKind, MORE_KINDS),
            choices=CustomerKind,
            examples=("cabinet", "groupe", "praticien"),
        ),
        ImportColumn(
            "street",
            gettext_lazy("street"),
            ("adresse", "rue", "adresse 1", "address"),
            examples=("12 rue des Lilas", "3 quai du Port", "8 place de l’Église"),
        ),
        ImportColumn(
            "postal_code",
            gettext_lazy("postcode"),
            ("code postal", "cp", "zip"),
            read_postcode,
            is_needed=True,
            examples=("83480", "97490", "83600"),
        ),
        ImportColumn(
            "city",
            gettext_lazy("town"),
            ("ville", "commune", "city"),
            examples=("Puget-sur-Argens", "Saint-Denis", "Fréjus"),
        ),
        ImportColumn(
            "email",
            gettext_lazy("e-mail address"),
            ("email", "e mail", "mail", "courriel", "adresse electronique", "adresse e mail"),
            examples=("accueil@mimosas.example", "contact@port.example", "dr@exemple.example"),
        ),
        ImportColumn(
            "phone",
            gettext_lazy("telephone"),
            ("telephone", "tel", "tel fixe", "phone"),
            examples=("04 94 00 00 01", "02 62 00 00 02", "04 94 00 00 03"),
        ),
    )

    def find(self, values: Values) -> Customer | None:
        """Reference and SIREN speak for themselves; they may not speak of two customers."""
        rows = Customer.objects.select_for_update()
        for code in ("reference", "siren"):
            if value := values.get(code):
                found: Customer | None = rows.filter(**{code: value}).first()
                if found is not None:
                    return self._agreeing(found, values)
        name, postal_code = values.get("name"), values.get("postal_code")
        if not name or not postal_code:
            return None
        same = list(rows.filter(sort_key=fold(name), postal_code=postal_code).order_by("id")[:2])
        return same[0] if len(same) == 1 and self._may_be(same[0], values) else None

    def _agreeing(self, found: Customer, values: Values) -> Customer:
        siren = values.get("siren")
        others = Customer.objects.filter(siren=siren).exclude(id=found.pk) if siren else None
        if others is not None and others.exists():
            raise TwoCustomers(
                _("Another customer has the SIREN %(siren)s."),
                field="siren",
                params={"siren": siren},
            )
        return found

    def _may_be(self, found: Customer, values: Values) -> bool:
        """Two practices of one name at one place: a different SIREN or reference says so."""
        return all(
            not values.get(code) or getattr(found, code) in ("", values[code])
            for code in ("siren", "reference")
        )

    def current(self, row: Customer) -> dict[str, str]:
        return {code: getattr(row, code) for code in self.own}

    def create(self, values: Values, hand: Hand) -> Customer:
        given = {code: values[code] for code in self.own if values.get(code)}
        return register_customer(**given, at=hand.at, by=hand.by)

    def change(self, row: Customer, values: Values, hand: Hand) -> None:
        details: dict[str, Any] = {code: values[code] for code in self.own}
        update_customer(customer_id=row.pk, **details, at=hand.at, by=hand.by)

    def take_back(self, row: Customer, hand: Hand) -> None:
        remove_customer(customer_id=row.pk, at=hand.at, by=hand.by)

    def locked(self, subject_id: UUID) -> Customer | None:
        return Customer.objects.select_for_update().filter(id=subject_id).first()

    def doubts(self, values: Values) -> list[tuple[str, str]]:
        return [(code, NOT_INVOICED) for code in NEEDED_ON_INVOICES if not values.get(code)]

    def label(self, values: Values) -> str:
        return values.get("name") or values.get("reference") or values.get("siren") or ""
