"""What the data of one piece of work can cause, a contract's or a job's: it is noted, others go on.

A lost connection or a closed wall is none of these: it stops whoever works.
"""

from typing import Final

from django.db import DataError, IntegrityError

from core.errors import DomainError

FAULTS: Final = (
    DomainError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
)
