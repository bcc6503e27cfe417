"""Contracts: each becomes a contract prepared from an offer on sale, that waits for a signature.

An import never signs, and never changes a contract: one that exists with this reference is either
the very same, or it is refused.
"""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy

from billing.queries import vat_rate_of
from contracts.enums import Cadence, PaymentMethod
from contracts.models import Contract, Offer
from contracts.operations.preparing import (
    Extras,
    ReferenceTaken,
    UnknownOffer,
    prepare_contract,
    take_back_contract,
)
from core.errors import gettext_noop as _
from imports.enums import Verdict
from imports.kinds.base import Hand, ImportColumn, Kind, Values
from imports.kinds.choices import one_of
from imports.kinds.practices import PRACTICE, practice_of
from imports.models import ImportRow
from imports.rules.values import read_amount, read_count, read_day
from imports.rules.words import fold
from providers.queries import local_day

MORE_CADENCES: Final = {
    "mois": Cadence.MONTHLY,
    "trimestre": Cadence.QUARTERLY,
    "an": Cadence.YEARLY,
    "annee": Cadence.YEARLY,
}
MORE_METHODS: Final = {
    "prelevement": PaymentMethod.DIRECT_DEBIT,
    "prelevement sepa": PaymentMethod.DIRECT_DEBIT,
    "virement": PaymentMethod.BANK_TRANSFER,
    "cheque": PaymentMethod.CHEQUE,
}


class ContractRows(Kind):
    code = "contracts"
    title = gettext_lazy("Contracts")
    about = gettext_lazy(
        "A contract is recognised by its reference. It is prepared from an offer on sale: somebody "
        "still records its signature."
    )
    is_readable = False
    fields = {"extras": "", "vat_rate": "customer_postal_code"}
    columns = (
        ImportColumn(
            "reference",
            gettext_lazy("reference"),
            ("reference", "reference du contrat", "n contrat", "numero de contrat", "contrat"),
            is_needed=True,
            examples=("M-2026-001", "M-2026-002", "M-2026-003"),
        ),
        *PRACTICE,
        ImportColumn(
            "offer",
            gettext_lazy("offer"),
            ("offre", "formule", "code offre", "produit"),
            is_needed=True,
            examples=("maintenance", "maintenance", "maintenance"),
            help_text=gettext_lazy("The code or the name of an offer on sale."),
        ),
        ImportColumn(
            "starts_on",
            gettext_lazy("starts on"),
            ("debut", "date de debut", "date d effet", "effet", "prise d effet", "start"),
            read_day,
            is_needed=True,
            examples=("01/01/2027", "15/01/2027", "01/02/2027"),
        ),
        ImportColumn(
            "annual_price",
            gettext_lazy("yearly price agreed"),
            ("prix annuel", "montant annuel", "prix", "montant", "tarif", "annual price"),
            read_amount,
            examples=("1 234,56", "980,00", ""),
        ),
        ImportColumn(
            "cadence",
            gettext_lazy("invoiced"),
            ("periodicite", "facturation", "echeance", "cadence"),
            one_of(Cadence, MORE_CADENCES),
            choices=Cadence,
        ),
        ImportColumn(
            "payment_method",
            gettext_lazy("paid by"),
            ("mode de paiement", "paiement", "reglement", "mode de reglement", "payment"),
            one_of(PaymentMethod, MORE_METHODS),
            choices=PaymentMethod,
        ),
        ImportColumn(
            "stated_months",
            gettext_lazy("months stated in the contract"),
            ("duree", "duree en mois", "nombre de mois", "months"),
            read_count,
        ),
    )

    def find(self, values: Values) -> Contract | None:
        rows = Contract.objects.select_for_update()
        found: Contract | None = rows.filter(reference=values.get("reference", "")).first()
        if found is not None and found.customer_id != practice_of(values).pk:
            raise _taken(values)
        return found

    def current(self, row: Contract) -> dict[str, str]:
        """What the import that prepared it said; nothing of a contract prepared by hand."""
        rows = ImportRow.objects.filter(subject_id=row.pk, verdict=Verdict.NEW)
        made = rows.order_by("-id").first()
        return dict.fromkeys(self.own, "") | (made.after if made else {})

    def create(self, values: Values, hand: Hand) -> Contract:
        customer, starts_on = practice_of(values), date.fromisoformat(values["starts_on"])
        price, months = values.get("annual_price"), values.get("stated_months")
        return prepare_contract(
            customer_id=customer.pk,
            offer=_offer_of(values["offer"]),
            starts_on=starts_on,
            annual_price=Decimal(price) if price else None,
            cadence=values.get("cadence", ""),
            payment_method=values.get("payment_method", ""),
            extras=Extras(
                reference=values["reference"], stated_months=int(months) if months else None
            ),
            vat_rate=vat_rate_of(customer, starts_on, local_day(hand.at)),
            at=hand.at,
            by=hand.by,
        )

    def change(self, row: Contract, values: Values, hand: Hand) -> None:
        raise _taken(values)

    def take_back(self, row: Contract, hand: Hand) -> None:
        take_back_contract(contract_id=row.pk, at=hand.at, by=hand.by)

    def locked(self, subject_id: UUID) -> Contract | None:
        return Contract.objects.select_for_update().filter(id=subject_id).first()

    def label(self, values: Values) -> str:
        return values.get("reference") or values.get("customer_name") or ""


def _taken(values: Values) -> ReferenceTaken:
    return ReferenceTaken(
        _("Another contract has the reference %(reference)s."),
        field="reference",
        params={"reference": values.get("reference", "")},
    )


def _offer_of(said: str) -> str:
    """The code of an offer on sale that goes by this code or name. Errors: `UnknownOffer`."""
    word = fold(said)
    for offer in Offer.objects.filter(is_active=True).order_by("code"):
        if word in (fold(offer.code), fold(offer.name)):
            return str(offer.code)
    raise UnknownOffer(
        _("There is no offer %(code)s on sale."), field="offer", params={"code": said}
    )
