"""Templates hold nothing that the policy would block and nothing that cannot be read."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# What fails contrast in one theme at least (see docs/design.md).
BANNED = re.compile(
    r"(?<!\S)(text-(primary|secondary|success|danger|warning|info|light|dark|muted)"
    r"|btn-outline-[a-z]+|table-(warning|danger))(?!\S)"
)
# Documents are printed, and mail programs know no style sheet.
APART = {"documents", "emails"}
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if not APART & set(path.parts))


class Lint(HTMLParser):
    """Notes what the policy would block, what cannot be read, and controls without a label."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.faults += [
            f"{name} on <{tag}>" for name in given if name == "style" or name[:2] == "on"
        ]
        self.faults += [
            f"class {found.group()}" for found in BANNED.finditer(given.get("class") or "")
        ]
        if tag == "style" or (tag == "script" and not _is_fit_script(given)):
            self.faults.append(f"inline <{tag}>")
        if (tag == "html" and not given.get("lang")) or (tag == "img" and "alt" not in given):
            self.faults.append(f"<{tag}> without its words")
        if tag == "label" and (target := given.get("for")):
            self.labelled.add(target)
        if tag in {"input", "select", "textarea"} and given.get("type") not in {"hidden", "submit"}:
            self.controls.append(given)

    def close(self) -> None:
        super().close()
        self.faults += [
            f"no label for {control}"
            for control in self.controls
            if control.get("id") not in self.labelled and not control.get("aria-label")
        ]


def _is_inline(attribute: str) -> bool:
    return attribute == "style" or attribute.startswith("on")


def _is_fit_script(given: dict[str, str | None]) -> bool:
    return bool(given.get("src")) or given.get("type") == "application/json"


def faults(html: str) -> list[str]:
    lint = Lint()
    lint.feed(html)
    lint.close()
    return lint.faults


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_keep_to_the_policy_and_to_readable_classes(path: Path) -> None:
    # Tags print attributes only; a tag in quotes inside an attribute would end it for the parser.
    source = re.sub(r"\{%.*?%\}", _as_word, path.read_text(), flags=re.DOTALL)
    assert faults(source) == []
    assert "|safe" not in source or path.name == "activate_form.html"
    assert "hx-on" not in source


def _as_word(found: re.Match[str]) -> str:
    return "x" if "url" in found.group() or "static" in found.group() else " "


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:red">',
        '<p onclick="x()">',
        "<script>x()</script>",
        "<style>p{}</style>",
        "<html>",
        '<img src="x">',
        '<a class="btn btn-outline-primary">',
        '<p class="text-danger">',
        '<input id="a"><label for="b"></label>',
    ],
)
def test_the_lint_sees_each_fault(html: str) -> None:
    assert faults(html)


def test_the_lint_lets_readable_markup_pass() -> None:
    assert not faults('<label for="a">A</label><input id="a"><p class="text-danger-emphasis">')
