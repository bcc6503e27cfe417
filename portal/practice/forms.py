"""Forms of a practice's space."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.workshop.forms import InvoiceFilter


class PracticeInvoiceFilter(InvoiceFilter):
    """The documents of some days, by number: there is one customer here."""

    search = forms.CharField(
        label=_("number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
