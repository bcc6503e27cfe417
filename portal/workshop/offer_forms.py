"""What people type about offers beside their terms."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from contracts.rules.terms import Terms
from portal.forecasting import Signer
from portal.wording import CADENCES, METHODS
from portal.workshop.editing import EditForm
from portal.workshop.fields import AmountField, DayField

LARGEST_FILE = 400_000
BLANK_SOURCE = "blank"


class NewOfferForm(forms.Form):
    """Where an offer starts from, and what it is called."""

    source = forms.ChoiceField(label=_("starts from"))
    name = forms.CharField(
        label=_("name of the offer"),
        max_length=120,
        help_text=_("As customers read it on their contract."),
    )
    code = forms.RegexField(
        label=_("code"),
        regex=r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,29}\Z",
        max_length=30,
        help_text=_("Short, without spaces; it never changes. Letters, digits and hyphens."),
        error_messages={"invalid": _("Letters, digits and hyphens, without spaces.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, sources: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["source"]).choices = list(sources)


class DraftNameForm(EditForm):
    """The name alone: a code never changes."""

    name = forms.CharField(
        label=_("name of the offer"),
        max_length=120,
        help_text=_("As customers read it on their contract."),
    )


class ImportForm(forms.Form):
    """A file in the format of the presets, of which one offer is taken."""

    file = forms.FileField(
        label=_("file of the offer"),
        help_text=_("A TOML file, as exported from a version. 400 kB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".toml,application/toml,text/plain"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 400 kB."))
        return file


class SignerForm(forms.Form):
    """The customer of « what this changes »: nobody in particular, editable beside the terms."""

    postal_code = forms.CharField(
        label=_("postcode"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    is_group = forms.BooleanField(label=_("group practice"), required=False)
    annual_price = AmountField(label=_("yearly price agreed"), required=False)
    pieces = forms.IntegerField(
        label=_("number of each kind of equipment"), min_value=0, max_value=999
    )
    starts_on = DayField(label=_("starts on"))
    cadence = forms.ChoiceField(label=_("invoiced"))
    method = forms.ChoiceField(label=_("paid by"))

    def __init__(
        self, data: Any, *, terms: Terms | None, postal_code: str, day: date, **options: Any
    ) -> None:
        self.defaults = _defaults(terms, postal_code, day)
        known = {**self.defaults, **(_given(data) if data is not None else {})}
        self.told = {f"client-{name}": value for name, value in known.items()}
        super().__init__(self.told, prefix="client", **options)
        self._choose("cadence", terms.billing.cadences if terms else CADENCES, CADENCES)
        self._choose("method", terms.payment.methods if terms else METHODS, METHODS)
        if terms is None or not terms.price.grid:
            del self.fields["pieces"]

    def _choose(self, name: str, codes: Collection[str], labels: Any) -> None:
        """Among what the terms offer; a choice that they no longer have falls back on theirs."""
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [(code, capfirst(str(labels[code]))) for code in codes]
        if self.told.get(f"client-{name}") not in codes:
            self.told[f"client-{name}"] = self.defaults[name]

    def signer(self) -> Signer:
        values = self.cleaned_data
        return Signer(
            postal_code=values["postal_code"],
            starts_on=values["starts_on"],
            cadence=values["cadence"],
            method=values["method"],
            annual_price=values["annual_price"],
            pieces=values.get("pieces", 1),
        )


def _defaults(terms: Terms | None, postal_code: str, day: date) -> dict[str, Any]:
    return {
        "postal_code": postal_code,
        "is_group": "on",
        "annual_price": "",
        "pieces": "1",
        "starts_on": day.isoformat(),
        "cadence": terms.billing.default_cadence if terms else "yearly",
        "method": terms.payment.default_method if terms else "bank_transfer",
    }


def _given(data: Any) -> dict[str, Any]:
    """What was posted; a box that is not ticked is not sent."""
    names = ("postal_code", "annual_price", "pieces", "starts_on", "cadence", "method")
    given = {name: data[f"client-{name}"] for name in names if f"client-{name}" in data}
    return {**given, "is_group": data.get("client-is_group")} if given else {}
