"""What a browser and axe say of a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, Response

# WCAG 2.0 to 2.2, levels A and AA, and the tests of the French RGAA that axe knows.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"]
# What a change of theme alone can break.
RULES_OF_COLOR = ["color-contrast", "link-in-text-block"]

# Half a megabyte, read once here and once by each document.
AXE = Axe().axe_script
# What axe found in order would be most of the answer.
RUN_AXE = """async ([within, options]) =>
  (await axe.run(within ?? document, options)).violations
"""

SIZES = {"phone": (390, 844), "desktop": (1360, 850)}


@dataclass
class Visit:
    """A page under watch: what it complains about is collected, and looked at when it is over."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    # Statuses that the test itself provokes; the browser reports each as an error.
    expected: set[int] = field(default_factory=lambda: {200})

    def __post_init__(self) -> None:
        self.page.on("console", self._note_console)
        self.page.on("pageerror", self._note_error)
        self.page.on("response", self._note_response)

    def open(self, path: str) -> Page:
        """Go to a path of the site and wait until it is drawn."""
        self.page.goto(self.address + path)
        return self.page

    def _note_console(self, message: ConsoleMessage) -> None:
        # A refused resource is noted with its status by the response.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _note_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.url}")


def violations_everywhere(page: Page) -> list[str]:
    """What is wrong on a phone and on a desktop, in the light and in the dark theme."""
    return [fault for size in SIZES for fault in violations_at(page, size, ("light", "dark"))]


def violations_at(page: Page, size: str, themes: Sequence[str]) -> list[str]:
    """What is wrong on one size of screen: every rule in the first theme, colors in the others."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    # The whole page at once: what a fixed bar hides for now is one scroll away.
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, whole)})
    found = []
    for theme in themes:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        rules = TAGS if theme == themes[0] else RULES_OF_COLOR
        found += [f"{size}, {theme}: {fault}" for fault in violations(page, rules)]
    page.set_viewport_size({"width": width, "height": height})
    return found + ([f"{size}: {wide}"] if (wide := too_wide(page)) else [])


# The last link of the header, before one's own account, at the same place on every page.
HELP = """() => {
  const acts = [...document.querySelectorAll('.site-header-acts > *:not(.menu)')]
  const links = acts.filter(node => node.matches('a[href$="/aide/"]') && node.checkVisibility())
  return links.length === 1 && links[0] === acts.at(-1)
}"""


def help_missing(page: Page) -> str:
    """What is wrong with the way to the help (3.2.6); empty when it is where one looks for it."""
    return "" if page.evaluate(HELP) else "no link to the help at the end of the header"


# The page's policy forbids what Playwright waits with: it evaluates a text.
CALM = """async () => {
  const waiting = '.htmx-request, .htmx-swapping, .htmx-settling'
  const limit = performance.now() + 10000
  await document.fonts.ready
  while (document.querySelector(waiting)) {
    if (performance.now() > limit) throw new Error('the page never becomes calm')
    await new Promise(later => setTimeout(later, 10))
  }
}"""


def wait_until_calm(page: Page) -> None:
    """Until the parts that the page asks for by itself are there, and its letters are drawn.

    htmx marks what it waits for before the page counts as loaded, and takes the mark away when the
    answer stands in its place.
    """
    page.evaluate(CALM)


# What reaches furthest to the right, by its tag and classes.
WIDEST = """() => {
  const right = node => node.getBoundingClientRect().right
  const inside = [...document.querySelectorAll('body *')].filter(node =>
    !node.closest('.table-scroll, .visually-hidden, svg'))
  const node = inside.reduce((one, other) => right(other) > right(one) ? other : one)
  return node.outerHTML.slice(0, 120)
}"""


def too_wide(page: Page) -> str:
    """By how much the page is wider than its window and because of what; empty when it fits."""
    wider = overflow(page)
    return f"{wider} pixels wider than the window: {page.evaluate(WIDEST)}" if wider else ""


def unfold(page: Page) -> None:
    """Open every explanation. A menu is left alone: open, it covers what lies behind it."""
    page.evaluate(
        "for (const node of document.querySelectorAll('details:not(.menu)')) node.open = true"
    )


def violations_of_menus(page: Page) -> list[str]:
    """What axe holds against each menu while it is open, one after the other."""
    found = []
    for menu in page.locator("details.menu").all():
        if menu.is_visible():
            menu.evaluate("node => { node.open = true }")
            found += violations(page, within="details.menu[open]")
            menu.evaluate("node => { node.open = false }")
    return found


def violations(page: Page, only: Sequence[str] = TAGS, *, within: str | None = None) -> list[str]:
    """What axe holds against the page as it stands, or a part of it, one line a node."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"runOnly": list(only), "resultTypes": ["violations"]}
    found: Any = page.evaluate(RUN_AXE, [within, options])
    return [
        f"{rule['id']} {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window: none, or one must scroll sideways."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
