"""Charts drawn on the server as SVG: sizes by attributes, colours by classes, figures in a table.

A chart says its point in its caption and gives the same figures as a table, so that nothing is
known by its colour or its length alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from portal.components import Column, Empty, Link, Row, Table, Text, Tone

WIDTH: Final = 1000
THINNEST: Final = 2  # what is small is still seen


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: what it stands for, how much, how many, and the rows behind it."""

    label: Text
    amount: Decimal
    count: int
    tone: Tone
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with its place in the drawing."""

    segment: Segment
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """A bar of a waterfall: a level, or what moves it up or down."""

    label: Text
    amount: Decimal
    tone: Tone
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A step with its place in the drawing, and where its label stands."""

    step: WaterfallStep
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A level, what moved it, and the level after: bars that start where the last one ended."""

    title: Text
    takeaway: Text
    heads: tuple[Text, Text]
    steps: Sequence[WaterfallStep]
    empty: Empty
    height: int = 220

    @property
    def bars(self) -> list[Bar]:
        """Every step that is something, on one scale from zero; none where nothing moved."""
        spans = list(self._spans())
        if all(step.is_level for step, _low, _high in spans):
            return []
        top = max((high for _step, _low, high in spans), default=Decimal(0))
        slot = WIDTH // max(len(spans), 1)
        return [self._bar(place, slot, top, *span) for place, span in enumerate(spans) if top]

    def _spans(self) -> Iterator[tuple[WaterfallStep, Decimal, Decimal]]:
        level = Decimal(0)
        for step in self.steps:
            before = Decimal(0) if step.is_level else level
            level = before + step.amount
            if step.amount or step.is_level:
                yield step, min(before, level), max(before, level)

    def _bar(
        self, place: int, slot: int, top: Decimal, step: WaterfallStep, low: Decimal, high: Decimal
    ) -> Bar:
        drawn = max(round((high - low) * self.height / top), THINNEST)
        y = min(round((top - high) * self.height / top), self.height - drawn)
        x = place * slot + slot // 10
        return Bar(step, str(x), str(y), str(slot - slot // 5), str(drawn))

    @property
    def table(self) -> Table:
        label, amount = self.heads
        columns = (Column(label, is_row_header=True), Column(amount, is_numeric=True))
        rows = [Row((step.label, step.amount)) for step in self.steps]
        return Table(self.title, columns, rows, self.empty)


@dataclass(frozen=True, slots=True)
class StackedBar:
    """One bar of several parts."""

    title: Text
    takeaway: Text
    heads: tuple[Text, Text, Text]
    segments: Sequence[Segment]
    empty: Empty

    @property
    def total(self) -> Decimal:
        return sum((segment.amount for segment in self.segments), Decimal(0))

    @property
    def parts(self) -> list[Part]:
        """The parts that have a length; numbers as SVG wants them, whatever the language."""
        found, start = [], 0
        for segment in self.segments:
            width = round(segment.amount * WIDTH / self.total) if self.total else 0
            if width:
                found.append(Part(segment, str(start), str(width)))
            start += width
        return found

    @property
    def table(self) -> Table:
        label, count, amount = self.heads
        columns = (
            Column(label, is_row_header=True),
            Column(count, is_numeric=True),
            Column(amount, is_numeric=True),
        )
        rows = [Row((Link(row.label, row.url), row.count, row.amount)) for row in self.segments]
        return Table(self.title, columns, rows, self.empty)
