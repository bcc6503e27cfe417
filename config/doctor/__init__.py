"""What `manage.py doctor` looks at: each check says what it found and, if need be, what to do.

A check is a function of no argument that returns a `Finding`; one that fails in its own way is a
finding too. None of them changes anything but a file that it takes away again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """`told`: what is so; `remedy`: what to do about it, empty when all is well."""

    state: State
    told: str
    remedy: str = ""


Check = Callable[[], Finding]
EXIT_CODES = {State.OK: 0, State.WARN: 1, State.FAIL: 2}


def ok(told: str) -> Finding:
    return Finding(State.OK, told)


def warn(told: str, remedy: str) -> Finding:
    return Finding(State.WARN, told, remedy)


def fail(told: str, remedy: str) -> Finding:
    return Finding(State.FAIL, told, remedy)


def examine(checks: dict[str, Check]) -> Iterator[tuple[str, Finding]]:
    """Every check by its name, whatever the others found."""
    for name, check in checks.items():
        try:
            yield name, check()
        except Exception as error:  # noqa: BLE001  a check that breaks has found something
            words = f"{type(error).__name__}: {error}".strip().splitlines()[0]
            yield name, fail(words[:300], "Look at this part: the check itself could not be made.")


def worst(found: list[Finding]) -> State:
    """
    >>> worst([ok("a"), warn("b", "c")]).value
    'WARN'
    """
    return max((each.state for each in found), key=EXIT_CODES.__getitem__, default=State.OK)
