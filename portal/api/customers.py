"""Customers and their people: listed, read, registered, changed."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from portal.api import searches
from portal.api.door import ApiView, now, reply
from portal.api.fields import Described, EmailText, IdField, Input, InstantOut, RegexText, TextField
from portal.api.pages import ChangedPage, page_of, wanted
from portal.api.schema import described
from portal.api.versions import check_version, versioned
from providers.access import get_contact_for, get_customer_for
from providers.audit import record_read
from providers.enums import CustomerKind
from providers.models import Contact, Customer
from providers.operations import add_contact, register_customer, update_customer
from providers.operations.contacts import remove_contact, update_contact
from providers.permissions import Capability

CUSTOMER_FIELDS = (
    "name", "kind", "reference", "siren", "street", "postal_code", "city", "email", "phone",
)  # fmt: skip
CONTACT_FIELDS = ("name", "position", "email", "phone")


class CustomerOut(Described):
    """A practice, a group or a practitioner who holds contracts."""

    id = IdField("customer")
    kind = serializers.ChoiceField(CustomerKind.choices)
    name = serializers.CharField()
    reference = serializers.CharField()
    siren = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    created_at = InstantOut()
    updated_at = InstantOut()


class CustomerIn(Input):
    """What is known of a customer; the postcode decides the VAT rate."""

    name = TextField(max_length=160)
    kind = serializers.ChoiceField(CustomerKind.choices, required=False)
    reference = TextField(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="What your other books call this customer; unique when it is given.",
    )
    siren = TextField(required=False, allow_blank=True, max_length=20)
    street = TextField(required=False, allow_blank=True, max_length=200)
    postal_code = RegexText(r"^[0-9]{5}$", help_text="Five digits.")
    city = TextField(required=False, allow_blank=True, max_length=80)
    email = EmailText(required=False, allow_blank=True, max_length=254)
    phone = TextField(required=False, allow_blank=True, max_length=30)


class CustomerSearch(ChangedPage):
    search = TextField(
        required=False, max_length=60, help_text="The start of the name, accents aside."
    )
    status = serializers.ChoiceField(
        ["all", "under_contract", "without"], required=False, help_text="As in the workshop."
    )


class ContactOut(Described):
    """A person of a practice."""

    id = IdField("contact")
    customer = IdField("customer", source="customer_id")
    name = serializers.CharField()
    position = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    updated_at = InstantOut()


class ContactChange(Input):
    """What is known of a person; a name left out stays as it is."""

    name = TextField(max_length=120)
    position = TextField(required=False, allow_blank=True, max_length=80)
    email = EmailText(required=False, allow_blank=True, max_length=254)
    phone = TextField(required=False, allow_blank=True, max_length=30)


class ContactIn(ContactChange):
    """A person of a practice to write down."""

    customer = IdField("customer")


class ContactSearch(ChangedPage):
    customer = IdField("customer", required=False, help_text="Those of one practice.")


def shown_customer(row: Customer) -> object:
    return CustomerOut(row).data


def shown_contact(row: Contact) -> object:
    return ContactOut(row).data


class Customers(ApiView):
    capability: ClassVar[Capability] = Capability.CUSTOMERS

    @described("List the customers", query=CustomerSearch, rows=CustomerOut)
    def get(self, asked: Request) -> HttpResponse:
        search = wanted(asked, CustomerSearch)
        found = searches.customers(search.get("search", ""), search.get("status", "all"))
        record_read(self.member.provider, at=now(), act="customers.listed")
        return reply(page_of(found, search, shown_customer))

    @described("Register a customer", body=CustomerIn, made=CustomerOut)
    def post(self, asked: Request) -> HttpResponse:
        form = CustomerIn(data=self.body(asked))
        form.is_valid(raise_exception=True)
        made = register_customer(**form.validated_data, at=now(), by=self.member.user_id)
        found = get_customer_for(self.member, made.pk)
        place = reverse("api_customer", args=[found.pk])
        return versioned(found, shown_customer(found), status=201, Location=place)


class OneCustomer(ApiView):
    capability: ClassVar[Capability] = Capability.CUSTOMERS

    @described("Read a customer", shown=CustomerOut)
    def get(self, asked: Request, customer_id: UUID) -> HttpResponse:
        found = get_customer_for(self.member, customer_id)
        record_read(found, at=now())
        return versioned(found, shown_customer(found))

    @described("Change a customer", body=CustomerIn, shown=CustomerOut)
    def patch(self, asked: Request, customer_id: UUID) -> HttpResponse:
        found = get_customer_for(self.member, customer_id, write=True, lock=True)
        form = CustomerIn(data=self.body(asked), partial=True)
        form.is_valid(raise_exception=True)
        check_version(asked, found)
        details = {name: getattr(found, name) for name in CUSTOMER_FIELDS} | form.validated_data
        update_customer(customer_id=customer_id, **details, at=now(), by=self.member.user_id)
        changed = get_customer_for(self.member, customer_id)
        return versioned(changed, shown_customer(changed))


class Contacts(ApiView):
    capability: ClassVar[Capability] = Capability.CUSTOMERS

    @described("List the contacts", query=ContactSearch, rows=ContactOut)
    def get(self, asked: Request) -> HttpResponse:
        search = wanted(asked, ContactSearch)
        record_read(self.member.provider, at=now(), act="contacts.listed")
        found = searches.contacts(search.get("customer"))
        return reply(page_of(found, search, shown_contact))

    @described("Add a contact", body=ContactIn, made=ContactOut)
    def post(self, asked: Request) -> HttpResponse:
        form = ContactIn(data=self.body(asked))
        form.is_valid(raise_exception=True)
        details = dict(form.validated_data)
        made = add_contact(
            customer_id=details.pop("customer"), **details, at=now(), by=self.member.user_id
        )
        found = get_contact_for(self.member, made.pk)
        place = reverse("api_contact", args=[found.pk])
        return versioned(found, shown_contact(found), status=201, Location=place)


class OneContact(ApiView):
    capability: ClassVar[Capability] = Capability.CUSTOMERS

    @described("Read a contact", shown=ContactOut)
    def get(self, asked: Request, contact_id: UUID) -> HttpResponse:
        found = get_contact_for(self.member, contact_id)
        record_read(found.customer, at=now())
        return versioned(found, shown_contact(found))

    @described("Change a contact", body=ContactChange, shown=ContactOut)
    def patch(self, asked: Request, contact_id: UUID) -> HttpResponse:
        found = get_contact_for(self.member, contact_id, write=True, lock=True)
        form = ContactChange(data=self.body(asked), partial=True)
        form.is_valid(raise_exception=True)
        check_version(asked, found)
        details = {name: getattr(found, name) for name in CONTACT_FIELDS} | form.validated_data
        update_contact(contact_id=contact_id, **details, at=now(), by=self.member.user_id)
        changed = get_contact_for(self.member, contact_id)
        return versioned(changed, shown_contact(changed))

    @described("Remove a contact", gone=True)
    def delete(self, asked: Request, contact_id: UUID) -> HttpResponse:
        found = get_contact_for(self.member, contact_id, write=True, lock=True)
        check_version(asked, found)
        remove_contact(contact_id=contact_id, at=now(), by=self.member.user_id)
        return HttpResponse(status=204)
