"""The filters of the document templates; each gives finished French text."""

from django.template import Library

from billing.documents import wording
from core import french

register = Library()
register.filter("capital", wording.capital)
register.filter("day", wording.day)
register.filter("euros", french.euros)
register.filter("iban", wording.iban)
register.filter("percent", french.percent)
register.filter("period", wording.period)
register.filter("quantity", wording.quantity)
register.filter("siren", wording.siren)
register.filter("site", wording.site)
register.filter("unit_price", wording.unit_price)
