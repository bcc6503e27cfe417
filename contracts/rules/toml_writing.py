"""Plain values as the text of a preset file; `contracts.rules.presets` reads it back the same."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DELETE = "\x7f"  # JSON leaves it as it is, TOML does not


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007F")


def _inline(value: Any) -> str:
    """A value on the line of its name; what is absent is not written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        known = ((name, item) for name, item in value.items() if item is not None)
        return f"{{ {', '.join(f'{_key(name)} = {_inline(item)}' for name, item in known)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inline, value))}]"
    return _text(str(value))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_table, value))


def _lines(table: Mapping[str, Any], path: str) -> Iterator[str]:
    known = {name: value for name, value in table.items() if value is not None and value != {}}
    for name, value in known.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{_key(name)} = {_inline(value)}"
    for name, value in known.items():
        below = f"{path}.{_key(name)}" if path else _key(name)
        if _is_table(value):
            yield from ("", f"[{below}]", *_lines(value, below))
        elif _is_tables(value):
            for item in value:
                yield from ("", f"[[{below}]]", *_lines(item, below))


def toml_text(data: Mapping[str, Any]) -> str:
    """
    >>> print(toml_text({"code": "x", "vat": {"rate": "20"}, "lines": [{"n": 1}]}), end="")
    code = "x"
    <BLANKLINE>
    [vat]
    rate = "20"
    <BLANKLINE>
    [[lines]]
    n = 1
    """
    return "\n".join([*_lines(data, ""), ""])
