"""A failure as the logs tell it: types and places, never the words that came with it."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
MOST_FRAMES: Final = 40
MOST_CAUSES: Final = 6
# Errors of the installation itself: their text names settings and roles, never a person.
INSTALLATION: Final = "config."


def told_failure(error: BaseException) -> list[dict[str, Any]]:
    """Each error of the chain, the one that came first at the top."""
    found: list[BaseException] = []
    last: BaseException | None = error
    while last is not None and last not in found and len(found) < MOST_CAUSES:
        found.append(last)
        last = last.__cause__ or (None if last.__suppress_context__ else last.__context__)
    return [dict(_told(each)) for each in reversed(found)]


def _told(error: BaseException) -> Iterator[tuple[str, Any]]:
    kind = type(error)
    yield "type", f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__.startswith(INSTALLATION):
        yield "text", str(error)
    if isinstance(code := getattr(error, "code", None), str | int):
        yield "code", code
    yield from _of_the_database(error)
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    yield "frames", [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _of_the_database(error: BaseException) -> Iterator[tuple[str, str]]:
    """PostgreSQL's number of the error and the constraint; its message quotes rows."""
    diagnosis = getattr(error, "diag", None)
    for name, what in (("sqlstate", "sqlstate"), ("constraint", "constraint_name")):
        if value := getattr(diagnosis, what, None):
            yield name, str(value)


def _place(path: str) -> str:
    """From the project's folder, or from the folder of the packages."""
    for start in (f"{ROOT}/", "site-packages/"):
        if start in path:
            return path.rpartition(start)[2]
    return Path(path).name
