"""The bell of the header: how many lines wait for this person in the open space.

They are counted in the very query that reads the brand: a page asks no more for having a bell.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from portal.addresses import space_url
from providers.models import Membership

UNREAD_AT_MOST = 99


@dataclass(frozen=True, slots=True)
class Bell:
    url: str
    unread: int

    @property
    def count(self) -> str:
        return f"{UNREAD_AT_MOST}+" if self.unread > UNREAD_AT_MOST else str(self.unread)


def list_url(request: HttpRequest, member: Membership) -> str:
    """The list of the space that the page belongs to."""
    return space_url(request, member, "notifications")
