"""Where the Tab key goes, and whether a person who sees the page would have gone there too.

The rule (RGAA 12.8, WCAG 2.4.3): blocks that stand beside each other in the document are compared
as they stand on the screen. The one that is reached next stands below the one before, or to its
right in the same row; then the same is asked inside of each. So a column is read to its end before
the next one begins, the side menu before the content, and a cell is never held against a cell of
another card. What is laid over the page (the bar under the thumb, the link past the navigation)
has no row on it: it is compared within itself only. Places are those before anything is scrolled.

And (WCAG 2.4.7, 2.4.11): whatever takes the focus is drawn, has a size, and is on top.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from playwright.sync_api import Page

MOST_STOPS = 120
# Pixels by which neighbours may bite into each other: borders that share a line, hanging letters.
SLACK = 4

# Where the focus is. `path`: from the body down, each block's place in the document and its box.
# A box that the eye does not look for is replaced: a tick by its label's, a link that runs over
# several lines by its first line.
STOP = """() => {
  const node = document.activeElement
  if (!node || node === document.body) return null
  const all = [...document.querySelectorAll('*')]
  const first = one => one.getClientRects()[0] || one.getBoundingClientRect()
  const isTick = node.matches('input[type=checkbox], input[type=radio], input[type=file]')
  const isTiny = first(node).width <= 2 || first(node).height <= 2
  const seen = isTick && isTiny && node.labels[0] || node
  const box = first(seen)
  const style = getComputedStyle(node)
  const at = document.elementFromPoint(
    Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1))
  const said = {
    place: all.indexOf(node),
    name: [node.tagName, node.getAttribute('aria-label') || node.innerText || node.name]
      .join(' ').trim().slice(0, 60),
    // The calendar of a date field is a part of it that the browser outlines by itself.
    is_drawn: !node.matches(':focus') || style.boxShadow !== 'none'
      || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
    is_visible: box.width > 2 && box.height > 2
      && seen.checkVisibility({opacityProperty: true, visibilityProperty: true}),
    is_inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    is_covered: !seen.contains(at) && !(node.labels && node.labels[0]?.contains(at)),
  }
  // At rest: nothing scrolled, for as long as it takes to measure.
  const chain = []
  for (let one = node; one; one = one.parentElement) chain.unshift(one)
  const moved = chain.map(one => [one.scrollLeft, one.scrollTop])
  const move = one => one.scrollTo({left: 0, top: 0, behavior: 'instant'})
  chain.forEach(move)
  const shape = one => [one.left, one.top, one.right, one.bottom]
  said.box = shape(first(seen))
  said.path = chain.slice(1).map(one => [all.indexOf(one), shape(one.getBoundingClientRect())])
  said.is_nailed = node.matches('.skip-link')
    || chain.some(one => getComputedStyle(one).position === 'fixed')
  chain.forEach((one, index) => one.scrollTo(
    {left: moved[index][0], top: moved[index][1], behavior: 'instant'}))
  return said
}"""


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: "Box") -> "Box":
        """The smallest that holds both; one without a size holds nothing."""
        if self.right <= self.left or self.bottom <= self.top:
            return other
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def comes_before(self, other: "Box") -> bool:
        """Whether one reads this one first: it stands above, or to the left in the same row."""
        if other.top >= self.bottom - SLACK:
            return True
        is_same_row = other.bottom > self.top + SLACK
        return is_same_row and other.left >= self.right - SLACK


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that the Tab key comes to."""

    place: int
    name: str
    is_drawn: bool
    is_visible: bool
    is_inside: bool
    is_covered: bool
    is_nailed: bool
    box: Box
    path: tuple[tuple[int, Box], ...]


def stops_of(page: Page, *, key: str = "Tab") -> list[Stop]:
    """Everything that the key comes to, from one end of the page to the other."""
    found: list[Stop] = []
    for _step in range(MOST_STOPS):
        page.keyboard.press(key)
        said: dict[str, Any] | None = page.evaluate(STOP)
        if said is None or (found and said["place"] == found[0].place):
            break
        path = tuple((place, Box(*box)) for place, box in said.pop("path"))
        found.append(Stop(**{**said, "box": Box(*said["box"])}, path=path))
    return found


def faults_in(stops: Sequence[Stop]) -> list[str]:
    """What a person who has the keyboard alone would lose their way by."""
    found = [
        f"{after.name} comes after {before.name} and stands before it in the document"
        for before, after in pairwise(stops)
        if after.place < before.place
    ]
    return found + list(faults_of_place(stops)) + faults_of_sight(stops)


def faults_of_sight(stops: Sequence[Stop]) -> list[str]:
    """What takes the focus where nobody sees it."""
    rules: dict[str, Callable[[Stop], bool]] = {
        "is not drawn as focused": lambda stop: not stop.is_drawn,
        "has the focus and is hidden": lambda stop: not stop.is_visible,
        "is out of the window": lambda stop: not stop.is_inside,
        "lies under something": lambda stop: stop.is_covered,
    }
    return [
        f"{stop.name} {said}" for said, broken in rules.items() for stop in stops if broken(stop)
    ]


def faults_of_place(stops: Sequence[Stop]) -> Iterator[str]:
    """Blocks that are reached in another order than they stand in; what is nailed, by itself."""
    for is_nailed in (False, True):
        yield from _faults_within([stop for stop in stops if stop.is_nailed == is_nailed], 0)


def _faults_within(stops: Sequence[Stop], depth: int) -> Iterator[str]:
    blocks = [list(block) for _key, block in groupby(stops, lambda stop: _block_of(stop, depth))]
    for before, after in pairwise(blocks):
        if not (_is_around(before, depth) or _is_read_before(before, after, depth)):
            yield f"{after[0].name} comes after {before[-1].name} and is seen before it"
    for block in blocks:
        # The parts of a date are several stops in one field, which has no inside of its own.
        if block[0].path[depth:] != block[-1].path[depth:]:
            yield from _faults_within(block, depth + 1)


def _block_of(stop: Stop, depth: int) -> int:
    return stop.path[depth][0] if depth < len(stop.path) else -1


def _is_around(block: Sequence[Stop], depth: int) -> bool:
    """A stop that holds those that come next, as the frame of a wide table does."""
    return depth >= len(block[0].path)


def _is_read_before(before: Sequence[Stop], after: Sequence[Stop], depth: int) -> bool:
    """By the blocks' own edges; by what is reached in them where the edges bite into each other."""
    edges, reached = [], []
    for block in (before, after):
        hull = block[0].box
        for stop in block:
            hull = hull.around(stop.box)
        reached.append(hull)
        own = block[0].path[depth][1] if depth < len(block[0].path) else hull
        edges.append(own.around(hull))
    return edges[0].comes_before(edges[1]) or reached[0].comes_before(reached[1])
