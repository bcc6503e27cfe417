"""The vocabulary of terms: labels, hints and choices, found by model and field, then by field."""

from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from portal.clauses.choices import CHOICES
from portal.clauses.labels import LABELS

# Said under a field; most speak for themselves.
HINTS: Final[dict[str, Promise]] = {
    "clause": pgettext_lazy("terms", "Where the customer can look it up: “CGV art. 5”."),
    "code": pgettext_lazy("terms", "Letters, digits and hyphens, without spaces."),
    "reminder_days": pgettext_lazy("terms", "Numbers separated by commas: 8, 15, 25."),
    "warned_at": pgettext_lazy("terms", "Numbers separated by commas: 3, 0."),
    "postal_prefixes": pgettext_lazy("terms", "One a line; none: everywhere."),
    "Licences.products": pgettext_lazy("terms", "One a line."),
    "sample": pgettext_lazy(
        "terms", "No contract is signed on sample prices: untick once they are your own."
    ),
    "Price.annual": pgettext_lazy("terms", "Either one yearly price, or a base and a grid below."),
    "rule": pgettext_lazy("terms", "As the documentation numbers it: I8, I10…"),
    "CoverageLine.topics": pgettext_lazy("terms", "None ticked: any subject."),
    "CoverageLine.places": pgettext_lazy("terms", "None ticked: any place."),
    "CoverageLine.equipment_kinds": pgettext_lazy("terms", "None ticked: any equipment."),
    "CoverageLine.origins": pgettext_lazy("terms", "None ticked: any origin."),
    "lead_days": pgettext_lazy("terms", "0: on the first day of the period."),
    "link_coefficient": pgettext_lazy("terms", "Between the series before and after August 2022."),
    "with_option": pgettext_lazy("terms", "The code of an option of this offer."),
    "option": pgettext_lazy("terms", "The code of an option of this offer."),
    "week": pgettext_lazy("terms", "Leave both times empty where the support is closed."),
}


def label_of(model: str, name: str) -> str:
    found = LABELS.get(f"{model}.{name}") or LABELS.get(name)
    return str(found) if found else capfirst(name.replace("_", " "))


def hint_of(model: str, name: str) -> str:
    return str(HINTS.get(f"{model}.{name}") or HINTS.get(name) or "")


def choice_of(name: str, choice: object) -> str:
    found = CHOICES.get(f"{name}.{choice}") or CHOICES.get(str(choice))
    return str(found) if found else str(choice).replace("_", " ")
