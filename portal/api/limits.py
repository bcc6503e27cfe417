"""How many requests a token may send a minute."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from providers.meters import count_one


@dataclass(frozen=True, slots=True)
class Allowance:
    """What remains of the minute."""

    limit: int
    used: int
    reset: int  # seconds until the next minute

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.reset),
        }


def spend_one(token_id: UUID) -> Allowance:
    """Count a request."""
    minute = count_one(f"api:{token_id}")
    return Allowance(settings.API_REQUESTS_A_MINUTE, minute.used, minute.reset)
