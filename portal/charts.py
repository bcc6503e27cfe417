"""Charts drawn on the server as SVG: sizes by attributes, colours by classes, figures in a table.

A chart says its point in its caption and gives the same figures as a table, so that nothing is
known by its colour or its length alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from portal.components import Column, Empty, Link, Row, Table, Text, Tone

WIDTH: Final = 1000


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
