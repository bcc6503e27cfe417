"""Equipment of a practice: recognised by the practice and the serial number, else by the name."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy

from core.french import fold
from fleet.enums import EquipmentKind, Origin
from fleet.models import Equipment as Piece
from fleet.operations import add_equipment, take_back_equipment, update_equipment
from imports.kinds.base import Hand, ImportColumn, Kind, Values
from imports.kinds.choices import one_of
from imports.kinds.practices import PRACTICE, practice_of
from imports.rules.values import read_day

MORE_KINDS: Final = {
    "poste": EquipmentKind.WORKSTATION,
    "pc": EquipmentKind.WORKSTATION,
    "ordinateur": EquipmentKind.WORKSTATION,
    "portable": EquipmentKind.WORKSTATION,
    "nas": EquipmentKind.NAS,
    "switch": EquipmentKind.NETWORK,
    "routeur": EquipmentKind.NETWORK,
    "pare feu": EquipmentKind.NETWORK,
    "onduleur": EquipmentKind.UPS,
    "tpe": EquipmentKind.PAYMENT_TERMINAL,
    "lecteur de carte vitale": EquipmentKind.CARD_READER,
    "lecteur vitale": EquipmentKind.CARD_READER,
}
MORE_ORIGINS: Final = {
    "vendu": Origin.SOLD,
    "partenaire": Origin.PARTNER,
    "infogere": Origin.ADMINISTERED,
    "autre": Origin.OTHER,
}
DAYS: Final = ("in_service_from", "in_service_to")


class EquipmentRows(Kind):
    code = "equipment"
    title = gettext_lazy("Equipment")
    about = gettext_lazy(
        "A piece is recognised by its customer and its serial number; without one, by its name."
    )
    columns = (
        *PRACTICE,
        ImportColumn(
            "label",
            gettext_lazy("name"),
            ("nom", "designation", "libelle", "equipement", "materiel", "modele", "name"),
            is_needed=True,
            examples=("Poste d’accueil", "Serveur principal", "Imprimante du secrétariat"),
        ),
        ImportColumn(
            "kind",
            gettext_lazy("kind"),
            ("type", "categorie", "famille", "nature"),
            one_of(EquipmentKind, MORE_KINDS),
            choices=EquipmentKind,
            is_needed=True,
            examples=("poste", "serveur", "imprimante"),
        ),
        ImportColumn(
            "serial_number",
            gettext_lazy("serial number"),
            ("numero de serie", "n de serie", "serie", "n serie", "serial", "sn", "s n"),
            examples=("SN-000101", "SN-000102", ""),
        ),
        ImportColumn(
            "origin",
            gettext_lazy("origin"),
            ("origine", "provenance"),
            one_of(Origin, MORE_ORIGINS),
            choices=Origin,
            examples=("vendu", "partenaire", "autre"),
        ),
        ImportColumn(
            "in_service_from",
            gettext_lazy("in service from"),
            ("mise en service", "date de mise en service", "en service depuis", "en service le"),
            read_day,
            examples=("15/01/2024", "01/09/2025", ""),
        ),
        ImportColumn(
            "in_service_to",
            gettext_lazy("in service to"),
            ("sortie", "fin de service", "date de sortie", "en service jusqu au"),
            read_day,
        ),
    )

    def find(self, values: Values) -> Piece | None:
        customer = practice_of(values)
        rows = Piece.objects.select_for_update().filter(customer=customer).order_by("id")
        if serial := values.get("serial_number"):
            found: Piece | None = rows.filter(serial_number__iexact=serial).first()
            if found is not None:
                return found
            rows = rows.filter(serial_number="")
        label = fold(values.get("label", ""))
        return next((row for row in rows if fold(row.label) == label), None)

    def current(self, row: Piece) -> dict[str, str]:
        values = {code: getattr(row, code) for code in self.own}
        return {code: _text(value) for code, value in values.items()}

    def create(self, values: Values, hand: Hand) -> Piece:
        given = {code: values[code] for code in self.own if values.get(code)}
        customer = practice_of(values)
        return add_equipment(customer_id=customer.pk, **_typed(given), at=hand.at, by=hand.by)

    def change(self, row: Piece, values: Values, hand: Hand) -> None:
        given = _typed({code: values[code] for code in self.own})
        update_equipment(equipment_id=row.pk, **given, at=hand.at, by=hand.by)

    def take_back(self, row: Piece, hand: Hand) -> None:
        take_back_equipment(equipment_id=row.pk, at=hand.at, by=hand.by)

    def locked(self, subject_id: UUID) -> Piece | None:
        return Piece.objects.select_for_update().filter(id=subject_id).first()

    def label(self, values: Values) -> str:
        return values.get("label") or values.get("serial_number") or ""


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _typed(values: Values) -> dict[str, Any]:
    return {
        code: (date.fromisoformat(value) if value else None) if code in DAYS else value
        for code, value in values.items()
    }
