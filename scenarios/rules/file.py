"""A scenario file as a typed value; what is not understood is refused with its line and field."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import EARLIEST_DAY, LATEST_DAY

Path = tuple[str | int, ...]

# Events that a file may hold but that no capability plays yet, with the rule they wait for.
WAITING: Final = {
    "intervention": "I1-I19",
    "settings_modified": "I6",
    "os_updated": "I6",
    "notice": "D5",
    "cessation": "D6",
    "early_termination": "D7",
    "move": "D11",
    "amend": "P4",
    "rejected_debit": "B4",
    "formal_notice": "D8",
    "withdrawal": "D16",
    "availability": "D9",
    "force_majeure": "D14",
    "suspend": "D15",
    "resume": "D15",
    "backup_run": "S2",
    "volume": "S4",
    "assign": "D12",
    "subscribe": "options",
}
KINDS: Final = frozenset({"term", "invoice", "credit_note", "price_revision", "end", "alert"})
WAITING_KINDS: Final = frozenset(
    {
        "penalty_statement",
        "notice",
        "right",
        "coverage",
        "pack",
        "direct_debit",
        "reminder",
        "formal_notice",
        "suspension",
        "resumption",
        "visit_planned",
        "quote_proposed",
        "contract_change",
    }
)


class ScenarioRefused(DomainError):
    """A file that is not understood: its name, line and field, and why. Nothing was run."""

    def __init__(self, filename: str, line: int, field: str, problem: str) -> None:
        self.filename, self.line = filename, line
        super().__init__(
            _("%(filename)s, line %(line)s, %(field)s: %(problem)s"),
            field=field,
            params={"filename": filename, "line": line, "field": field, "problem": problem},
        )


def _amount(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("write amounts between quotes")  # noqa: TRY004  shown at the field
    return value


Day = Annotated[date, Field(ge=EARLIEST_DAY, le=LATEST_DAY)]
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=12, decimal_places=2)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndexValue(Part):
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    value: Annotated[Decimal, BeforeValidator(_amount), Field(gt=0)]
    published: Day
    series: Literal["old", "revised"] = "revised"


class Client(Part):
    name: Annotated[str, Field(min_length=1, max_length=160)]
    postal_code: Annotated[str, Field(pattern=r"^\d{5}$")]
    group: bool = False
    employees: Annotated[int, Field(ge=0)] | None = None


class Backup(Part):
    capacity_gb: Annotated[int, Field(gt=0)] | None = None
    retention: str = ""


class Piece(Part):
    key: str
    kind: str
    origin: str = "sold"


class Agreement(Part):
    """The contract of the scenario; what it leaves out takes the preset's value.

    Without a yearly price, the offer's own prices apply to the equipment (P3).
    """

    offer: str
    signed: Day
    signed_at: Literal["provider", "client", "distance"] = "distance"
    starts: Day | None = None
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    annual_price: Amount | None = None
    billing: Literal["yearly", "half-yearly", "quarterly", "monthly"] | None = None
    payment: Literal["direct_debit", "bank_transfer", "cheque"] | None = None
    options: tuple[str, ...] = ()
    backup: Backup | None = None
    equipment: tuple[Piece, ...] = ()


class Payment(Part):
    """Money received for the invoice at a place in the order of issue, from 1."""

    on: Day
    do: Literal["payment"]
    invoice: Annotated[int, Field(ge=1)]
    amount: Amount | None = None


class Cancellation(Part):
    """A credit note for a whole invoice; the contract waits for a person to release it."""

    on: Day
    do: Literal["cancellation"]
    invoice: Annotated[int, Field(ge=1)]
    released: bool = True


class SettingAside(Part):
    """A contract that somebody keeps out of the invoice runs."""

    on: Day
    do: Literal["set_aside"]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


Event = Annotated[Payment | Cancellation | SettingAside, Field(discriminator="do")]
VERBS: Final = frozenset({"payment", "cancellation", "set_aside"})


class Habit(Part):
    """How invoices are paid that no event names: so many days after the due date, first and last.

    >>> Habit(pays_after=(20, 70)).pays_after
    (20, 70)
    """

    pays_after: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]


class Scenario(Part):
    title: str
    preset: str
    overrides: dict[str, Any] = {}
    syntec: tuple[IndexValue, ...] = ()
    client: Client
    contract: Agreement
    habit: Habit | None = None
    events: tuple[Event, ...] = ()
    until: Day
    expect: tuple[dict[str, Any], ...] = ()
    never: tuple[dict[str, Any], ...] = ()


class _Loader(yaml.SafeLoader):
    """YAML where `on` is a name and only true and false are truth values."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def read_scenario(text: str, filename: str = "scenario") -> Scenario:
    """A scenario from its text. Errors: `ScenarioRefused` with the line and the field."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ScenarioRefused(filename, line, "file", "not a YAML file") from error
    lines = dict(_lines(root)) if root is not None else {}

    def refuse(path: Path, problem: str) -> ScenarioRefused:
        field = ".".join(str(step) for step in path) or "file"
        return ScenarioRefused(filename, _line_of(path, lines), field, problem)

    if not isinstance(data, Mapping):
        raise refuse((), "a scenario is a mapping of names to values")
    for path, problem in _not_yet(data):
        raise refuse(path, problem)
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        # A name that is not known says more than the name that is missing because of it.
        found = error.errors()
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        raise refuse(_plain(first["loc"]), first["msg"]) from error


def _plain(location: Path) -> Path:
    """The location as the file has it: without the names that the validation adds to it."""
    return tuple(
        step
        for place, step in enumerate(location)
        if not (isinstance(step, str) and "[" in step)
        and not (step in VERBS and isinstance(location[place - 1], int))
    )


def _not_yet(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What the file asks for that the product does not do yet, with the rule that is missing."""
    for place, event in enumerate(_mappings(data.get("events"))):
        verb = event.get("do")
        if verb in WAITING:
            rule = WAITING[str(verb)]
            yield ("events", place, "do"), f"{verb} is not supported yet (rule {rule})"
        elif verb not in VERBS:
            yield ("events", place, "do"), f"{verb} is not an event"
    for part in ("expect", "never"):
        for place, entry in enumerate(_mappings(data.get(part))):
            kind = entry.get("kind")
            if kind in WAITING_KINDS:
                yield (part, place, "kind"), f"{kind} is not supported yet"
            if kind not in KINDS:
                yield (part, place, "kind"), f"{kind} is not a kind of timeline entry"


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return (
        [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
    )


def _lines(node: yaml.Node, path: Path = ()) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), key.start_mark.line + 1
            yield from (
                (p, n) for p, n in _lines(value, (*path, key.value)) if p != (*path, key.value)
            )
    elif isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            yield from _lines(item, (*path, place))


def _line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """The line of a name, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
