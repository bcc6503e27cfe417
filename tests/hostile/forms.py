"""The forms that the pages of the world show, read out of their HTML as a browser reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import resolve

# Sent by no browser unless pressed; without a name or a value they carry nothing.
BUTTONS = {"submit", "button", "reset", "image"}
TICKED = {"checkbox", "radio"}
OF_THE_FRAMEWORK = {"", "csrfmiddlewaretoken"}


@dataclass(slots=True)
class Field:
    """One name of a form: what an untouched form sends, and what else it offers."""

    name: str
    kind: str
    sent: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """One form: who sends it, where to, and every name that it lists."""

    path: str
    method: str = "post"
    sender: str = ""
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def route(self) -> str:
        return str(resolve(urlsplit(self.path).path).view_name)

    @property
    def label(self) -> str:
        """The same form of another object, or on another page, has the same label."""
        return f"{self.route} with {','.join(sorted(self.fields))}"

    def add(self, name: str, kind: str, sent: list[str], offered: list[str]) -> None:
        if name in OF_THE_FRAMEWORK:
            return
        known = self.fields.setdefault(name, Field(name, kind))
        known.sent += sent
        known.offered += offered


class Reader(HTMLParser):
    """Collects forms, the controls inside them, and those that name a form by its id."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select: tuple[str, Form | None] = ("", None)
        self._options: list[tuple[str, bool]] = []
        self._textarea: tuple[str, Form | None] | None = None
        self._text = ""
        self._strays: list[tuple[str, tuple[str, str, list[str], list[str]]]] = []

    def close(self) -> None:
        super().close()
        for owner, control in self._strays:
            if owner in self._by_id:
                self._by_id[owner].add(*control)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(given)
        elif tag == "select":
            self._select, self._options = (given.get("name", ""), self._open), []
        elif tag == "option":
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._textarea, self._text = (given.get("name", ""), self._open), ""
        elif tag in ("input", "button"):
            self._control(tag, given)

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select[1]:
            values = [value for value, _ in self._options]
            chosen = [value for value, is_chosen in self._options if is_chosen] or values[:1]
            self._select[1].add(self._select[0], "choice", chosen, values)
        elif tag == "textarea" and self._textarea and self._textarea[1]:
            self._textarea[1].add(self._textarea[0], "text", [self._text.strip()], [])

    def _begin(self, given: dict[str, str]) -> None:
        action = given.get("action", "")
        self._open = Form(urljoin(self.base, action), given.get("method", "get").lower())
        self.forms.append(self._open)
        if given.get("id"):
            self._by_id[given["id"]] = self._open

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        value = given.get("value", "on" if kind in TICKED else "")
        is_sent = kind not in BUTTONS | {"file"} and (kind not in TICKED or "checked" in given)
        control = (given.get("name", ""), kind, [value] if is_sent else [], [value])
        if "form" in given:
            self._strays.append((given["form"], control))
        elif self._open:
            self._open.add(*control)


def forms_in(html: str, base: str) -> list[Form]:
    """Those that change something."""
    reader = Reader(base)
    reader.feed(html)
    reader.close()
    return [form for form in reader.forms if form.method == "post"]
