"""What a validator says of terms, in the reader's words and at the control it concerns."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from contracts.rules.drafting import Problem
from portal.clauses.reading import below, presence_of, rows_of
from portal.clauses.shapes import Keyed, Kinds, Leaf, Maybe, Record, Rows, Sentence, Shape, Spans

TO_FILL: Final = pgettext_lazy("terms", "To be filled in.")
BY_CODE: Final[Mapping[str, Promise]] = {
    "missing": TO_FILL,
    "int_type": pgettext_lazy("terms", "Write a whole number."),
    "int_parsing": pgettext_lazy("terms", "Write a whole number."),
    "decimal_type": pgettext_lazy("terms", "Write a number."),
    "decimal_parsing": pgettext_lazy("terms", "Write a number, as 1 234,56."),
    "finite_number": pgettext_lazy("terms", "Write a number, as 1 234,56."),
    "decimal_max_digits": pgettext_lazy("terms", "This number is too long."),
    "time_parsing": pgettext_lazy("terms", "Write a time, as 08:30."),
    "time_type": TO_FILL,
    "literal_error": pgettext_lazy("terms", "Choose one of the answers."),
    "union_tag_invalid": pgettext_lazy("terms", "Choose one of the answers."),
    "union_tag_not_found": pgettext_lazy("terms", "Choose one of the answers."),
    "bool_type": pgettext_lazy("terms", "Choose one of the answers."),
    "string_type": TO_FILL,
    "string_too_short": TO_FILL,
    "string_too_long": pgettext_lazy("terms", "At most %(max_length)s characters."),
    "string_pattern_mismatch": pgettext_lazy("terms", "This is not written as expected."),
    "greater_than_equal": pgettext_lazy("terms", "At least %(ge)s."),
    "greater_than": pgettext_lazy("terms", "More than %(gt)s."),
    "less_than_equal": pgettext_lazy("terms", "At most %(le)s."),
    "less_than": pgettext_lazy("terms", "Less than %(lt)s."),
    "too_short": pgettext_lazy("terms", "At least one."),
    "extra_forbidden": pgettext_lazy("terms", "This name is not known here."),
}
# The sentences of the terms' own checks, with the field that each one is shown at.
OWN: Final[Mapping[str, tuple[str, Promise]]] = {
    "a price is either one yearly amount, or a base and a grid": (
        "annual",
        pgettext_lazy("terms", "A price is either one yearly amount, or a base and a grid."),
    ),
    "the default cadence is not one of the offered cadences": (
        "default_cadence",
        pgettext_lazy("terms", "This rhythm is not among those that are offered."),
    ),
    "the default retention is not one of the retentions": (
        "default_retention",
        pgettext_lazy("terms", "This retention is not among those above."),
    ),
    "an opening closes after it opens": (
        "closes",
        pgettext_lazy("terms", "Closing comes after opening."),
    ),
    "an amount has two decimals at most": (
        "",
        pgettext_lazy("terms", "An amount has two decimals at most."),
    ),
    "write it between quotes, never as a decimal number": (
        "",
        pgettext_lazy("terms", "Write a number, as 1 234,56."),
    ),
    "a contract that is renewed by itself needs a notice": (
        "notice",
        pgettext_lazy("terms", "A contract that is renewed tacitly needs a notice to refuse it."),
    ),
    "a contract that is not renewed by itself has no notice to give": (
        "notice",
        pgettext_lazy("terms", "A contract that is not renewed has no notice to give."),
    ),
}
STARTING: Final[Mapping[str, Promise]] = {
    "the openings of": pgettext_lazy(
        "terms", "The openings of a day follow each other without overlapping."
    ),
    "there is no option": pgettext_lazy(
        "terms", "A line waits for an option that this offer does not have."
    ),
}


def sentence_of(problem: Problem) -> str:
    """What is wrong, for a person."""
    if own := OWN.get(problem.sentence):
        return str(own[1])
    for start, told in STARTING.items():
        if problem.sentence.startswith(start):
            return str(told)
    told = BY_CODE.get(problem.code, BY_CODE["string_pattern_mismatch"])
    return str(told) % problem.params


def control_of(shapes: Mapping[str, Shape], plain: Mapping[str, Any], problem: Problem) -> str:
    """The control that a problem is shown at; empty when it concerns no part drawn here."""
    if not problem.path or str(problem.path[0]) not in shapes:
        return ""
    name, *rest = problem.path
    preferred = OWN.get(problem.sentence, ("",))[0]
    return _control(shapes[str(name)], plain.get(str(name)), str(name), rest, preferred)


def _control(  # noqa: PLR0911 - one case a shape
    shape: Shape, value: Any, path: str, steps: list[Any], preferred: str
) -> str:
    match shape:
        case Maybe():
            if value is None:
                return presence_of(path)
            return _control(shape.inner, value, path, steps, preferred)
        case Kinds():
            kind = value.get("kind") if isinstance(value, Mapping) else None
            record = shape.records.get(str(kind))
            return (
                _control(record, value, path, steps, preferred) if record else below(path, "kind")
            )
        case Record():
            return _in_record(shape, value, path, steps, preferred)
        case Sentence():
            return below(path, steps[0] if steps else "fr")
        case Rows() | Spans():
            if not steps:
                return rows_of(path)
            place, *rest = steps
            return _control(shape.item, value[place], below(path, place), rest, preferred)
        case Keyed():
            return _in_keyed(shape, value, path, steps, preferred)
    return path


def _in_record(shape: Record, value: Any, path: str, steps: list[Any], preferred: str) -> str:
    known = value if isinstance(value, Mapping) else {}
    if steps and steps[0] in shape.fields:
        name, *rest = steps
    else:
        name, rest = (preferred if preferred in shape.fields else _first_drawn(shape)), []
    return _control(shape.fields[name], known.get(name), below(path, name), rest, preferred)


def _first_drawn(shape: Record) -> str:
    drawn = (
        name
        for name, inner in shape.fields.items()
        if not (isinstance(inner, Leaf) and inner.is_settled)
    )
    return next(drawn)


def _in_keyed(shape: Keyed, value: Any, path: str, steps: list[Any], preferred: str) -> str:
    if not steps:
        return presence_of(below(path, shape.keys[0])) if shape.keys else rows_of(path)
    key, *rest = steps
    if shape.keys:
        return _control(shape.item, value.get(key), below(path, key), rest, preferred)
    row = below(path, list(value).index(key))
    if not rest:
        return below(row, "key")
    return _control(shape.item, value[key], below(row, "value"), rest, preferred)
