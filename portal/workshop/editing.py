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

    def __init__(self, *args: Any, **options: Any) -> None:
        """Each field also carries the value it was shown with: it tells what the person changed."""
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "version" and not isinstance(field, forms.FileField)

    def is_untouched(self, bound: BoundField) -> bool:
        """Whether a field was sent as it had been shown."""
        return bound.html_initial_name in self.data and bound.name not in self.changed_data


@dataclass(frozen=True, slots=True)
class Choice:
    """A field where both versions differ: what each sends, how each reads, which is proposed."""

    name: str
    label: str
    mine: str
    mine_said: Text
    theirs: str
    theirs_said: Text
    is_mine: bool


def clash_context(form: EditForm, clash: ChangedMeanwhile) -> dict[str, Any]:
    """Both versions field by field, as a form that sends what is chosen of each.

    A field that the person had not changed proposes what is now recorded, any other what they
    wrote: sent unread, the page undoes nothing of the other person's.
    """
    choices, kept = list[Choice](), [("version", clash.version)]
    for name, field in form.fields.items():
        if name == "version" or isinstance(field, forms.FileField):
            continue
        bound = form[name]
        if name in clash.recorded and field.has_changed(clash.recorded[name], bound.data):
            choices.append(_choice(form, bound, clash.recorded[name]))
        else:
            kept.append((name, _raw(bound.data)))
        if name in clash.recorded:
            kept.append((bound.html_initial_name, _raw(field.prepare_value(clash.recorded[name]))))
    has_file = any(isinstance(field, forms.FileField) for field in form.fields.values())
    return {
        "explanation": sentence(clash),
        "choices": choices,
        "kept": kept,
        "loses_file": has_file and bool(form.files),
    }


def _choice(form: EditForm, bound: BoundField, recorded: Any) -> Choice:
    theirs = bound.field.prepare_value(recorded)
    return Choice(
        bound.name,
        capfirst(str(bound.label)),
        _raw(bound.data),
        _said(bound, bound.data),
        _raw(theirs),
        _said(bound, theirs),
        is_mine=not form.is_untouched(bound),
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
