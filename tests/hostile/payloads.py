"""What is sent with a form: its honest answer, spoiled in one place, in some, or everywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.factories import A_PICTURE, TINY_PDF
from tests.hostile.forms import Field, Form
from tests.hostile.values import CHARSETS, CREDENTIALS, FILES, LONG, WORST, hostile

# What says which state of a row or a draft was seen; the rest is not looked at without it.
KEPT: Final = frozenset({"version", "revision", "seen", "request_key"})
# Values that a form is flooded with in the short form, at least.
FLOODED: Final = 100
LEAST_TURNS: Final = 3
MOST_TURNS: Final = 25
BOUNDARY: Final = "hostile-boundary"
# What an honest person writes where a form says nothing yet, by a part of the field's name.
PLAUSIBLE: Final = {
    "email": "quelqu.un@cabinet.example",
    "postal_code": "83480",
    "siren": "732829320",
    "vat_number": "FR44732829320",
    "iban": "FR7630006000011234567890189",
    "month": "2026-05",
    "_on": "2026-06-10",
    "day": "2026-06-10",
    "from": "2026-06-10",
    "amount": "5.00",
    "price": "960.00",
    "value": "310.5",
    "headcount": "9",
    "code": "nouvelle",
    "slug": "maison-neuve",
    "password": "correct horse battery staple",
    "credential": '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
}
SPOILED_FILES: Final = (*FILES, ("x.png", A_PICTURE), ("x.pdf", TINY_PDF))


@dataclass(slots=True)
class Payload:
    """Texts and files by name, and how they are wrapped."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    is_multipart: bool = False
    charset: str = ""

    def __repr__(self) -> str:
        texts = {name: [text[:80] for text in given] for name, given in self.texts.items()}
        wrapped = f"multipart={self.is_multipart} charset={self.charset!r}"
        return f"<{texts!r} {list(self.files.items())!r:.200} {wrapped}>"

    @property
    def content_type(self) -> str:
        plain = "application/x-www-form-urlencoded"
        kind = f"multipart/form-data; boundary={BOUNDARY}" if self.is_multipart else plain
        return f"{kind}; charset={self.charset}" if self.charset else kind

    @property
    def body(self) -> bytes:
        if not self.is_multipart:
            pairs = [(name, text) for name, given in self.texts.items() for text in given]
            return "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in pairs).encode()
        parts = [_part(name, text) for name, given in self.texts.items() for text in given]
        parts += [_part(name, content, file) for name, (file, content) in self.files.items()]
        return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    return quote_from_bytes(_raw(text))


def _part(name: str, content: str | bytes, file: str | None = None) -> bytes:
    said = f'form-data; name="{name}"' + (f'; filename="{file}"' if file is not None else "")
    head = _raw(f"--{BOUNDARY}\r\nContent-Disposition: {said}\r\n\r\n")
    return head + (content if isinstance(content, bytes) else _raw(content)) + b"\r\n"


def honest(form: Form) -> dict[str, list[str]]:
    """What gets as far as the operation behind the form, as often as can be guessed."""
    answers = {each.name: _answer(each) for each in form.fields.values() if each.kind != "file"}
    return {name: given for name, given in answers.items() if given}


def _answer(each: Field) -> list[str]:
    sent = [text for text in each.sent if text]
    if sent:
        return sent
    if each.kind in ("choice", "radio"):
        return [text for text in each.offered if text][:1]
    if each.kind in ("checkbox", "submit"):
        return []
    guess = next((text for part, text in PLAUSIBLE.items() if part in each.name), "Texte")
    return [guess if not each.name.startswith("initial-") else ""]


Draw = Callable[[st.SearchStrategy[Any]], Any]


def _turns(names: int) -> int:
    return min(MOST_TURNS, max(LEAST_TURNS, FLOODED // max(1, names)))


def floods(form: Form, *, is_long: bool) -> Iterator[Payload]:
    """Everything at once, no two fields the same: in the long form each field meets each value."""
    names = [each.name for each in form.fields.values() if each.kind != "file"]
    kept = {name: form.fields[name].sent for name in KEPT & set(names)}
    most = len(WORST) if is_long else _turns(len(names))
    for turn in list(range(len(WORST)))[: most if names else 0]:
        texts = {
            name: [WORST[(7 * turn + 3 * place) % len(WORST)]] for place, name in enumerate(names)
        }
        payload = Payload(texts, _honest_files(form))
        if turn % 2:  # as far as what was drawn is compared with what is recorded
            payload.texts |= kept
        payload.is_multipart = bool(payload.files)
        yield payload


@st.composite
def payloads(draw: Draw, form: Form) -> Payload:
    """One answer to a form, never quite what it asks for."""
    payload = Payload(honest(form), _honest_files(form))
    names = sorted(form.fields)
    count = draw(st.sampled_from((1, 1, 1, 2, 3, len(names)))) if names else 0
    for name in draw(st.permutations(names))[:count]:
        _spoil(draw, payload, form.fields[name])
    if draw(st.integers(0, 9)) == 0:
        payload.texts[draw(st.text(max_size=8)) or "x"] = [draw(hostile)]
    payload.is_multipart = bool(payload.files) or draw(st.integers(0, 4)) == 0
    if draw(st.integers(0, 19)) == 0:
        payload.charset = draw(st.sampled_from(CHARSETS))
    return payload


def _honest_files(form: Form) -> dict[str, tuple[str, bytes]]:
    names = [each.name for each in form.fields.values() if each.kind == "file"]
    return dict.fromkeys(names, ("x.pdf", TINY_PDF))


def _spoil(draw: Draw, payload: Payload, each: Field) -> None:
    """One name of the form is not what it should be."""
    way = draw(st.integers(0, 15))
    payload.files.pop(each.name, None)
    if each.kind == "file" and way > 3:
        payload.files[each.name] = draw(st.sampled_from(SPOILED_FILES))
    elif way == 0:
        payload.texts.pop(each.name, None)
    elif way == 1:
        payload.texts[each.name] = [draw(hostile) for _ in range(3)]
    elif way == 2:
        payload.files[each.name] = draw(st.sampled_from(SPOILED_FILES))
        payload.texts.pop(each.name, None)
    elif way == 3 and each.offered:
        payload.texts[each.name] = [draw(st.sampled_from(each.offered))]
    elif way == 4 and draw(st.integers(0, 5)) == 0:
        payload.texts[each.name] = [LONG]
    elif each.name == "credential":
        payload.texts[each.name] = [draw(st.sampled_from(CREDENTIALS))]
    else:
        payload.texts[each.name] = [draw(hostile)]
