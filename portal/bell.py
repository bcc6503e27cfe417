"""The bell of the header: how many lines wait for this person in the open space.

They are counted in the very query that reads the brand: a page asks no more for having a bell.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

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
    if member.customer_id is not None:
        return reverse("practice:notifications", args=[member.customer_id])
    match = request.resolver_match
    space = "field" if match is not None and match.namespace == "field" else "workshop"
    return reverse(f"{space}:notifications", args=[member.provider.slug])
