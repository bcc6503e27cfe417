"""The four presets: offers of known providers as data, read from TOML files and checked whole."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, ValidationError

from contracts.rules.overrides import TermsRefused, merge, parse_terms
from contracts.rules.part import Code, Part, Percent, Text, Value, Words
from contracts.rules.terms import Terms
from contracts.rules.toml_lines import line_map, line_of
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.workdays import UnknownCalendar, holidays_of

FOLDER: Final = Path(__file__).parent.parent / "presets"


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
    if zone not in available_timezones():
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
        first = error.errors(include_url=False)[0]
        raise PresetError(
            "unknown name" if first["type"] == "extra_forbidden" else first["msg"],
            filename=filename,
            line=line_of(line_map(text), first["loc"]),
            field=".".join(str(step) for step in first["loc"]),
        ) from error


def _read_offer(head: _OfferHead, code: str, shared: dict[str, Any]) -> OfferPreset:
    return OfferPreset(
        code=code,
        name=head.name,
        summary=head.summary,
        terms=parse_terms(merge(shared, head.terms)),
    )


def parse_preset(text: str, filename: str) -> Preset:
    """A preset from the text of its file, or `PresetError` with file, line and field."""
    head = _read_head(_read_toml(text, filename), text, filename)
    offers = {}
    for code, offer in head.offers.items():
        try:
            offers[code] = _read_offer(offer, code, head.terms)
        except TermsRefused as error:
            own = ("offers", code, "terms", *error.path)
            lines = line_map(text)
            in_offer = own in lines or ("terms", *error.path) not in lines
            path = own if in_offer else ("terms", *error.path)
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
