"""Every amount and every date explains itself: an answer travels with the clauses that made it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule's id ("P5"), the clause a client can look up, the sum with its numbers."""

    rule: str
    clause: str
    formula: str = ""

    def as_json(self) -> dict[str, str]:
        return {"rule": self.rule, "clause": self.clause, "formula": self.formula}


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a rule answers, and why."""

    value: T
    reasons: tuple[Reason, ...]


def reasons_as_json(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """What the `reasons` columns hold."""
    return [reason.as_json() for reason in reasons]


def reasons_from_json(stored: Iterable[dict[str, str]]) -> tuple[Reason, ...]:
    return tuple(Reason(row["rule"], row["clause"], row.get("formula", "")) for row in stored)
