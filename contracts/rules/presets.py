"""The four presets: offers of known providers as data, read from TOML files and checked whole."""

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ValidationError

from contracts.rules.overrides import TermsRefused, merge, parse_terms, telling_error
from contracts.rules.part import Code, Part, Percent, Text, Value, Words
from contracts.rules.terms import Terms
from contracts.rules.toml_lines import Path, known_depth, line_map, line_of
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.workdays import UnknownCalendar, holidays_of
from core.zones import known_zones

FOLDER: Final = FilePath(__file__).parent.parent / "presets"


class PresetError(DomainError):
    """A preset that is not understood: the file, the line and the field at fault."""

    def __init__(self, problem: str, *, filename: str, line: int, field: str = "") -> None:
        self.filename = filename
        self.line = line
        self.problem = problem
        super().__init__(
            _("%(filename)s, line %(line)s, %(field)s: %(problem)s"),
            field=field,
            params={"filename": filename, "line": line, "field": field, "problem": problem},
        )


def _known_zone(zone: str) -> str:
    if zone not in known_zones():
        raise ValueError("no such time zone")
    return zone


def _known_calendar(code: str) -> str:
    try:
        holidays_of(code, 2026)
    except UnknownCalendar as error:
        raise ValueError("no such holiday calendar") from error
    return code


class Numbering(Part):
    """B1, B4: the prefixes of the provider's number series."""

    rules = ("B1",)

    invoice_prefix: str = "F"
    credit_note_prefix: str = "A"
    penalty_prefix: str = "P"


class DefaultVat(Part):
    """B7: the rate most clients of the provider have; each invoice follows its client's place."""

    rules = ("B7",)

    rate: Percent


class OfferPreset(Value):
    """One offer: its name, its place in the range, and its whole terms."""

    code: Code
    name: Text
    summary: Words
    terms: Terms


class Preset(Value):
    """What a new provider can start from; an amount is a sample unless it says otherwise."""

    code: Code
    name: Text
    zone: Annotated[str, AfterValidator(_known_zone)]
    holidays: Annotated[str, AfterValidator(_known_calendar)]
    vat: DefaultVat
    numbering: Numbering
    offers: dict[str, OfferPreset]

    @property
    def vat_rate(self) -> Percent:
        return self.vat.rate


class _OfferHead(Value):
    name: Text
    summary: Words
    terms: dict[str, Any] = {}


class _File(Value):
    """The shape of the file: `terms` is what all its offers share."""

    schema_number: int
    code: Code
    name: Text
    zone: Annotated[str, AfterValidator(_known_zone)]
    holidays: Annotated[str, AfterValidator(_known_calendar)]
    vat: DefaultVat
    numbering: Numbering
    terms: dict[str, Any] = {}
    offers: dict[str, _OfferHead]


def _read_toml(text: str, filename: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = str(error)
        _before, _at, place = problem.partition("(at line ")
        line = int(place.partition(",")[0]) if place else text.count("\n") + 1
        raise PresetError(problem, filename=filename, line=line) from error


def _read_head(data: dict[str, Any], text: str, filename: str) -> _File:
    try:
        return _File.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        problem, path, _is_missing = telling_error(error)
        raise PresetError(
            problem,
            filename=filename,
            line=line_of(line_map(text), path),
            field=".".join(str(step) for step in path),
        ) from error


def _read_offer(head: _OfferHead, code: str, shared: dict[str, Any]) -> OfferPreset:
    return OfferPreset(
        code=code,
        name=head.name,
        summary=head.summary,
        terms=parse_terms(merge(shared, head.terms)),
    )


def _written_at(lines: Mapping[Path, int], code: str, path: Path) -> Path:
    """Where a name of an offer's terms is written: with the offer, or with what all share."""
    own, shared = ("offers", code, "terms", *path), ("terms", *path)
    own_depth = known_depth(lines, own) - 3
    return own if own_depth > 0 and own_depth >= known_depth(lines, shared) - 1 else shared


def parse_preset(text: str, filename: str) -> Preset:
    """A preset from the text of its file, or `PresetError` with file, line and field."""
    head = _read_head(_read_toml(text, filename), text, filename)
    offers = {}
    for code, offer in head.offers.items():
        try:
            offers[code] = _read_offer(offer, code, head.terms)
        except TermsRefused as error:
            lines = line_map(text)
            path = _written_at(lines, code, error.path)
            field = ".".join(str(step) for step in path)
            raise PresetError(
                error.problem, filename=filename, line=line_of(lines, path), field=field
            ) from error
    return Preset(
        code=head.code,
        name=head.name,
        zone=head.zone,
        holidays=head.holidays,
        vat=head.vat,
        numbering=head.numbering,
        offers=offers,
    )


def preset_codes() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def load_preset(code: str) -> Preset:
    """One of the presets of the product, by its code."""
    if code not in preset_codes():
        raise DomainError(_("There is no preset %(code)s."), field="preset", params={"code": code})
    file = FOLDER / f"{code}.toml"
    return parse_preset(file.read_text(encoding="utf-8"), file.name)
