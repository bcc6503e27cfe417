"""References to tax law that move to another code on 1 January 2027."""

from dataclasses import dataclass
from datetime import date
from typing import Final

CIBS_DAY: Final = date(2027, 1, 1)
CGI_TOLERATED_UNTIL: Final = date(2028, 6, 30)


@dataclass(frozen=True, slots=True)
class Moved:
    """An article of the CGI, named as the former one once the CIBS holds its rule.

    >>> article = Moved("CGI, art. 293 B")
    >>> article.on(date(2026, 12, 31)), article.on(CIBS_DAY)
    ('CGI, art. 293 B', 'CIBS (ancien CGI, art. 293 B)')
    """

    before: str

    @property
    def after(self) -> str:
        return f"CIBS (ancien {self.before})"

    def on(self, day: date) -> str:
        return self.before if day < CIBS_DAY else self.after
