"""A form that changes what is recorded, and what it answers when somebody saved in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.components import Text
from portal.formats import sentence, short_day
from providers.versions import ChangedMeanwhile


class EditForm(forms.Form):
    """Carries the version that the person saw; a page without one is as old as can be."""

    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    clash: ChangedMeanwhile | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A field where both versions differ: what each sends, and how each reads."""

    name: str
    label: str
    mine: str
    mine_said: Text
    theirs: str
    theirs_said: Text


def clash_context(form: EditForm, clash: ChangedMeanwhile) -> dict[str, Any]:
    """Both versions field by field, as a form that sends what is chosen of each."""
    choices, kept = list[Choice](), [("version", clash.version)]
    for name, field in form.fields.items():
        if name == "version" or isinstance(field, forms.FileField):
            continue
        bound = form[name]
        if name in clash.recorded and field.has_changed(clash.recorded[name], bound.data):
            choices.append(_choice(bound, clash.recorded[name]))
        else:
            kept.append((name, _raw(bound.data)))
    has_file = any(isinstance(field, forms.FileField) for field in form.fields.values())
    return {
        "explanation": sentence(clash),
        "choices": choices,
        "kept": kept,
        "loses_file": has_file and bool(form.files),
    }


def _choice(bound: BoundField, recorded: Any) -> Choice:
    theirs = bound.field.prepare_value(recorded)
    return Choice(
        bound.name,
        capfirst(str(bound.label)),
        _raw(bound.data),
        _said(bound, bound.data),
        _raw(theirs),
        _said(bound, theirs),
    )


def _raw(value: Any) -> str:
    """A value as a browser would send it."""
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _said(bound: BoundField, value: Any) -> Text:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return short_day(value)
    raw = _raw(value)
    if isinstance(bound.field, forms.ChoiceField):
        return _labels(bound.field).get(raw, raw)
    return raw or "—"


def _labels(field: forms.ChoiceField) -> Mapping[str, Text]:
    return {str(code): cast("Text", label) for code, label in cast("Any", field.choices)}
