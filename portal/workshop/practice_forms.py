"""What people type about a practice: whom one talks to there, its sites, its equipment."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from fleet.enums import EquipmentKind, Origin
from fleet.models import Site
from portal.workshop.editing import EditForm
from portal.workshop.fields import DayField, choices_of


def _an_id(given: object) -> UUID:
    """Of the text that was sent, and of the id that is recorded: a clash compares both."""
    return UUID(str(given))


class ContactForm(EditForm):
    name = forms.CharField(label=_("name"), max_length=120)
    position = forms.CharField(label=_("position"), required=False, max_length=80)
    email = forms.EmailField(label=_("e-mail address"), required=False)
    phone = forms.CharField(
        label=_("telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )


class SiteForm(EditForm):
    name = forms.CharField(label=_("name"), max_length=120)
    street = forms.CharField(label=_("street"), required=False, max_length=200)
    postal_code = forms.CharField(
        label=_("postcode"),
        max_length=10,
        help_text=_("Five digits. It decides the VAT rate: the mainland, La Réunion, Guyane…"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    city = forms.CharField(label=_("town"), required=False, max_length=80)


class EquipmentForm(EditForm):
    label = forms.CharField(label=_("name"), max_length=120)
    kind = forms.ChoiceField(label=_("kind"), choices=choices_of(EquipmentKind))
    serial_number = forms.CharField(
        label=_("serial number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    origin = forms.ChoiceField(
        label=_("origin"),
        choices=choices_of(Origin),
        help_text=_("Several rules of coverage depend on it."),
    )
    site_id = forms.TypedChoiceField(
        label=_("site"), required=False, coerce=_an_id, empty_value=None
    )
    in_service_from = DayField(label=_("in service from"), required=False)

    def __init__(self, *args: Any, sites: Iterable[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["site_id"])
        field.choices = [("", _("None in particular")), *((str(s.pk), s.name) for s in sites)]


class RemovalForm(forms.Form):
    """The last day of a piece of equipment."""

    last_day = DayField(label=_("last day in service"))
