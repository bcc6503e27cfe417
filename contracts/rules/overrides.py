"""Terms that differ from others in a few names (presets, offers, scenarios)."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from contracts.rules.terms import Terms
from core.errors import DomainError
from core.errors import gettext_noop as _

Path = tuple[str | int, ...]


class TermsRefused(DomainError):
    """Terms that cannot be: an unknown name, a missing one, a value out of its bounds."""

    def __init__(self, problem: str, *, path: Path) -> None:
        self.path = path
        self.problem = problem
        field = ".".join(str(step) for step in path)
        super().__init__(
            _("The terms are refused at %(field)s: %(problem)s."),
            field=field,
            params={"field": field or "terms", "problem": problem},
        )


def merge(base: object, changes: object) -> Any:
    """Tables name by name, all else replaced whole; another `kind` keeps nothing but the clause."""
    if not isinstance(base, Mapping) or not isinstance(changes, Mapping):
        return changes
    if "kind" in base and changes.get("kind", base["kind"]) != base["kind"]:
        base = {"clause": base["clause"]} if "clause" in base else {}
    merged = dict(base)
    for name, value in changes.items():
        merged[name] = merge(base[name], value) if name in base else value
    return merged


def _has(data: Any, step: str | int) -> bool:
    if isinstance(data, Mapping):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def path_in(data: Any, location: Path, *, ends_missing: bool) -> Path:
    """The location without the tags of unions, which no file contains."""
    path: Path = ()
    for step in location:
        if _has(data, step):
            path, data = (*path, step), data[step]
    return (*path, location[-1]) if ends_missing else path


def telling_error(error: ValidationError) -> tuple[str, Path, bool]:
    """What is wrong, where, and whether a name is missing there.

    An unknown name comes first: it is often the misspelling of the one that is missing.
    """
    errors = error.errors(include_url=False)
    told = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    problem = "unknown name" if told["type"] == "extra_forbidden" else told["msg"]
    return problem, told["loc"], told["type"] == "missing"


def parse_terms(data: Mapping[str, Any]) -> Terms:
    """Terms from plain values; what is wrong is named by the path it has in the data."""
    try:
        return Terms.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        problem, location, is_missing = telling_error(error)
        path = path_in(data, location, ends_missing=is_missing)
        raise TermsRefused(problem, path=path) from error


def with_overrides(terms: Terms, overrides: Mapping[str, Any]) -> Terms:
    """The same terms but for some names, which are those of a preset file.

    An unknown name is refused, never ignored: `TermsRefused` carries it as its field.
    """
    return parse_terms(merge(terms.model_dump(mode="json"), overrides)) if overrides else terms
