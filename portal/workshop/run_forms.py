"""What the steps of an invoice run ask."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.workshop.fields import DayField
from portal.workshop.forms import OnceForm


class ScopeForm(forms.Form):
    """Up to which day, and which offers; none chosen means all of them."""

    day = DayField(
        label=_("invoice up to"),
        help_text=_("Everything due by this day; the invoices carry today’s date."),
    )
    offers = forms.TypedMultipleChoiceField(
        label=_("offers"),
        help_text=_("None chosen: all of them."),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, today: date, offers: Sequence[tuple[UUID, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        field = cast("forms.ChoiceField", self.fields["offers"])
        field.choices = [(str(offer), name) for offer, name in offers]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("An invoice is not issued before its day has come."))
        return day


class UuidsField(forms.Field):
    """Several ids, whatever their number; those that are none are refused."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        field = forms.UUIDField()
        return [field.clean(text) for text in value or ()]


class AsideForm(forms.Form):
    contracts = UuidsField(
        error_messages={"required": _("Choose at least one contract.")},
        label=_("contracts"),
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        help_text=_("Kept and shown until the contract is brought back."),
    )


class LaunchForm(OnceForm):
    """The key makes a double click one run; `seen` is the state of what the person saw."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
