"""People of a practice: recognised by the practice and the e-mail address, else by the name."""

from uuid import UUID

from django.utils.translation import gettext_lazy

from core.french import fold
from imports.kinds.base import Hand, ImportColumn, Kind, Values
from imports.kinds.practices import PRACTICE, practice_of
from providers.models import Contact
from providers.operations.contacts import CONTACT_FIELDS, remove_contact, update_contact
from providers.operations.customers import add_contact


class Contacts(Kind):
    code = "contacts"
    title = gettext_lazy("Contacts")
    about = gettext_lazy(
        "A contact is recognised by its customer and its e-mail address; without one, by its name."
    )
    columns = (
        *PRACTICE,
        ImportColumn(
            "name",
            gettext_lazy("name"),
            ("nom", "contact", "interlocuteur", "nom du contact", "nom prenom", "prenom nom"),
            is_needed=True,
            examples=("Alex Exemple", "Sacha Modèle", "Camille Exemple"),
        ),
        ImportColumn(
            "position",
            gettext_lazy("position"),
            ("fonction", "poste", "qualite", "role"),
            examples=("secrétaire", "coordinatrice", "titulaire"),
        ),
        ImportColumn(
            "email",
            gettext_lazy("e-mail address"),
            ("email", "e mail", "mail", "courriel", "email du contact"),
            examples=("alex@mimosas.example", "sacha@port.example", "camille@exemple.example"),
        ),
        ImportColumn(
            "phone",
            gettext_lazy("telephone"),
            ("telephone", "tel", "portable", "mobile", "phone"),
            examples=("06 00 00 00 01", "06 92 00 00 02", "06 00 00 00 03"),
        ),
    )

    def find(self, values: Values) -> Contact | None:
        customer = practice_of(values)
        rows = Contact.objects.select_for_update().filter(customer=customer).order_by("id")
        if email := values.get("email", "").lower():
            found: Contact | None = rows.filter(email__iexact=email).first()
            return found
        name = fold(values.get("name", ""))
        return next((row for row in rows if fold(row.name) == name), None)

    def current(self, row: Contact) -> dict[str, str]:
        return {code: getattr(row, code) for code in CONTACT_FIELDS}

    def create(self, values: Values, hand: Hand) -> Contact:
        given = {code: values.get(code, "") for code in CONTACT_FIELDS}
        customer = practice_of(values)
        return add_contact(customer_id=customer.pk, **given, at=hand.at, by=hand.by)

    def change(self, row: Contact, values: Values, hand: Hand) -> None:
        given = {code: values[code] for code in CONTACT_FIELDS}
        update_contact(contact_id=row.pk, **given, at=hand.at, by=hand.by)

    def take_back(self, row: Contact, hand: Hand) -> None:
        remove_contact(contact_id=row.pk, at=hand.at, by=hand.by)

    def locked(self, subject_id: UUID) -> Contact | None:
        return Contact.objects.select_for_update().filter(id=subject_id).first()

    def label(self, values: Values) -> str:
        return values.get("name") or values.get("email") or ""
