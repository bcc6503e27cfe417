"""Fields as French people fill them in: days of this century, amounts with a comma."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.periods import EARLIEST_DAY, LATEST_DAY, check_day
from portal.formats import is_french, sentence

# Ordinary, no-break and narrow no-break spaces, as people copy them from other documents.
BLANKS = re.compile(r"[\s\u00a0\u202f]")


class DayField(forms.DateField):
    """A calendar day of the years 2000 to 2099."""

    def __init__(self, **options: Any) -> None:
        bounds = {"min": EARLIEST_DAY.isoformat(), "max": LATEST_DAY.isoformat()}
        options.setdefault(
            "widget", forms.DateInput(attrs={"type": "date", **bounds}, format="%Y-%m-%d")
        )
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**options)

    def clean(self, value: Any) -> date | None:
        day = cast("date | None", super().clean(value))
        try:
            return day and check_day(day)
        except DomainError as error:
            raise ValidationError(sentence(error), code=error.code) from error


class AmountField(forms.DecimalField):
    """Euros and cents, exact: 1 234,56 or 1234.56."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_digits", 12)
        options.setdefault("decimal_places", 2)
        options.setdefault("min_value", Decimal("0.00"))
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = BLANKS.sub("", value).removesuffix("€").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """With the reader's own decimal sign."""
        if not isinstance(value, Decimal):
            return value
        return f"{value:.2f}".replace(".", ",") if is_french() else f"{value:.2f}"


capital = lazy(capfirst, str)


def choices_of(choices: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """The choices of a column as they stand in a list: with a capital."""
    return [(choice.value, capital(choice.label)) for choice in choices]


class YesNoField(forms.TypedChoiceField):
    """A question that has to be answered: no box that is ticked or forgotten."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **options,
        )
