"""Plain values of the terms as fields, in the blocks that a page draws one inside the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.rules.drafting import Problem
from portal.clauses.problems import control_of, sentence_of
from portal.clauses.reading import UNNAMED, below, drawn_of, presence_of, rows_of
from portal.clauses.shapes import (
    Keyed,
    Kinds,
    Leaf,
    Maybe,
    Record,
    Rows,
    Sentence,
    Shape,
    Spans,
    parts,
)
from portal.clauses.wording import choice_of, hint_of, label_of
from portal.formats import is_french

LAST: Final = ("summary", "clause")  # drawn after what the part is about
RADIOS_AT_MOST: Final = 3
SPANS_AT_LEAST: Final = 2
TITLED_BY: Final = ("summary", "label", "name", "code")


@dataclass(slots=True)
class Block:
    """One piece of the form: a field, or a frame around other pieces."""

    kind: str
    path: str
    title: str = ""
    hint: str = ""
    children: list["Block"] = field(default_factory=list)
    bound: Any = None
    hidden: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = False
    is_first: bool = False
    is_last: bool = False
    width: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"id_{self.path}"

    @property
    def is_there(self) -> bool:
        return bool(self.children)


class TermsForm(forms.Form):
    """Fields named by the paths of the terms; what is wrong with them is said from outside."""

    use_required_attribute = False

    def __init__(self, fields: Mapping[str, forms.Field], values: Mapping[str, Any]) -> None:
        lists = {
            name: value if isinstance(value, list) else [value]
            for name, value in values.items()
            if value not in (None, False)
        }
        super().__init__(MultiValueDict(lists))
        self.fields.update(fields)
        self.problems: dict[str, list[str]] = {}
        self.beside: list[str] = []

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        for name, sentences in self.problems.items():
            if name in self.fields:
                self._errors[name] = self.error_class(sentences)
            else:
                self.beside += sentences
        if self.beside:
            self._errors["__all__"] = self.error_class(self.beside)


@dataclass(slots=True)
class Drawn:
    """A form and the blocks that show it."""

    form: TermsForm
    blocks: list[Block]


def draw(
    names: Iterable[str],
    plain: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    focus: str = "",
    address: str = "",
    refusal: str = "",
) -> Drawn:
    """Some parts of the terms as a form; `focus` is the path that was just added.

    `address` is where a choice of kind is sent to be drawn with its own fields; a `refusal`
    concerns no field.
    """
    pen = _Pen(focus, address)
    chosen = {name: parts()[name] for name in names}
    blocks = [pen.draw(shape, name, plain.get(name), "Terms") for name, shape in chosen.items()]
    form = TermsForm(pen.fields, pen.values)
    form.beside += [refusal] if refusal else []
    for problem in problems:
        control = control_of(chosen, plain, problem)
        told = form.problems.setdefault(control, [])
        if (sentence := sentence_of(problem)) not in told:
            told.append(sentence)
    for block in blocks:
        _bind(block, form)
    return Drawn(form, blocks)


def _bind(block: Block, form: TermsForm) -> bool:
    """Give each block its bound field; a folded frame with an error inside is opened."""
    if block.kind == "field":
        block.bound = form[block.path]
        return bool(block.bound.errors)
    block.errors = [*form.problems.get(rows_of(block.path), ())]
    block.errors += form.problems.get(presence_of(block.path), ()) if block.kind == "maybe" else ()
    found = [_bind(child, form) for child in block.children]
    block.is_open = block.is_open or any(found)
    return any(found) or bool(block.errors)


class _Pen:
    """Draws one shape after the other, and remembers the fields with their values."""

    def __init__(self, focus: str, address: str) -> None:
        self.fields: dict[str, forms.Field] = {}
        self.values: dict[str, Any] = {}
        self.focus = self.opened = focus
        self.redrawn = {
            "hx-post": address,
            "hx-vals": '{"act": "refresh"}',
            "hx-target": "#terms-fields",
            "hx-select": "#terms-fields",
            "hx-swap": "outerHTML",
        }

    def draw(self, shape: Shape, path: str, value: Any, model: str) -> Block:  # noqa: PLR0911
        name = path.rsplit("-", 1)[-1]
        title, hint = label_of(model, name), hint_of(model, name)
        match shape:
            case Leaf():
                return self._leaf(shape, path, value, title, hint)
            case Sentence():
                return self._sentence(shape, path, value, title)
            case Record():
                return Block("record", path, title, hint, self._record(shape, path, value))
            case Maybe():
                return self._maybe(shape, path, value, model, title)
            case Kinds():
                return self._kinds(shape, path, value, model, title)
            case Rows():
                return self._rows(shape, path, value, title, hint)
            case Spans():
                return self._spans(shape, path, value, title)
            case Keyed():
                return self._keyed(shape, path, value, title, hint)

    def _record(self, shape: Record, path: str, value: Any) -> list[Block]:
        known = value if isinstance(value, Mapping) else {}
        names = [name for name in shape.fields if name not in LAST]
        names += [name for name in LAST if name in shape.fields]
        drawn = [
            self.draw(shape.fields[name], below(path, name), known.get(name), shape.name)
            for name in names
            if not _is_settled(shape.fields[name])
        ]
        if drawn and all(isinstance(inner, Spans) for inner in shape.fields.values()):
            return [Block("week", path, children=drawn)]
        return drawn

    def _maybe(self, shape: Maybe, path: str, value: Any, model: str, title: str) -> Block:
        block = Block("maybe", path, title)
        if value is not None:
            block.hidden = [(presence_of(path), "yes")]
            inner = self.draw(shape.inner, path, value, model)
            block.children = inner.children
            block.hidden += inner.hidden
        return block

    def _kinds(self, shape: Kinds, path: str, value: Any, model: str, title: str) -> Block:
        known = value if isinstance(value, Mapping) else {}
        kind, name = str(known.get("kind") or ""), below(path, "kind")
        choices = [(code, capfirst(choice_of("kind", code))) for code in shape.records]
        widget = forms.Select(attrs=self.redrawn)
        label = label_of(_title_of(model, path), "kind")
        self.fields[name] = forms.ChoiceField(
            label=label, choices=[*([] if kind else [("", "—")]), *choices], widget=widget
        )
        self.values[name] = kind
        children = [Block("field", name)]
        if record := shape.records.get(kind):
            children += self._record(record, path, known)
        hidden = [(drawn_of(path), kind)] if kind else []
        return Block("kinds", path, title, children=children, hidden=hidden)

    def _rows(self, shape: Rows, path: str, value: Any, title: str, hint: str) -> Block:
        items = value if isinstance(value, list | tuple) else []
        rows = [self._row(shape.item, below(path, place), item) for place, item in enumerate(items)]
        return self._list(path, title, hint, rows)

    def _list(self, path: str, title: str, hint: str, rows: list[Block]) -> Block:
        self.fields[rows_of(path)] = forms.CharField(label=title, widget=forms.HiddenInput)
        for place, row in enumerate(rows):
            row.is_first, row.is_last = place == 0, place == len(rows) - 1
            row.is_open = row.is_open or row.path == self.opened
        return Block("rows", path, title, hint, rows, hidden=[(rows_of(path), str(len(rows)))])

    def _row(self, item: Shape, path: str, value: Any) -> Block:
        inner = self.draw(item, path, value, "")
        small = isinstance(item, Sentence) or (
            isinstance(item, Record) and len(item.fields) <= RADIOS_AT_MOST + 1
        )
        kind = "row" if small else "folded"
        return Block(kind, path, _heading(value), "", inner.children, is_open=small)

    def _spans(self, shape: Spans, path: str, value: Any, title: str) -> Block:
        items = [*(value if isinstance(value, list | tuple) else [])]
        items += [{}] * max(0, SPANS_AT_LEAST - len(items))
        rows = [
            Block(
                "span",
                below(path, place),
                title,
                "",
                self._record(shape.item, below(path, place), item),
            )
            for place, item in enumerate(items)
        ]
        return Block("spans", path, title, "", rows, hidden=[(rows_of(path), str(len(rows)))])

    def _keyed(self, shape: Keyed, path: str, value: Any, title: str, hint: str) -> Block:
        known = value if isinstance(value, Mapping) else {}
        if shape.keys:
            keys = [self._key(shape, below(path, key), key, known) for key in shape.keys]
            return Block("keys", path, title, hint, keys)
        rows = [
            self._entry(shape, below(path, place), *pair)
            for place, pair in enumerate(known.items())
        ]
        return self._list(path, title, hint, rows)

    def _key(self, shape: Keyed, path: str, key: str, known: Mapping[str, Any]) -> Block:
        title = capfirst(choice_of("methods", key))
        self.fields[presence_of(path)] = forms.BooleanField(
            label=title, required=False, widget=forms.CheckboxInput(attrs=self.redrawn)
        )
        self.values[presence_of(path)] = "yes" if key in known else None
        children = [Block("field", presence_of(path))]
        if key in known:
            children += self.draw(shape.item, path, known[key], "DueRule").children
            hidden = [(drawn_of(path), str(known[key].get("kind") or ""))]
        else:
            hidden = []
        return Block("key", path, title, children=children, hidden=hidden)

    def _entry(self, shape: Keyed, path: str, key: str, value: Any) -> Block:
        name = below(path, "key")
        self.fields[name] = forms.CharField(
            label=label_of("", "code"), help_text=hint_of("", "code"), max_length=40
        )
        self.values[name] = key.partition(UNNAMED)[0]
        inner = self.draw(shape.item, below(path, "value"), value, "")
        return Block(
            "folded", path, _heading(value) or key, "", [Block("field", name), *inner.children]
        )

    def _sentence(self, shape: Sentence, path: str, value: Any, title: str) -> Block:
        known = value if isinstance(value, Mapping) else {}
        for code in ("fr", "en"):
            name, language = below(path, code), label_of("", code)
            self.fields[name] = forms.CharField(
                label=_("%(title)s, %(language)s") % {"title": title, "language": language},
                required=not shape.is_optional,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )
            self.values[name] = known.get(code)
        children = [Block("field", below(path, code)) for code in ("fr", "en")]
        return Block("sentence", path, title, children=children)

    def _leaf(self, shape: Leaf, path: str, value: Any, title: str, hint: str) -> Block:
        field = _field_of(shape, path.rsplit("-", 1)[-1])
        field.label, field.help_text = title, hint
        if self.focus and path.startswith(below(self.focus, "")):
            field.widget.attrs["autofocus"], self.focus = True, ""
        self.fields[path] = field
        self.values[path] = _shown(shape, value)
        width = "short" if shape.kind in ("whole", "decimal", "moment") else ""
        return Block("field", path, title, width=width)


def _is_settled(shape: Shape) -> bool:
    return isinstance(shape, Leaf) and shape.is_settled


def _title_of(model: str, path: str) -> str:
    """A choice of kind is called after the part it belongs to: `Duration.kind`."""
    return model if model == "DueRule" else capfirst(path.rsplit("-", 1)[-1])


def _heading(value: Any) -> str:
    """What a folded row is called: its sentence, its wording, its name or its code."""
    for name in TITLED_BY:
        found = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(found, Mapping):
            found = found.get("fr" if is_french() else "en") or found.get("fr")
        if found:
            return str(found)
    return ""


def _field_of(shape: Leaf, name: str) -> forms.Field:
    is_required = not shape.is_optional
    match shape.kind:
        case "yes_no":
            return forms.BooleanField(required=True)
        case "maybe":
            answers = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(required=False, choices=answers)
        case "one":
            return _one_of(shape, name)
        case "many":
            choices = [(str(code), capfirst(choice_of(name, code))) for code in shape.choices]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
    return forms.CharField(required=is_required, widget=_widget_of(shape), max_length=shape.most)


def _one_of(shape: Leaf, name: str) -> forms.Field:
    choices = [(str(code), capfirst(choice_of(name, code))) for code in shape.choices]
    if shape.is_optional:
        return forms.ChoiceField(required=False, choices=[("", "—"), *choices])
    if len(choices) <= RADIOS_AT_MOST:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", "—"), *choices])


def _widget_of(shape: Leaf) -> forms.Widget:
    match shape.kind:
        case "whole":
            return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        case "decimal":
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case "moment":
            return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        case "lines":
            return forms.Textarea(attrs={"rows": 3})
    return forms.TextInput(attrs={"autocomplete": "off"})


def _shown(shape: Leaf, value: Any) -> Any:  # noqa: PLR0911 - one case a shape
    """A plain value as its control holds it."""
    match shape.kind, value:
        case _, None:
            return None
        case "yes_no", _:
            return "on" if value else None
        case "maybe", bool():
            return "yes" if value else "no"
        case "numbers", list() | tuple():
            return ", ".join(map(str, value))
        case "lines", list() | tuple():
            return "\n".join(map(str, value))
        case "many", list() | tuple():
            return [str(item) for item in value]
        case "moment", str():
            return value[:5]
        case "decimal", _:
            return _decimal_shown(str(value))
    return str(value)


def _decimal_shown(text: str) -> str:
    """With the reader's own decimal sign; what is no number stays as it was typed."""
    try:
        Decimal(text)
    except InvalidOperation:
        return text
    return text.replace(".", ",") if is_french() else text
