"""What an owner says of the house itself: its face, its numbers, its days, its first offers."""

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.rules.presets import load_preset, preset_codes
from core.uploads import JPEG, PNG, UploadRefused, check_name
from portal.formats import sentence
from portal.workshop.editing import EditForm
from providers.models.identity import COLOR, PREFIX
from providers.operations.pictures import LARGEST_BYTES

ZONES: Final = (
    ("Europe/Paris", _("Mainland France (Paris)")),
    ("Indian/Reunion", _("La Réunion")),
    ("Indian/Mayotte", _("Mayotte")),
    ("America/Guadeloupe", _("Guadeloupe, Saint-Martin, Saint-Barthélemy")),
    ("America/Martinique", _("Martinique")),
    ("America/Cayenne", _("French Guiana")),
    ("America/Miquelon", _("Saint-Pierre-et-Miquelon")),
    ("Pacific/Noumea", _("New Caledonia")),
    ("Pacific/Tahiti", _("French Polynesia (Tahiti)")),
    ("Pacific/Wallis", _("Wallis and Futuna")),
)
CALENDARS: Final = (
    ("FR", _("Mainland France")),
    ("FR-57", _("Moselle")),
    ("FR-6AE", _("Alsace")),
    ("FR-971", _("Guadeloupe")),
    ("FR-972", _("Martinique")),
    ("FR-973", _("French Guiana")),
    ("FR-974", _("La Réunion")),
    ("FR-976", _("Mayotte")),
    ("FR-BL", _("Saint-Barthélemy")),
    ("FR-MF", _("Saint-Martin")),
    ("FR-PM", _("Saint-Pierre-et-Miquelon")),
    ("FR-NC", _("New Caledonia")),
    ("FR-PF", _("French Polynesia")),
    ("FR-WF", _("Wallis and Futuna")),
)


class ColorField(forms.CharField):
    """Capital letters say the same color."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


class BrandForm(EditForm):
    trade_name = forms.CharField(label=_("trade name"), max_length=120)
    brand_color = ColorField(
        label=_("colour"),
        max_length=7,
        validators=[COLOR],
        help_text=_("Buttons and links take it; where it could not be read, a close one is used."),
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
    )
    logo = forms.FileField(
        label=_("logo"),
        required=False,
        help_text=_("PNG or JPEG, 2 MB at most. Printed at the head of every document."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    is_logo_removed = forms.BooleanField(label=_("remove the logo"), required=False)
    phone = forms.CharField(
        label=_("telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=_("e-mail address"), required=False)
    website = forms.URLField(label=_("web site"), required=False, assume_scheme="https")

    def __init__(self, *args: Any, has_logo: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_logo:
            del self.fields["is_logo_removed"]

    def clean_logo(self) -> bytes | None:
        """Its size and its name before its content is read."""
        file = self.cleaned_data["logo"]
        if not file:
            return None
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The picture is larger than 2 MB."))
        try:
            check_name(file.name, (PNG, JPEG))
        except UploadRefused as error:
            raise forms.ValidationError(sentence(error)) from error
        return bytes(file.read())


class PrefixField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        attributes = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__(
            max_length=6,
            validators=[PREFIX],
            widget=forms.TextInput(attrs=attributes),
            **options,
        )

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()


class PrefixesForm(EditForm):
    invoice_prefix = PrefixField(label=_("prefix of invoices"))
    credit_note_prefix = PrefixField(label=_("prefix of credit notes"))
    penalty_prefix = PrefixField(label=_("prefix of penalty statements"))


class CalendarForm(EditForm):
    zone = forms.ChoiceField(
        label=_("time zone"), choices=ZONES, help_text=_("It says when your days begin.")
    )
    holidays = forms.ChoiceField(
        label=_("public holidays"),
        choices=CALENDARS,
        help_text=_("They move due dates and close the support hours."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """What is in force stays among the choices, wherever it came from."""
        super().__init__(*args, **options)
        for name in ("zone", "holidays"):
            value = (options.get("initial") or {}).get(name)
            field = cast("forms.ChoiceField", self.fields[name])
            known = [
                (str(code), label) for code, label in {"zone": ZONES, "holidays": CALENDARS}[name]
            ]
            if value not in dict(known):
                field.choices = [*known, (value, value)]


class PresetForm(forms.Form):
    preset = forms.ChoiceField(label=_("start from"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["preset"].choices = [  # type: ignore[attr-defined]
            (code, _named(code)) for code in preset_codes()
        ]


def _named(code: str) -> str:
    preset = load_preset(code)
    return f"{preset.name} · {', '.join(offer.name for offer in preset.offers.values())}"
