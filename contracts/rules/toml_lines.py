"""On which line of a TOML text each name stands, so that an error can point at it.

The standard reader forgets positions. This scanner trusts a text that the reader has accepted.
"""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\s#]+(?: \d[^,\]}\s#]*)?")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[Path, int] = {}
        self.array_lengths: dict[Path, int] = {}

    def scan(self) -> None:
        table: Path = ()
        while self._skip_blank():
            if self.text.startswith("[", self.position):
                table = self._header()
            else:
                self._pair(table)

    def _skip_blank(self) -> bool:
        if blank := _BLANK.match(self.text, self.position):
            self.position = blank.end()
        return self.position < len(self.text)

    def _mark(self, path: Path) -> None:
        line = self.text.count("\n", 0, self.position) + 1
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _take(self, mark: str) -> bool:
        self._skip_blank()
        found = self.text.startswith(mark, self.position)
        if found:
            self.position += len(mark)
        return found

    def _key(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip_blank()
            match = _STRING.match(self.text, self.position) or _BARE_KEY.match(
                self.text, self.position
            )
            if match is None:
                return keys
            self.position = match.end()
            keys.append(match.group().strip("\"'"))
            if not self._take("."):
                return keys

    def _header(self) -> Path:
        is_array = self.text.startswith("[[", self.position)
        self.position += 2 if is_array else 1
        path: Path = ()
        for key in self._key():
            if path in self.array_lengths:
                path = (*path, self.array_lengths[path] - 1)
            path = (*path, key)
        if is_array:
            count = self.array_lengths.get(path, 0)
            self.array_lengths[path] = count + 1
            path = (*path, count)
        elif path in self.array_lengths:
            path = (*path, self.array_lengths[path] - 1)
        self._mark(path)
        self._take("]]" if is_array else "]")
        return path

    def _pair(self, table: Path) -> None:
        path: Path = (*table, *self._key())
        self._mark(path)
        self._take("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        self._mark(path)
        if self._take("["):
            self._array(path)
        elif self._take("{"):
            self._inline_table(path)
        else:
            match = _STRING.match(self.text, self.position) or _SCALAR.match(
                self.text, self.position
            )
            self.position = match.end() if match else len(self.text)

    def _array(self, path: Path) -> None:
        position = 0
        while not self._take("]") and self.position < len(self.text):
            self._value((*path, position))
            self._take(",")
            position += 1

    def _inline_table(self, path: Path) -> None:
        while not self._take("}") and self.position < len(self.text):
            self._pair(path)
            self._take(",")


def line_map(text: str) -> Mapping[Path, int]:
    """The first line of every table, key and array element of a valid TOML text.

    >>> line_map('[a]\\nb = [\\n  1,\\n  {c = 2},\\n]')[("a", "b", 1, "c")]
    4
    """
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


def known_depth(lines: Mapping[Path, int], path: Path) -> int:
    """How many steps of a path are written in the text."""
    return next((depth for depth in range(len(path), 0, -1) if path[:depth] in lines), 0)


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a name, or of the nearest name around it; the first line of the file at worst."""
    return lines.get(path[: known_depth(lines, path)], 1)
