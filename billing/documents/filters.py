"""The filters of the document templates; each gives finished French text."""

from django.template import Library

from billing.documents import wording
from core import french

register = Library()

for name, function in {
    "euros": french.euros,
    "percent": french.percent,
    "day": wording.day,
    "quantity": wording.quantity,
    "unit_price": wording.unit_price,
    "siren": wording.siren,
    "iban": wording.iban,
    "capital": wording.capital,
    "site": wording.site,
}.items():
    register.filter(name, function)


@register.filter
def period(first_day: wording.date, last_day: wording.date) -> str:
    return wording.period(first_day, last_day)
