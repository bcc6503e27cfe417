"""The parts of a page, one tag each: `{% load components %}`. `docs/design.md` shows them all.

Tags, not includes: an unknown parameter is an error and an absent one has its default.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
)
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.reasons import Reason
from portal.charts import StackedBar, Waterfall
from portal.components import (
    Action,
    Badge,
    Chip,
    Cover,
    Crumb,
    Empty,
    Fact,
    JobProgress,
    KeyPage,
    Link,
    Moment,
    NavigationItem,
    Step,
    Tab,
    Table,
    Text,
    Tone,
    Value,
)
from portal.tables import rows_html
from portal.templatetags.clausier import badge_html, reasons

register = template.Library()

LISTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: the field, what is wrong, and the control to go to."""

    anchor: str
    label: str
    message: str


@register.simple_tag
def badge(label: Text, *, tone: str = Tone.NEUTRAL, icon: str = "") -> SafeString:
    """A status word: `{% badge _("Paid") tone="success" %}`."""
    return badge_html(Badge(label, Tone(tone), icon))


@register.simple_tag
def status(value: Badge) -> SafeString:
    """A badge that a view or a model has built: `{% status invoice_badge %}`."""
    return badge_html(value)


@register.inclusion_tag("components/page_header.html")
def page_header(
    title: Text,
    *,
    eyebrow: Text = "",
    lead: Text = "",
    status: Badge | None = None,
    second_status: Badge | None = None,
    facts: Sequence[Fact] = (),
    action: Action | None = None,
    more: Sequence[Action] = (),
) -> dict[str, Any]:
    """The page's `h1`; for an object also its status words, key facts and acts."""
    return {
        "title": title,
        "eyebrow": eyebrow,
        "lead": lead,
        "statuses": [badge for badge in (status, second_status) if badge],
        "facts": facts,
        "action": action,
        "more": more,
    }


@register.inclusion_tag("components/action.html")
def action(action: Action, *, kind: str = "secondary") -> dict[str, Any]:
    """A button: `kind` is primary, secondary or quiet."""
    return {"action": action, "kind": kind}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    """The way back up; the page itself is not in it."""
    return {"crumbs": crumbs}


@register.inclusion_tag("components/navigation.html")
def navigation(
    items: Sequence[NavigationItem], *, label: Text, kind: str, first: NavigationItem | None = None
) -> dict[str, Any]:
    """The one navigation of a space: `kind` is side, top or bottom; `first` stands above it."""
    return {"items": [first, *items] if first else items, "label": label, "kind": kind}


@register.inclusion_tag("components/table.html")
def data_table(table: Table) -> dict[str, Any]:
    """A table of values, or its empty state."""
    return {"table": table, "rows": rows_html(table)}


@register.inclusion_tag("components/tabs.html")
def tabs(tabs: Sequence[Tab], *, label: Text) -> dict[str, Any]:
    """Status tabs above a list: links with their counts."""
    return {"tabs": [(tab, _count_text(tab.count)) for tab in tabs], "label": label}


@register.inclusion_tag("components/filters.html")
def filters(
    form: BaseForm,
    *,
    reset_url: str = "",
    chips: Sequence[Chip] = (),
    hidden: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """A filter form sent by GET, with the filters in force as chips that remove themselves.

    `hidden` goes with it unseen: the tab and the order of the list.
    """
    return {"form": form, "reset_url": reset_url, "chips": chips, "hidden": hidden}


@register.inclusion_tag("components/pagination.html")
def pagination(page: KeyPage) -> dict[str, Any]:
    """First, previous, next, last; no page numbers."""
    return {"page": page}


@register.inclusion_tag("components/empty_state.html")
def empty_state(empty: Empty) -> dict[str, Any]:
    """What will be here, why it is empty, one act."""
    return {"empty": empty}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """« Il y a un problème », with a link to each field and the focus. Nothing without errors."""
    return {"problems": [problem for form in forms for problem in _problems(form)]}


@register.simple_tag(takes_context=True)
def error_prefix(context: Context, *forms: BaseForm) -> str:
    """The start of the page's title when a form came back: « Erreur : ».

    `base.html` asks for the page's `form`; a page with forms of other names names them.
    """
    shown = forms or tuple(form for form in [context.get("form")] if isinstance(form, BaseForm))
    return _("Error:") + " " if any(form.is_bound and form.errors for form in shown) else ""


@register.inclusion_tag("components/field.html")
def field(
    field: BoundField, *, width: str = "", prefix: Text = "", suffix: Text = ""
) -> dict[str, Any]:
    """A form field: label above, hint, error. `width` is short, medium or empty for the whole."""
    return {
        "field": field,
        "kind": _kind(field),
        "control": _control(field),
        "choices": _choices(field),
        "label": capfirst(str(field.label)),
        "id": field.auto_id,
        "described_by": _described_by(field),
        "width": width,
        "prefix": prefix,
        "suffix": suffix,
    }


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """Every field of a form in order, hidden ones too, and what each was shown with if asked."""
    shown = (bound for bound in form.visible_fields() if bound.field.show_hidden_initial)
    return {"form": form, "seen": [bound.as_hidden(only_initial=True) for bound in shown]}


@register.inclusion_tag("components/form_actions.html")
def form_actions(
    submit: Text, *, cancel_url: str = "", is_danger: bool = False, icon: str = ""
) -> dict[str, Any]:
    """The end of a form: one button that says what it does, and a way out."""
    return {"submit": submit, "cancel_url": cancel_url, "is_danger": is_danger, "icon": icon}


@register.inclusion_tag("components/facts.html")
def facts(facts: Sequence[Fact], *, kind: str = "list") -> dict[str, Any]:
    """A definition list: `kind` is list (one below the other) or row (side by side)."""
    return {"facts": facts, "kind": kind}


@register.inclusion_tag("components/explanation.html")
def explanation(given: Iterable[Any], *, title: Text = "") -> dict[str, Any]:
    """« Comment est-ce calculé ? »: the clauses and sums behind a figure; nothing without any."""
    return {
        "reasons": reasons(given),
        "title": title or _("How is this computed?"),
    }


@register.inclusion_tag("components/timeline.html")
def timeline(moments: Sequence[Moment], *, empty: Text = "") -> dict[str, Any]:
    """Dated lines, in the order given: next dates, or what happened."""
    return {"moments": moments, "empty": empty}


@register.inclusion_tag("components/coverage.html")
def coverage(
    cover: str, sentence: Text, *, detail: Text = "", reasons: Sequence[Reason] = ()
) -> dict[str, Any]:
    """The answer as a sentence with its icon: `cover` is covered, excluded, pack or unknown."""
    return {"cover": Cover(cover), "sentence": sentence, "detail": detail, "reasons": reasons}


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(bar: StackedBar) -> dict[str, Any]:
    """A bar of several parts with its caption, its legend and its figures as a table."""
    return {"bar": bar}


@register.inclusion_tag("components/waterfall.html")
def waterfall(chart: Waterfall) -> dict[str, Any]:
    """A level, what moved it and the level after, with the same figures as a table."""
    return {"chart": chart}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, *, label: Text, detail: Text = "") -> dict[str, Any]:
    """How far a job is: a bar, and the same in words."""
    return {"done": done, "total": total, "label": label, "detail": detail}


@register.inclusion_tag("components/job_progress.html", takes_context=True)
def job_progress(context: Context, job: JobProgress) -> dict[str, Any]:
    """A long job: its bar, the same in words, what it is at, and what can be asked of it."""
    return {"job": job, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("components/steps.html")
def step_list(steps: Sequence[Step]) -> dict[str, Any]:
    """Where one stands among pages that follow each other."""
    return {"steps": steps}


@register.inclusion_tag("components/job_pill.html")
def job_pill(running: Link | None) -> dict[str, Any]:
    """In the header of every page: the long job at work, if any."""
    return {"running": running}


@register.inclusion_tag("components/answer.html")
def answer(
    question: Text,
    value: Value,
    *,
    detail: Value = "",
    tone: str = Tone.NEUTRAL,
    icon: str = "",
    url: str = "",
) -> dict[str, Any]:
    """A card that answers one question; the whole card leads to `url`."""
    known = Tone(tone)
    return {
        "question": question,
        "value": value,
        "detail": detail,
        "tone": known.value,
        "icon_name": icon or known.icon,
        "url": url,
    }


@register.simple_block_tag
def card(content: SafeString, *, title: Text = "", id: str = "", kind: str = "") -> SafeString:  # noqa: A002
    """A section with its `h2`: `{% card title=… %}…{% endcard %}`; `kind` is flush or empty."""
    values = {"content": content, "title": title, "id": id, "kind": kind}
    return render_to_string("components/card.html", values)


@register.simple_block_tag
def notice(content: SafeString, *, tone: str = Tone.INFO, title: Text = "") -> SafeString:
    """A message that belongs to the page: `{% notice tone="warning" title=… %}…{% endnotice %}`."""
    known = Tone(tone)
    values = {"content": content, "tone": known.value, "icon_name": known.icon, "title": title}
    return render_to_string("components/notice.html", values)


@register.simple_block_tag
def dialog(content: SafeString, *, id: str, title: Text) -> SafeString:  # noqa: A002
    """A question asked over the page, opened by an `Action(dialog=id)`."""
    return render_to_string(
        "components/dialog.html", {"content": content, "id": id, "title": title}
    )


def _count_text(count: int | None) -> str:
    if count is None:
        return ""
    return _("more than 1,000") if count > LISTED_AT_MOST else str(count)


def _problems(form: BaseForm) -> list[Problem]:
    own = [Problem("", "", str(message)) for message in form.non_field_errors()]
    return own + [
        Problem(_first_control(bound), capfirst(str(bound.label)), str(message))
        for bound in form
        for message in bound.errors
    ]


def _first_control(bound: BoundField) -> str:
    """The id that a link can focus: of several radios, the first."""
    return bound.id_for_label or f"{bound.auto_id}_0"


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, CheckboxInput) else "input"


def _control(bound: BoundField) -> SafeString:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        name = "form-check-input"
    else:
        name = "form-select" if isinstance(widget, Select) else "form-control"
    attrs: dict[str, Any] = {"class": f"{name} is-invalid" if bound.errors else name}
    if "placeholder" in widget.attrs:
        attrs["placeholder"] = False  # a hint stands above, where it stays while one types
    return bound.as_widget(attrs=attrs)


def _choices(bound: BoundField) -> list[Any]:
    if _kind(bound) != "choices":
        return []
    for choice in (choices := list(bound.subwidgets)):
        choice.data["attrs"]["class"] = "form-check-input"
    return choices


def _described_by(bound: BoundField) -> str:
    """The hint and the error of a group of choices; single controls get theirs from Django."""
    hint = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    error = [f"{bound.auto_id}_error"] if bound.errors else []
    return " ".join(hint + error)
