"""Addresses of pages: a list names a hundred of them, most of them the same from page to page."""

from functools import lru_cache

from django.http import HttpRequest
from django.urls import reverse

from providers.models import Membership


@lru_cache(maxsize=8192)
def page_url(name: str, *args: object) -> str:
    """The address of a page. Errors: `NoReverseMatch`."""
    return reverse(name, args=args)


def space_url(request: HttpRequest, member: Membership, name: str) -> str:
    """A page that each space has of its own, in the space that the request belongs to."""
    if member.customer_id is not None:
        return page_url(f"practice:{name}", member.customer_id)
    match = request.resolver_match
    space = "field" if match is not None and match.namespace == "field" else "workshop"
    return page_url(f"{space}:{name}", member.provider.slug)
