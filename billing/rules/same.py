"""A key by identity, for what is kept about values that are long to compare."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """Equal only to itself about the very same object, which it keeps alive.

    Terms are shared by the contracts of a run, and hashing a whole tree of clauses for each of
    them would cost more than all the sums.

    >>> terms = {"clause": "CGV art. 4"}
    >>> Same(terms) == Same(terms), Same(terms) == Same(dict(terms))
    (True, False)
    """

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value
