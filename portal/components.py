"""What a page is made of: values that views build and the templates in `components/` draw.

They carry words, addresses and figures, never HTML. Amounts stay `Decimal` and days stay `date`
until the template, so that the reader's language decides how they look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.periods import Period
from core.reasons import Reason

# A sentence, translated now or when it is drawn.
Text = str | Promise


class Tone(StrEnum):
    """How much attention something asks for; always drawn with an icon and a word too."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"

    @property
    def icon(self) -> str:
        return TONE_ICONS[self]


TONE_ICONS = {
    Tone.NEUTRAL: "circle-dashed",
    Tone.INFO: "info",
    Tone.SUCCESS: "circle-check",
    Tone.WARNING: "triangle-alert",
    Tone.DANGER: "octagon-alert",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A status word: text, icon and colour."""

    label: Text
    tone: Tone = Tone.NEUTRAL
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a cell or a fact; `detail` is said to screen readers after the label."""

    label: Text
    url: str
    detail: Text = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A main value with a quieter one under it: a client and its town, a total and its net."""

    main: "Value"
    detail: "Value"


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage: 20 %, 8,5 %."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in minutes, shown as 3 h 30."""

    minutes: int


# None is drawn as a dash, a Decimal as euros, an int as a count, a date as `<time>`.
Value = Text | Decimal | int | date | Period | Rate | Duration | Badge | Link | Pair | None


@dataclass(frozen=True, slots=True)
class Action:
    """A button or a link that looks like one.

    With `is_post` it is a form of its own. `dialog` names the `{% dialog %}` of the same page that
    it opens; without script the link leads to `url`, the page that asks the same question.
    """

    label: Text
    url: str
    icon: str = ""
    is_post: bool = False
    is_danger: bool = False
    is_download: bool = False  # never where a page may be answered instead: it would be the file
    dialog: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a definition list; its reasons, when given, explain the value in place."""

    label: Text
    value: Value
    hint: Text = ""
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class Crumb:
    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the space's navigation; a count only where an act is due."""

    label: Text
    url: str
    is_current: bool = False
    count: int | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A status tab above a list; the count stops at 1,000 (« plus de 1 000 »)."""

    label: Text
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address of the list without it."""

    label: Text
    remove_url: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `sorted` is "ascending", "descending" or empty, with the address that sorts."""

    label: Text
    is_numeric: bool = False
    is_row_header: bool = False
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a column; `choice` is what its checkbox sends where the table lets one choose."""

    cells: Sequence[Value]
    choice: str = ""
    choice_label: Text = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell beside its column, as the table's template reads it."""

    column: Column
    value: Value

    @property
    def is_filled(self) -> bool:
        """A total leaves most of its cells blank: no dash in them."""
        return self.value is not None and self.value != ""


@dataclass(frozen=True, slots=True)
class Empty:
    """Why nothing is here, and the one thing to do about it; `other` is a second way to do it."""

    title: Text
    text: Text = ""
    action: Action | None = None
    icon: str = "inbox"
    other: Action | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that becomes a stack of cards on a phone.

    `caption` is read by screen readers even when `has_hidden_caption`; `total` is the last row.
    `choice` names the checkboxes that choose rows, inside a form that the page brings.
    """

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: Empty
    total: Row | None = None
    has_hidden_caption: bool = True
    choice: str = ""

    def cells(self, row: Row) -> list[Cell]:
        pairs = zip(self.columns, row.cells, strict=True)
        return [Cell(column, value) for column, value in pairs]

    @property
    def foot(self) -> list[Cell]:
        return self.cells(self.total) if self.total else []


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Where a page of a list stands: addresses by key, empty where there is nothing further."""

    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    last_url: str = ""
    summary: Text = ""


@dataclass(frozen=True, slots=True)
class Altered:
    """What an edit changed of one value; empty where there was, or is, none."""

    label: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A dated line of a timeline or of the next dates; `changes` say what was edited."""

    day: date
    label: Text
    detail: Text = ""
    url: str = ""
    badge: Badge | None = None
    reasons: Sequence[Reason] = ()
    changes: Sequence[Altered] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of several pages that follow each other."""

    label: Text
    is_done: bool = False
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Where a long job stands; while it has `poll_url`, the page asks again every two seconds.

    `milestone` changes at each quarter and at the first failure: `announcement` is then said.
    """

    title: Text
    badge: Badge
    done: int
    total: int
    detail: Text = ""
    current: Text = ""
    failures: Text = ""
    problem: Text = ""
    poll_url: str = ""
    acts: Sequence[Action] = ()
    milestone: str = ""
    announcement: Text = ""


class Cover(StrEnum):
    """The answer to « est-ce couvert ? »."""

    COVERED = "covered"
    EXCLUDED = "excluded"
    FROM_PACK = "pack"
    UNKNOWN = "unknown"

    @property
    def tone(self) -> Tone:
        return COVER_TONES[self]

    @property
    def icon(self) -> str:
        return COVER_ICONS[self]

    @property
    def label(self) -> Text:
        return COVER_LABELS[self]


COVER_LABELS = {
    Cover.COVERED: gettext_lazy("Covered"),
    Cover.EXCLUDED: gettext_lazy("Not covered"),
    Cover.FROM_PACK: gettext_lazy("Drawn from the pack"),
    Cover.UNKNOWN: gettext_lazy("To be confirmed"),
}
COVER_TONES = {
    Cover.COVERED: Tone.SUCCESS,
    Cover.EXCLUDED: Tone.NEUTRAL,
    Cover.FROM_PACK: Tone.WARNING,
    Cover.UNKNOWN: Tone.INFO,
}
COVER_ICONS = {
    Cover.COVERED: "shield-check",
    Cover.EXCLUDED: "circle-minus",
    Cover.FROM_PACK: "package",
    Cover.UNKNOWN: "circle-question-mark",
}


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose pages these are: a provider's, or the product's own before one is chosen."""

    name: str
    stylesheet_url: str = ""
    logo_url: str = ""
    phone: str = ""
    email: str = ""
    is_set_up: bool = True

    @property
    def initial(self) -> str:
        return self.name[:1].upper()
