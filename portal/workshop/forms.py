"""What people type in the workshop. A form knows shapes; whether it may be done, operations say."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from contracts.enums import Cadence, PaymentMethod, SignatureWay, SignedAt
from contracts.operations.preparing import Extras
from contracts.operations.scans import LARGEST_BYTES
from contracts.rules.terms import Terms
from core.errors import DomainError
from portal.formats import euros, sentence
from portal.plain_words import said
from portal.wording import CADENCES, METHODS
from portal.workshop.editing import EditForm
from portal.workshop.fields import AmountField, DayField, YesNoField, choices_of
from providers.enums import CustomerKind, VatRegime


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Show a business refusal at the field it concerns, else above the form."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, sentence(error))


class OnceForm(forms.Form):
    """A form with a key of its own, drawn with it: sent twice, it is one act."""

    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["request_key"].initial = uuid4().hex


class CustomerForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=160)
    kind = forms.ChoiceField(
        label=_("kind"), choices=choices_of(CustomerKind), initial=CustomerKind.PRACTICE
    )
    reference = forms.CharField(
        label=_("your reference"),
        required=False,
        max_length=40,
        help_text=_("What your other books call this customer: an account, a code."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    siren = forms.CharField(
        label="SIREN",
        required=False,
        max_length=20,
        help_text=_("Nine digits. Printed on every invoice to a business."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    street = forms.CharField(label=_("street"), required=False, max_length=200)
    postal_code = forms.CharField(
        label=_("postcode"),
        max_length=10,
        help_text=_("Five digits. It decides the VAT rate: the mainland, La Réunion, Guyane…"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    city = forms.CharField(label=_("town"), required=False, max_length=80)
    email = forms.EmailField(label=_("e-mail address"), required=False)
    phone = forms.CharField(
        label=_("telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )


class CustomerEditForm(EditForm, CustomerForm):
    """The same, of a customer that is known."""


class NameSearch(forms.Form):
    """The start of a name; what a list can find by its index."""

    search = forms.CharField(
        label=_("customer’s name"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


def with_any(choices: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """The choices of a filter: first none of them."""
    return [("", _("All")), *choices_of(choices)]


class CustomerFilter(NameSearch):
    kind = forms.ChoiceField(label=_("kind"), required=False, choices=with_any(CustomerKind))
    postal_code = forms.RegexField(
        label=_("postcode starts with"),
        regex=r"^\d{1,5}$",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ContractFilter(NameSearch):
    """Contracts by customer or reference, by how they are paid, by the day to act."""

    cadence = forms.ChoiceField(label=_("invoiced"), required=False, choices=with_any(Cadence))
    method = forms.ChoiceField(label=_("paid by"), required=False, choices=with_any(PaymentMethod))
    notice_before = DayField(label=_("notice to give before"), required=False)
    notice_from = DayField(required=False, widget=forms.HiddenInput)


class PaymentForm(OnceForm):
    received_on = DayField(label=_("received on"))
    amount = AmountField(label=_("amount"))
    method = forms.ChoiceField(label=_("method"), choices=choices_of(PaymentMethod))
    reference = forms.CharField(
        label=_("reference"),
        required=False,
        max_length=60,
        help_text=_("What the bank statement says, or the number of the cheque."),
    )


class IndexValueForm(forms.Form):
    month = forms.RegexField(
        label=_("month measured"),
        regex=r"^20\d\d-(0[1-9]|1[0-2])$",
        error_messages={"invalid": _("Write the month as 2026-11.")},
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}),
    )
    value = AmountField(label=_("value"), max_digits=7)
    published_on = DayField(
        label=_("published on"),
        help_text=_(
            "A revision uses what was published on its day: the day of publication counts."
        ),
    )
    source = forms.CharField(
        label=_("source"),
        max_length=200,
        required=False,
        help_text=_("Where it can be read again: a page of the Syntec federation, for example."),
    )


class MonthForm(forms.Form):
    """A month of an address: 2026-11."""

    month = DayField(input_formats=["%Y-%m"])


class InvoiceFilter(forms.Form):
    """The documents of some days, by number or by customer."""

    first_day = DayField(label=_("from"), required=False)
    last_day = DayField(label=_("to"), required=False)
    search = forms.CharField(
        label=_("number or customer"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    method = forms.ChoiceField(label=_("paid by"), required=False, choices=with_any(PaymentMethod))
    due_from = DayField(required=False, widget=forms.HiddenInput)
    due_to = DayField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first_day, last_day = values.get("first_day"), values.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", _("The last day comes before the first."))
        return values


class IdentityForm(EditForm):
    """Who issues the documents, from a day on."""

    valid_from = DayField(
        label=_("valid from"),
        help_text=_("Documents issued from this day on carry it; earlier ones keep theirs."),
    )
    legal_name = forms.CharField(label=_("legal name"), max_length=160)
    legal_form = forms.CharField(label=_("legal form"), max_length=40, required=False)
    is_sole_trader = forms.BooleanField(label=_("sole trader (EI)"), required=False)
    share_capital = AmountField(label=_("share capital"), required=False, max_digits=14)
    siren = forms.CharField(label="SIREN", max_length=20)
    rcs_city = forms.CharField(label=_("trade register (town)"), max_length=60, required=False)
    street = forms.CharField(label=_("street"), max_length=200)
    postal_code = forms.CharField(label=_("postcode"), max_length=10)
    city = forms.CharField(label=_("town"), max_length=80)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    vat_regime = forms.ChoiceField(label=_("VAT regime"), choices=choices_of(VatRegime))


class BankDetailsForm(EditForm):
    iban = forms.CharField(
        label="IBAN", max_length=42, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    bic = forms.CharField(
        label="BIC",
        max_length=11,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ConfirmPriceForm(forms.Form):
    """The yearly price, where the offer has a single one; other prices are confirmed as listed."""

    annual_price = AmountField(label=_("yearly price"), required=False)

    def __init__(self, *args: Any, terms: Terms, **options: Any) -> None:
        super().__init__(*args, **options)
        price = terms.price
        if price.grid or price.base is not None:
            del self.fields["annual_price"]
            return
        field = self.fields["annual_price"]
        field.initial = price.annual
        with_vat, without = _("VAT included, for a year."), _("Excluding VAT, for a year.")
        field.help_text = with_vat if price.includes_vat else without


class PrepareForm(forms.Form):
    """The commercial choices of a contract, six at most: those that its offer leaves open."""

    starts_on = DayField(label=_("starts on"))
    annual_price = AmountField(label=_("yearly price agreed"), required=False)
    cadence = forms.ChoiceField(label=_("invoiced"))
    payment_method = forms.ChoiceField(label=_("paid by"))
    options = forms.MultipleChoiceField(
        label=_("options"), required=False, widget=forms.CheckboxSelectMultiple
    )
    level = forms.ChoiceField(label=_("level of maintenance"), required=False)
    stated_months = forms.IntegerField(
        label=_("months stated in the contract"), required=False, min_value=1, max_value=120
    )

    def __init__(self, *args: Any, terms: Terms, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["starts_on"].initial = day
        self.fields["annual_price"].help_text = _price_hint(terms)
        self._choose("cadence", terms.billing.cadences, CADENCES, terms.billing.default_cadence)
        methods = terms.payment.methods
        self._choose("payment_method", methods, METHODS, terms.payment.default_method)
        names = {code: said(option.name) for code, option in terms.options.items()}
        self._choose("options", names, names)
        levels = {line.level: line.level for line in terms.price.grid if line.level}
        self._choose("level", levels, levels, next(iter(levels), ""))
        if len(levels) < 2:
            self.fields.pop("level", None)
        if terms.duration.kind != "as_stated":
            del self.fields["stated_months"]

    def _choose(
        self, name: str, codes: Iterable[str], labels: Mapping[str, Any], initial: str = ""
    ) -> None:
        """Offer what the terms offer; a field without any choice goes away."""
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [(code, capfirst(str(labels[code]))) for code in codes]
        field.initial = initial or None
        if not field.choices:
            del self.fields[name]

    def commercial_fields(self) -> dict[str, Any]:
        """What `prepare_contract` is given."""
        values = self.cleaned_data
        return {
            "starts_on": values["starts_on"],
            "annual_price": values["annual_price"],
            "cadence": values["cadence"],
            "payment_method": values["payment_method"],
            "extras": Extras(
                options=dict.fromkeys(values.get("options", ())),
                level=values.get("level") or None,
                stated_months=values.get("stated_months"),
            ),
        }


def _price_hint(terms: Terms) -> str:
    price = terms.price
    kind = _("VAT included.") if price.includes_vat else _("Excluding VAT.")
    if price.grid or price.base is not None:
        # Said apart: what stands inside an f-string is read by no catalogue.
        by_grid = _("Left empty: the base and the grid, for the equipment in service.")
        return f"{kind} {by_grid}"
    if price.annual is None:
        return str(kind)
    offered = _("Left empty: the price of the offer, %s.") % euros(price.annual)
    return f"{kind} {offered}"


def check_size(file: "UploadedFile[Any]") -> None:
    """Before the file is read: what it is, the operation says."""
    if file.size and file.size > LARGEST_BYTES:
        raise ValidationError(_("The file is larger than 10 MB."))


class ScanField(forms.FileField):
    """A PDF or a picture of paper; what it really is, the operation looks at."""

    def __init__(self, **options: Any) -> None:
        super().__init__(help_text=_("PDF, PNG or JPEG, 10 MB at most."), **options)
        self.validators.append(check_size)
        self.widget.attrs["accept"] = ".pdf,.png,.jpg,.jpeg"


class MandateForm(forms.Form):
    mandate = ScanField(label=_("signed SEPA mandate"))
    mandate_reference = forms.CharField(label=_("reference of the mandate"), max_length=35)


class SignatureForm(forms.Form):
    signed_on = DayField(label=_("signed on"))
    signed_by = forms.CharField(label=_("signed by"), max_length=120)
    signature_way = forms.ChoiceField(
        label=_("signed how"), choices=choices_of(SignatureWay), widget=forms.RadioSelect
    )
    signed_at = forms.ChoiceField(
        label=_("signed where"),
        choices=choices_of(SignedAt),
        widget=forms.RadioSelect,
        help_text=_("On the practice’s premises, a small practice may withdraw for 14 days."),
    )
    headcount = forms.IntegerField(
        label=_("employees of the practice"), min_value=0, max_value=100_000
    )
    is_main_activity = YesNoField(label=_("is the contract within its main activity?"))
    is_early_start_requested = YesNoField(
        label=_("was an early start expressly requested?"),
        help_text=_("Before the fourteen days are over."),
    )
    signed_contract = ScanField(label=_("signed contract"))

    def __init__(self, *args: Any, needs_mandate: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["signature_way"].initial = SignatureWay.HANDWRITTEN
        if needs_mandate:
            self.fields |= MandateForm().fields


class ReleaseForm(forms.Form):
    """Which prepared invoices to issue; `seen` is the state of the list that the person saw."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    contracts = forms.TypedMultipleChoiceField(coerce=UUID, required=False)
    everything = forms.BooleanField(required=False)

    def __init__(self, *args: Any, contracts: Iterable[UUID] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["contracts"])
        field.choices = [(str(contract), "") for contract in contracts]
