"""Lines of history in words: each column by the name its form gives it, each value as pages do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleet.queries import site_named
from portal.clauses.telling import differences
from portal.components import Altered, Text
from portal.formats import number, short_day
from portal.wording import CADENCES, METHODS
from portal.workshop.house_forms import CALENDARS, ZONES
from providers.models import HistoryRow

# What a form calls otherwise than the column is called.
LABELS: Final[Mapping[tuple[str, str], Promise]] = {
    ("providers.providerprofile", "invoice_prefix"): gettext_lazy("prefix of invoices"),
    ("providers.providerprofile", "credit_note_prefix"): gettext_lazy("prefix of credit notes"),
    ("providers.providerprofile", "penalty_prefix"): gettext_lazy("prefix of penalty statements"),
    ("providers.providerprofile", "brand_color"): gettext_lazy("colour"),
    ("providers.legalidentity", "rcs_city"): gettext_lazy("trade register (town)"),
    ("providers.legalidentity", "is_sole_trader"): gettext_lazy("sole trader (EI)"),
    ("contracts.contract", "offer_version_id"): gettext_lazy("version of the offer"),
    ("contracts.contract", "settings"): gettext_lazy("values of the options"),
    ("fleet.equipment", "site_id"): gettext_lazy("site"),
}
CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "cadence": CADENCES,
    "payment_method": METHODS,
    "holidays": dict(CALENDARS),
    "zone": dict(ZONES),
}
# The price lines of a contract before its signature: they become its lines, and are no edit.
UNSAID: Final = frozenset({"draft"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """The names of rows that lines of history refer to."""

    sites: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Lookup":
        """From lines that were read `with_sites`."""
        found = [(row.before.get("site_id"), row.site_before) for row in rows]
        found += [(row.after.get("site_id"), row.site_after) for row in rows]
        return cls({key: name for key, name in found if key and name})


def with_sites(rows: QuerySet[HistoryRow]) -> QuerySet[HistoryRow]:
    """Each line with the name of the site that its equipment stood at before and after."""
    return rows.annotate(site_before=_site_of("before"), site_after=_site_of("after"))


def _site_of(column: str) -> Subquery:
    return site_named(Cast(KeyTextTransform("site_id", OuterRef(column)), UUIDField()))


def named(subject: str) -> str:
    """What people call a kind of row."""
    return str(apps.get_model(subject)._meta.verbose_name)


def changes_in(row: HistoryRow, lookup: Lookup) -> Iterator[Altered]:
    """What a line changed, in the order of the fields."""
    model = apps.get_model(row.subject)
    for field in model._meta.concrete_fields:
        if field.column in row.before or field.column in row.after:
            before, after = row.before.get(field.column), row.after.get(field.column)
            yield from _altered(row.subject, field, before, after, lookup)


def _altered(
    subject: str, field: "models.Field[Any, Any]", before: Any, after: Any, lookup: Lookup
) -> Iterator[Altered]:
    if field.column == "terms":
        for told in differences(before or {}, after or {}):
            inside = told.label != told.part
            where = f"{told.part}\u00a0› {told.label}" if inside else told.label
            yield Altered(where, told.before, told.after)
        return
    label: Text = LABELS.get((subject, str(field.column)), field.verbose_name)
    was, became = _said(field, before, lookup), _said(field, after, lookup)
    if was != became or not was:
        yield Altered(capfirst(str(label)), was, became)


def _said(field: "models.Field[Any, Any]", value: Any, lookup: Lookup) -> str:
    """A value as the pages say it; nothing where there is none."""
    if value is None or value in ("", [], {}):
        return ""
    codes = CODES.get(str(field.column)) or dict(field.flatchoices)
    if codes:
        return capfirst(str(codes.get(value, value)))
    if isinstance(field, models.ForeignKey):
        return lookup.sites.get(value, _("another"))
    if isinstance(field, models.DecimalField):
        return number(round(Decimal(str(value)), field.decimal_places))
    say = next((say for kind, say in SAYINGS.items() if isinstance(field, kind)), str)
    return say(value)


def _plain(value: Any) -> str:
    """A small JSON value in one line."""
    if isinstance(value, Mapping):
        shown = ((key, part) for key, part in value.items() if key not in UNSAID)
        return ", ".join(f"{key} {_plain(part)}" for key, part in shown)
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


SAYINGS: Final[Mapping[type["models.Field[Any, Any]"], Callable[[Any], str]]] = {
    models.BooleanField: lambda value: _("Yes") if value else _("No"),
    models.DateField: lambda value: short_day(date.fromisoformat(value)),
    models.BinaryField: lambda value: _("picture %s") % value,
    models.JSONField: _plain,
}
